import { judgeClaim } from '../../domain/send/gate.decide';
import { decideRejection } from '../../domain/send/rejection.decide';
import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { requireActivePolicy } from '../../store/policy.store';
import { applySendReport, askHuman } from '../../store/send.store';
import {
  claim,
  markUnconfirmed,
  putBack,
  readAddress,
  readSendForClaim,
  settleSend,
} from '../../store/send-queue.store';
import type { SendToClaim } from '../../store/send-queue.store';
import type { Address, SendOutcome, WhatsAppPort } from './whatsapp.client';

/** The call to WhatsApp must begin within this time after the claim; a take-over names what it finds claimed. */
const CLAIM_LEASE_MS = 5_000;
/** What is left of the lease when the call begins: enough to write the request out. */
const LEASE_MARGIN_MS = 500;
/** Tries to write down what WhatsApp answered, before the status webhooks are left to tell it. */
const SETTLE_TRIES_MAX = 5;
const SETTLE_PAUSE_MS = 200;

/** What became of a send; the truth stands in the ledger. */
export type Delivery = { readonly status: string; readonly reasonCode: string | null };

type Claimed = SendToClaim & { readonly address: Address; readonly claimedAtMs: number };

/**
 * Lets one send leave, through the gate, at most once. Promises:
 * 1. The claim is committed before the call; whoever finds a claim that is not his own never calls again.
 * 2. Whatever is not certain becomes `unconfirmed`: adopted by a status of WhatsApp, or decided by a human.
 * 3. Only what WhatsApp refused in its own words, or what never reached it, goes back and passes the gate again.
 */
export async function deliverSend(
  parts: { readonly database: TransactionalDatabase; readonly whatsapp: WhatsAppPort },
  sendId: string,
): Promise<Delivery> {
  const claimed = await inTransaction(parts.database, (client) => claimSend(client, sendId));
  if ('status' in claimed) return claimed;
  if (claimed.answersWhatsappId !== null)
    await parts.whatsapp.markRead({
      phoneNumberId: claimed.phoneNumberId,
      whatsappId: claimed.answersWhatsappId,
    });
  if (performance.now() - claimed.claimedAtMs > CLAIM_LEASE_MS - LEASE_MARGIN_MS)
    return await settle(parts.database, claimed, { kind: 'not-sent', code: 'lease_over' });
  const outcome = await parts.whatsapp.send({
    phoneNumberId: claimed.phoneNumberId,
    address: claimed.address,
    content: claimed.body,
    reference: sendId,
  });
  return await settle(parts.database, claimed, outcome);
}

async function claimSend(client: Database, sendId: string): Promise<Claimed | Delivery> {
  const { policy } = await requireActivePolicy(client);
  const send = await readSendForClaim(client, sendId, policy.follow_up.cap);
  if (send === null) return { status: 'missing', reasonCode: 'gate.missing' };
  if (send.facts.status === 'claimed') return await settleForeignClaim(client, send);
  if (send.facts.status !== 'planned') return { status: send.facts.status, reasonCode: null };
  const judgement = judgeClaim(send.facts);
  if (judgement.kind === 'not_yet') return { status: 'planned', reasonCode: 'gate.not_yet' };
  if (judgement.kind === 'refuse') return await refuse(client, send, judgement.reasonCode);
  const address = await readAddress(client, send.buyerId);
  if (address.waId === null && address.userId === null) return await refuse(client, send, 'gate.no_address');
  await claim(client, sendId, CLAIM_LEASE_MS);
  return { ...send, address, claimedAtMs: performance.now() };
}

async function refuse(client: Database, send: SendToClaim, reasonCode: string): Promise<Delivery> {
  await settleSend(client, { sendId: send.id, status: 'refused', reasonCode });
  if (mustBeTold(send, reasonCode)) await askHuman(client, send.conversationId, reasonCode);
  return { status: 'refused', reasonCode };
}

/** Refusals after which nobody else answers the buyer; the others follow from an order, a mode or a newer message. */
const UNANSWERED = new Set(['gate.window', 'gate.too_late', 'gate.no_address']);

/** A person whose message does not leave must hear of it, and somebody must where a buyer is left without an answer. */
function mustBeTold(send: SendToClaim, reasonCode: string): boolean {
  return send.kind === 'human' || (send.kind === 'reply' && UNANSWERED.has(reasonCode));
}

/** A claim by an attempt that died: its call may have begun, so nobody may call again. */
async function settleForeignClaim(client: Database, send: SendToClaim): Promise<Delivery> {
  if (send.claimUntilMs !== null && send.facts.nowMs < send.claimUntilMs)
    return { status: 'claimed', reasonCode: 'gate.claimed' };
  if (await markUnconfirmed(client, send.id, { reasonCode: 'send.attempt_lost', code: null }))
    await askHuman(client, send.conversationId, 'send.unconfirmed');
  return { status: 'unconfirmed', reasonCode: 'send.attempt_lost' };
}

/** Writes down the outcome; tries for a while, since WhatsApp's answer comes only once. */
async function settle(
  database: TransactionalDatabase,
  send: Claimed,
  outcome: SendOutcome,
): Promise<Delivery> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(database, (client) => writeOutcome(client, send, outcome));
    } catch (error) {
      if (tries >= SETTLE_TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_PAUSE_MS * tries));
    }
  }
}

async function writeOutcome(client: Database, send: Claimed, outcome: SendOutcome): Promise<Delivery> {
  switch (outcome.kind) {
    case 'accepted': {
      const applied = await applySendReport(client, {
        sendId: send.id,
        whatsappId: outcome.whatsappId,
        status: 'accepted',
        atMs: Date.now(),
      });
      return { status: applied?.status ?? 'accepted', reasonCode: null };
    }
    case 'not-sent':
      await putBack(client, { sendId: send.id, delayMs: 1_000, reasonCode: 'whatsapp.unreachable_host' });
      return { status: 'planned', reasonCode: 'whatsapp.unreachable_host' };
    case 'ambiguous':
      // A status may have adopted the send already; then nothing is uncertain any more.
      if (await markUnconfirmed(client, send.id, { reasonCode: 'send.unconfirmed', code: outcome.code }))
        await askHuman(client, send.conversationId, 'send.unconfirmed');
      return { status: 'unconfirmed', reasonCode: 'send.unconfirmed' };
    case 'rejected':
      return await writeRejection(client, send, outcome);
  }
}

async function writeRejection(
  client: Database,
  send: Claimed,
  rejection: Extract<SendOutcome, { kind: 'rejected' }>,
): Promise<Delivery> {
  const verdict = decideRejection({ ...rejection, attempts: send.attempts + 1 });
  const error = { code: rejection.code, http_status: rejection.httpStatus, details: rejection.details };
  if (verdict.kind === 'again') {
    await putBack(client, {
      sendId: send.id,
      delayMs: verdict.delayMs,
      reasonCode: verdict.reasonCode,
      error,
    });
    return { status: 'planned', reasonCode: verdict.reasonCode };
  }
  await settleSend(client, { sendId: send.id, status: 'failed', reasonCode: verdict.reasonCode, error });
  await askHuman(client, send.conversationId, verdict.reasonCode);
  return { status: 'failed', reasonCode: verdict.reasonCode };
}
