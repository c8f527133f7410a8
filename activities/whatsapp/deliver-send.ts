import { messagesPerSecondOf } from '../../domain/policy/policy';
import type { Policy } from '../../domain/policy/policy';
import { isFirstContact, judgeClaim } from '../../domain/send/gate.decide';
import { announcesAnswer } from '../../domain/send/outgoing-message';
import { judgePace } from '../../domain/send/pace.decide';
import type { PaceJudgement } from '../../domain/send/pace.decide';
import { isWaitingToLeave } from '../../domain/send/send.state';
import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { noteFirstContact } from '../../store/first-contact.store';
import { holdRecipient, noteWaiting, readPace, spendAllowance, takeSlot } from '../../store/pace.store';
import { requireActivePolicy } from '../../store/policy.store';
import { askHuman } from '../../store/question.store';
import { claim, readSendForClaim } from '../../store/send-claim.store';
import { markUnconfirmed, readAddress, settleSend } from '../../store/send-queue.store';
import type { SendToClaim } from '../../store/send-claim.store';
import { waitForFirstContact } from './first-contact';
import { isWithinBudget, spendBudget } from './keep-budget';
import { settle } from './settle-send';
import type { Claimed, Delivery } from './settle-send';
import type { WhatsAppPort } from './whatsapp.client';

/** The call to WhatsApp must begin within this time after the claim; a take-over names what it finds claimed. */
const CLAIM_LEASE_MS = 5_000;
/** What is left of the lease when the call begins: enough to write the request out. */
const LEASE_MARGIN_MS = 500;
/** A wait this short is waited for here: a timer of the workflow would cost a dozen events. */
const SHORT_WAIT_MAX_MS = 250;
const SHORT_WAITS_MAX = 4;

/** A send that may not leave yet; it goes on by the one timer of its workflow, at the time that the ledger says. */
type Waiting = Delivery & { readonly waitMs: number };

/**
 * Lets one send leave, through the gate, at most once. Promises:
 * 1. The claim is committed before the call; whoever finds a claim that is not his own never calls again.
 * 2. Whatever is not certain becomes `unconfirmed`: adopted by a status of WhatsApp, or decided by a human.
 * 3. Only what WhatsApp refused in its own words, or what never reached it, goes back and passes the gate again.
 * 4. It never waits long: a send that may leave later stays planned, and the ledger says when.
 */
export async function deliverSend(
  parts: { readonly database: TransactionalDatabase; readonly whatsapp: WhatsAppPort },
  sendId: string,
): Promise<Delivery> {
  const claimed = await claimSoon(parts.database, sendId);
  if ('status' in claimed) return { status: claimed.status, reasonCode: claimed.reasonCode };
  if (claimed.answersWhatsappId !== null && announcesAnswer(claimed))
    await parts.whatsapp.markRead({
      phoneNumberId: claimed.phoneNumberId,
      whatsappId: claimed.answersWhatsappId,
    });
  if (performance.now() - claimed.leaseFromMs > CLAIM_LEASE_MS - LEASE_MARGIN_MS)
    return await settle(parts.database, claimed, { kind: 'not-sent', code: 'lease_over' });
  const outcome = await parts.whatsapp.send({
    phoneNumberId: claimed.phoneNumberId,
    address: claimed.address,
    content: claimed.body,
    reference: sendId,
  });
  return await settle(parts.database, claimed, outcome);
}

async function claimSoon(database: TransactionalDatabase, sendId: string): Promise<Claimed | Delivery> {
  for (let waits = 0; ; waits += 1) {
    const claimed = await inTransaction(database, (client) => claimSend(client, sendId));
    if (!('waitMs' in claimed) || claimed.waitMs > SHORT_WAIT_MAX_MS || waits === SHORT_WAITS_MAX)
      return claimed;
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(claimed.waitMs)));
  }
}

async function claimSend(client: Database, sendId: string): Promise<Claimed | Delivery | Waiting> {
  const { policy } = await requireActivePolicy(client);
  const send = await readSendForClaim(client, sendId, policy.follow_up.cap);
  if (send === null) return { status: 'missing', reasonCode: 'gate.missing' };
  if (send.facts.status === 'claimed') return await settleForeignClaim(client, send);
  if (!isWaitingToLeave(send.facts.status)) return { status: send.facts.status, reasonCode: null };
  const judgement = judgeClaim(send.facts);
  if (judgement.kind === 'not_yet') return { status: send.facts.status, reasonCode: 'gate.not_yet' };
  if (judgement.kind === 'refuse') return await refuse(client, send, judgement.reasonCode);
  const address = await readAddress(client, send.buyerId);
  if (address.waId === null && address.userId === null) return await refuse(client, send, 'gate.no_address');
  return (
    (await waitForFirstContact(client, send, policy)) ??
    (await claimInPace(client, { ...send, address }, policy))
  );
}

/** Claims a send that may leave, at its place in the pace of its number and its recipient. */
async function claimInPace(
  client: Database,
  send: SendToClaim & Pick<Claimed, 'address'>,
  policy: Policy,
): Promise<Claimed | Delivery | Waiting> {
  const { facts, isSlowed } = await readPace(client, {
    id: send.id,
    phoneNumberId: send.phoneNumberId,
    messagesPerSecond: messagesPerSecondOf(policy, send.phoneNumberId),
  });
  const pace = judgePace(facts);
  if (pace.kind !== 'go') return await waitForPace(client, send.id, { pace, nowMs: facts.nowMs });
  if (!(await isWithinBudget(client, send, { policy, nowMs: facts.nowMs })))
    return await refuse(client, send, 'gate.budget');
  // Read before the claim is written: however late its answer is heard, the lease is never taken to be longer than it is.
  const leaseFromMs = performance.now();
  const claimedAtMs = await claim(client, send.id, CLAIM_LEASE_MS);
  if (send.facts.isTemplate) await noteFirstContact(client, send.id, isFirstContact(send.facts));
  await spendAllowance(client, send.id, pace);
  await spendBudget(client, send, { policy, claimedAtMs });
  return { ...send, attempts: send.attempts + 1, isSlowed, leaseFromMs };
}

/** Writes down when and why, so that whoever looks next waits for that and does not ask again. */
async function waitForPace(
  client: Database,
  sendId: string,
  wait: { readonly pace: Exclude<PaceJudgement, { kind: 'go' }>; readonly nowMs: number },
): Promise<Delivery | Waiting> {
  const { pace, nowMs } = wait;
  const delivery: Delivery = { status: 'planned', reasonCode: pace.reasonCode };
  if (pace.kind === 'stopped') {
    await noteWaiting(client, sendId, pace.reasonCode);
    return delivery;
  }
  if (pace.kind === 'take_slot') await takeSlot(client, sendId, pace);
  else await holdRecipient(client, { sendId, untilMs: pace.atMs, reasonCode: pace.reasonCode });
  return { ...delivery, waitMs: pace.atMs - nowMs };
}

async function refuse(client: Database, send: SendToClaim, reasonCode: string): Promise<Delivery> {
  await settleSend(client, { sendId: send.id, status: 'refused', reasonCode });
  if (mustBeTold(send, reasonCode)) await askHuman(client, send.conversationId, reasonCode);
  return { status: 'refused', reasonCode };
}

/** Refusals after which nobody else answers the buyer; the others follow from an order, a mode or a newer message. */
const UNANSWERED = new Set([
  'gate.window',
  'gate.too_late',
  'gate.no_address',
  'gate.budget',
  'gate.switched_off',
  'gate.never_automate',
]);

/** A person whose message does not leave must hear of it, and somebody must where a buyer is left without an answer. */
function mustBeTold(send: SendToClaim, reasonCode: string): boolean {
  return (
    reasonCode.startsWith('template.') ||
    send.kind === 'human' ||
    send.facts.isApproved ||
    (send.kind === 'reply' && UNANSWERED.has(reasonCode))
  );
}

/** A claim by an attempt that died: its call may have begun, so nobody may call again. */
async function settleForeignClaim(client: Database, send: SendToClaim): Promise<Delivery> {
  if (send.claimUntilMs !== null && send.facts.nowMs < send.claimUntilMs)
    return { status: 'claimed', reasonCode: 'gate.claimed' };
  if (await markUnconfirmed(client, send.id, { reasonCode: 'send.attempt_lost', code: null }))
    await askHuman(client, send.conversationId, 'send.unconfirmed');
  return { status: 'unconfirmed', reasonCode: 'send.attempt_lost' };
}
