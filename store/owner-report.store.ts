import { decideOwner } from '../domain/owner/owner.decide';
import type { OwnerReport, OwnerVerdict } from '../domain/owner/owner.decide';
import type { Database } from '../platform/database';
import { setNextAction } from './conversation.store';
import { enqueueCrm } from './crm-outbox.store';
import { endFollowUps } from './follow-up.store';
import { recordGrounded } from './grounded-decision.store';
import { changeOwner } from './owner.store';
import { readActivePolicy } from './policy.store';
import { settleQuestion } from './question.store';
import { notePhoneDeed, readOwnerFacts } from './wheel.store';
import type { OwnerFacts } from './wheel.store';

/** What became known about who has the wheel. */
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
  const { conversationId, report, atMs } = reported;
  if (report === 'echo') await notePhoneDeed(client, conversationId, { ...reported, isBack: false });
  const facts = await readOwnerFacts(client, conversationId);
  const verdict = decideOwner({ ...facts.wheel, owner: facts.owner, report, atMs });
  if (verdict.verdict !== 'keep') {
    await carryOut(client, reported, { verdict, facts });
    return true;
  }
  // Who writes on the phone app has answered what people were asked, whoever has the conversation.
  if (report !== 'delivery' && (await settleQuestion(client, conversationId, 'owner.answered')))
    await mirror(client, reported, { verdict, facts });
  return false;
}

type Change = { readonly verdict: OwnerVerdict; readonly facts: OwnerFacts };

async function carryOut(client: Database, reported: ReportedOwner, change: Change): Promise<void> {
  const { conversationId } = reported;
  const { owner, reasonCode } = change.verdict;
  await mirror(client, reported, change);
  await changeOwner(client, { conversationId, owner, reasonCode });
  if (owner === 'automation') return;
  await endFollowUps(client, conversationId, reasonCode);
  // What automation meant to do next is void until its workflow has looked.
  await setNextAction(client, conversationId, null);
}

async function mirror(client: Database, reported: ReportedOwner, change: Change): Promise<void> {
  const { conversationId } = reported;
  const { buyerId, episodeId } = change.facts;
  const { verdict } = change;
  const active = await readActivePolicy(client);
  const decision = await recordGrounded(client, {
    ...verdict,
    key: `owner:${verdict.verdict}:${reported.report}:${reported.whatsappId}:${conversationId}`,
    conversationId,
    buyerId,
    episodeId,
    details: verdict.verdict === 'phone' ? { phone_agent: reported.phoneAgent } : {},
    policyVersionId: active?.id ?? null,
  });
  await enqueueCrm(client, {
    conversationId,
    decisionId: decision.id,
    objectKind: 'contact',
    objectKey: buyerId,
  });
}
