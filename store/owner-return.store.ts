import { isHandBackKeyword, KEYWORD_LATER_MS } from '../domain/owner/hand-back-keyword';
import { decideReturn } from '../domain/owner/return.decide';
import type { OwnerBefore, ReturnInput, ReturnVerdict } from '../domain/owner/return.decide';
import type { Owner } from '../domain/vocabulary';
import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { enqueueCrm } from './crm-outbox.store';
import { recordGrounded } from './grounded-decision.store';
import { requestLook } from './look.store';
import { reportOwner } from './owner-report.store';
import { changeOwner } from './owner.store';
import { readActivePolicy } from './policy.store';

/** An echo that proves not to have been written on the phone app in this conversation. */
export type WithdrawnEcho = {
  readonly conversationId: string;
  readonly whatsappId: string;
  readonly atMs: number;
  /** It gave the conversation back by a word. */
  readonly isWord: boolean;
  readonly reasonCode: 'owner.own_echo' | 'identity.moved';
};

/**
 * Gives a conversation back to whoever had it before an echo took it over, with a decision of its own and a new epoch;
 * whatever a person has done since holds. The message is no echo of the conversation any more when this is called. Runs
 * under the locks of buyer and conversation; true when the owner changed.
 */
export async function withdrawEcho(client: Database, echo: WithdrawnEcho): Promise<boolean> {
  const { input, place } = await readFacts(client, echo);
  const verdict = decideReturn(input, echo.reasonCode);
  if (verdict.restsOn === null) return false;
  const { owner, ownerAtMs } = verdict.restsOn;
  if (verdict.verdict !== 'keep') await carryOut(client, echo, { verdict, owner, place });
  await client.query('update conversation set owner_at = $2 where id = $1', [
    echo.conversationId,
    ownerAtMs === null ? null : new Date(ownerAtMs),
  ]);
  if (verdict.verdict === 'keep') return false;
  // Meta's agent may have got the conversation, or lost it, since.
  await reportOwner(client, { ...echo, report: 'standby', phoneAgent: null });
  await requestLook(client, echo.conversationId);
  return true;
}

type Place = {
  readonly buyerId: string;
  readonly episodeId: string | null;
  /** What a person had been asked when the phone app took over, which counted as the answer. */
  readonly question: string | null;
};

type FactsRow = OwnerBefore &
  Place &
  Pick<ReturnInput, 'isOrderedSince'> & { readonly taken: OwnerBefore | null };

async function readFacts(
  client: Database,
  echo: WithdrawnEcho,
): Promise<{ readonly input: ReturnInput; readonly place: Place }> {
  const { owner, ownerAtMs, isOrderedSince, taken, ...place } = onlyRow(
    await client.query<FactsRow>(FACTS, [echo.conversationId]),
  );
  // A word on the phone gives to automation what the phone app has.
  const first: OwnerBefore | null = echo.isWord ? { owner: 'automation', ownerAtMs: null } : taken;
  const other = await readOther(client, echo);
  const isGivenBack = other?.isWord === true && (first?.ownerAtMs ?? 0) < effectMs(other);
  const before = isGivenBack ? { owner: 'automation' as const, ownerAtMs: effectMs(other) } : first;
  const otherAtMs = other === null || other.isWord ? null : other.atMs;
  const effectAtMs = effectMs(echo);
  return { input: { owner, ownerAtMs, isOrderedSince, before, otherAtMs, effectAtMs }, place };
}

const FACTS = `
  select owner, to_ms(owner_at) as "ownerAtMs", buyer_id as "buyerId", taken.before as taken, taken.question,
         exists (select 1 from command
                  where conversation_id = $1 and outcome = 'done' and command.created_at >= taken.decided_at
                    -- What was ordered by a word on the phone counts by its own time.
                    and not starts_with(idempotency_key, 'echo:')) as "isOrderedSince",
         (select id from episode where conversation_id = $1 order by ordinal desc limit 1) as "episodeId"
    from conversation
    left join lateral (
      select decided_at, details ->> 'question' as question,
             jsonb_build_object('owner', inputs -> 'owner', 'ownerAtMs', inputs -> 'ownerAtMs') as before
        from decision
       where conversation_id = $1 and kind = 'owner' and verdict = 'phone' order by id desc limit 1) as taken on true
   where conversation.id = $1`;

type Deed = { readonly atMs: number; readonly isWord: boolean };

/** The newest other thing that a person did on the phone app in the conversation. */
async function readOther(client: Database, echo: WithdrawnEcho): Promise<Deed | null> {
  const found = firstRow(
    await client.query<{ atMs: number; type: string; text: string | null }>(
      `select to_ms(sent_at) as "atMs", type, text from (
         select sent_at, type, text from message
          where conversation_id = $1 and direction = 'outbound' and whatsapp_id <> $2 and send_id is null
            and not is_imported and not is_standby
         union all
         select sent_at, type, null from message_event
          where conversation_id = $1 and author not in ('buyer', 'meta') and kind <> 'notice' and whatsapp_id <> $2
       ) as other
       order by sent_at desc limit 1`,
      [echo.conversationId, echo.whatsappId],
    ),
  );
  if (found === null) return null;
  const keywords = (await readActivePolicy(client))?.policy.human.hand_back_keywords ?? [];
  return { atMs: found.atMs, isWord: found.type === 'text' && isHandBackKeyword(found.text, keywords) };
}

function effectMs({ atMs, isWord }: Deed): number {
  return isWord ? atMs + KEYWORD_LATER_MS : atMs;
}

async function carryOut(
  client: Database,
  echo: WithdrawnEcho,
  change: { readonly verdict: ReturnVerdict; readonly owner: Owner; readonly place: Place },
): Promise<void> {
  const { conversationId, reasonCode } = echo;
  const { buyerId, episodeId, question } = change.place;
  const { verdict, restsOn, ...grounds } = change.verdict;
  const decision = await recordGrounded(client, {
    ...grounds,
    verdict,
    details: { owner_at_ms: restsOn?.ownerAtMs ?? null },
    key: `owner:return:${conversationId}:${echo.whatsappId}`,
    conversationId,
    buyerId,
    episodeId,
    policyVersionId: (await readActivePolicy(client))?.id ?? null,
  });
  await changeOwner(client, { conversationId, owner: change.owner, reasonCode });
  // It was asked and told of before: nobody has answered it.
  if (question !== null)
    await client.query('update conversation set needs_human = true, reason_code = $2 where id = $1', [
      conversationId,
      question,
    ]);
  await enqueueCrm(client, {
    conversationId,
    decisionId: decision.id,
    objectKind: 'contact',
    objectKey: buyerId,
  });
}
