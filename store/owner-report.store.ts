import { decideOwner } from '../domain/owner/owner.decide';
import type { OwnerInput, OwnerReport, OwnerVerdict } from '../domain/owner/owner.decide';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { setNextAction } from './conversation.store';
import { enqueueCrm } from './crm-outbox.store';
import { endFollowUps } from './follow-up.store';
import { recordGrounded } from './grounded-decision.store';
import { changeOwner } from './owner.store';
import { readActivePolicy } from './policy.store';

/** What a webhook tells about who has the wheel. */
export type ReportedOwner = {
  readonly conversationId: string;
  readonly report: OwnerReport;
  /** WhatsApp's id of what was reported: the decision is made once for it. */
  readonly whatsappId: string;
  readonly atMs: number;
  /** Who is on the phone app as far as the policy names anybody. */
  readonly phoneAgent: string | null;
};

/**
 * Changes the owner if a report does, with a decision that names its grounds; true when it did. The message that was
 * reported stands in the conversation already. Runs under the locks of buyer and conversation.
 */
export async function reportOwner(client: Database, reported: ReportedOwner): Promise<boolean> {
  const facts = await readOwnerFacts(client, reported.conversationId);
  const verdict = decideOwner({ ...facts.known, report: reported.report, atMs: reported.atMs });
  const isOnPhone = verdict.verdict === 'phone' || facts.known.owner === 'phone';
  if (reported.report === 'echo' && isOnPhone && verdict.reasonCode !== 'owner.older')
    await notePhone(client, reported);
  if (verdict.verdict === 'keep') return false;
  await carryOut(client, reported, { verdict, owner: verdict.verdict, facts });
  return true;
}

/** Notes that a person decided about the owner at this time: what was reported from before changes nothing any more. */
export async function setOwnerAt(client: Database, conversationId: string, atMs: number): Promise<void> {
  await client.query('update conversation set owner_at = $2 where id = $1', [conversationId, new Date(atMs)]);
}

type Known = Omit<OwnerInput, 'report' | 'atMs'>;
type OwnerFacts = {
  readonly known: Known;
  readonly buyerId: string;
  readonly episodeId: string | null;
  /** What a person is asked, which a person on the phone answers. */
  readonly question: string | null;
};

/** What the owner rests on. */
export async function readOwnerFacts(client: Database, conversationId: string): Promise<OwnerFacts> {
  const { buyerId, episodeId, question, ...known } = onlyRow(
    await client.query<Known & Omit<OwnerFacts, 'known'>>(
      `with standby as (
         select max(sent_at) as at from message where conversation_id = $1 and is_standby
       )
       select owner, buyer_id as "buyerId", case when needs_human then reason_code end as question, to_ms(owner_at) as "ownerAtMs", to_ms(standby.at) as "standbyAtMs",
              case when standby.at is not null then
                (select to_ms(max(sent_at)) from message
                  where conversation_id = $1 and direction = 'inbound' and not is_standby and not is_imported)
              end as "deliveredAtMs",
              (select id from episode where conversation_id = $1 order by ordinal desc limit 1) as "episodeId"
         from conversation, standby where conversation.id = $1`,
      [conversationId],
    ),
  );
  return { known, buyerId, episodeId, question };
}

async function notePhone(client: Database, reported: ReportedOwner): Promise<void> {
  await client.query(
    'update conversation set owner_at = greatest(owner_at, $2), phone_agent = $3 where id = $1',
    [reported.conversationId, new Date(reported.atMs), reported.phoneAgent],
  );
}

async function carryOut(
  client: Database,
  reported: ReportedOwner,
  change: {
    readonly verdict: OwnerVerdict;
    readonly owner: 'phone' | 'meta' | 'automation';
    readonly facts: OwnerFacts;
  },
): Promise<void> {
  const { conversationId } = reported;
  const { verdict, owner, facts } = change;
  const decisionId = await recordOwnerDecision(client, reported, { verdict, facts });
  await changeOwner(client, { conversationId, owner, reasonCode: verdict.reasonCode });
  if (owner !== 'automation') {
    await endFollowUps(client, conversationId, verdict.reasonCode);
    // What automation meant to do next is void until its workflow has looked.
    await setNextAction(client, conversationId, null);
  }
  await enqueueCrm(client, { conversationId, decisionId, objectKind: 'contact', objectKey: facts.buyerId });
}

async function recordOwnerDecision(
  client: Database,
  reported: ReportedOwner,
  based: { readonly verdict: OwnerVerdict; readonly facts: OwnerFacts },
): Promise<number> {
  const { conversationId } = reported;
  const { buyerId, episodeId, question } = based.facts;
  const key = `owner:${based.verdict.verdict}:${reported.whatsappId}`;
  const active = await readActivePolicy(client);
  const decision = await recordGrounded(client, {
    ...based.verdict,
    key,
    conversationId,
    buyerId,
    episodeId,
    details: based.verdict.verdict === 'phone' ? { phone_agent: reported.phoneAgent, question } : {},
    policyVersionId: active?.id ?? null,
  });
  return decision.id;
}
