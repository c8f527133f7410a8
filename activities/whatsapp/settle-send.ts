import { transientDelayMs } from '../../domain/send/back-off';
import { heldBackBy, mustAskAbout } from '../../domain/send/held-back';
import { classifyRefusal } from '../../domain/send/refusal.table';
import type { Refusal } from '../../domain/send/refusal.table';
import { decideRejection } from '../../domain/send/rejection.decide';
import type { MessageFate } from '../../domain/send/rejection.decide';
import { applyRefusalTo, isPresumedNotLeft } from '../../domain/send/send.state';
import { isWindowOpenAt } from '../../domain/send/window';
import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { identifiersOf } from '../../domain/identity/identifier';
import type { Identifier } from '../../domain/identity/identifier';
import { mayBeSameNumber } from '../../domain/identity/number-variants';
import { lockIdentifiers, noteKnownAs } from '../../store/buyer-identity.store';
import { countSend } from '../../store/budget.store';
import { endBackOff } from '../../store/channel.store';
import { applyRefusal } from '../../store/refusal.store';
import { requestLook } from '../../store/look.store';
import { askHuman, withdrawQuestion } from '../../store/question.store';
import { applySendReport, lockSend } from '../../store/send.store';
import type { LockedSend } from '../../store/send.store';
import { markUnconfirmed, putBack, settleSend } from '../../store/send-queue.store';
import type { SendToClaim } from '../../store/send-claim.store';
import type { Address, SendOutcome } from './whatsapp.client';

/** Tries to write down what WhatsApp answered, before the status webhooks are left to tell it. */
const SETTLE_TRIES_MAX = 5;
const SETTLE_PAUSE_MS = 200;
/** Wait of a send whose lease was over before its call could begin. */
const LEASE_OVER_MS = 1_000;
/** The code for a used-up limit of the account, which a header may announce before any call is refused. */
const ACCOUNT_LIMIT_CODE = 80007;

/** What became of a send; the truth stands in the ledger. */
export type Delivery = { readonly status: string; readonly reasonCode: string | null };

/** A send whose claim is committed: its one call may begin. */
export type Claimed = SendToClaim & {
  readonly address: Address;
  /** A back-off of its recipient or channel ends when WhatsApp takes it. */
  readonly isSlowed: boolean;
  /** When its lease began at the latest, by `performance.now()`. */
  readonly leaseFromMs: number;
};

/** Writes down the outcome; tries for a while, since WhatsApp's answer comes only once. */
export async function settle(
  database: TransactionalDatabase,
  send: Claimed,
  outcome: SendOutcome,
): Promise<Delivery> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(database, async (client) => {
        const names = newNames(send, outcome);
        if (names.length > 0) await lockIdentifiers(client, names);
        // Buyer and conversation before the send and before any channel, as everywhere: an outcome may ask a human.
        const locked = await lockSend(client, send.id);
        if (locked === null) return { status: 'missing', reasonCode: 'gate.missing' };
        if (isOfEarlierAttempt(send, locked) && outcome.kind !== 'accepted')
          return { status: locked.status, reasonCode: locked.reasonCode };
        if (names.length > 0) await noteKnownAs(client, locked.conversation_id, names);
        const delivery = await writeOutcome(client, { ...send, locked }, outcome);
        // The budget is locked last, after any channel.
        await countSend(client, send.id);
        return delivery;
      });
    } catch (error) {
      if (tries >= SETTLE_TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_PAUSE_MS * tries));
    }
  }
}

/**
 * Only what was written down as not having left is claimed again: the outcome stands in the ledger, and only the word that it
 * does was lost. What stands there now belongs to the next attempt.
 */
function isOfEarlierAttempt(send: Claimed, locked: LockedSend): boolean {
  return locked.attempts > send.attempts;
}

/** Names of the recipient that the message was not sent to: a number that WhatsApp writes in another way, a user id. */
function newNames({ address }: Claimed, outcome: SendOutcome): Identifier[] {
  if (outcome.kind !== 'accepted') return [];
  const { waId, userId } = address;
  return identifiersOf(outcome.knownAs).filter(({ kind, value }) =>
    kind === 'wa_id' ? waId !== null && value !== waId && mayBeSameNumber(value, waId) : value !== userId,
  );
}

/** What stands in the ledger now: the conversation may have been joined to another while WhatsApp was called. */
type Settling = Claimed & { readonly locked: LockedSend };

async function writeOutcome(client: Database, send: Settling, outcome: SendOutcome): Promise<Delivery> {
  switch (outcome.kind) {
    case 'accepted':
      return await writeAcceptance(client, send, outcome);
    case 'not-sent':
      // An outage is waited out, however long: what was planned for a time is refused when that has passed.
      return await writeNotLeft(client, send, {
        fate: {
          kind: 'again',
          delayMs:
            outcome.code === 'lease_over'
              ? LEASE_OVER_MS
              : transientDelayMs({ sendId: send.id, refusals: send.attempts - 1, toldMs: null }),
          isCounted: false,
        },
        reasonCode: 'whatsapp.unreachable_host',
      });
    case 'ambiguous':
      return await writeAmbiguity(client, send, outcome);
    case 'rejected':
      return await writeRejection(client, send, outcome);
  }
}

/** HTTP statuses that say by themselves how the channel stands, whoever answered and whatever became of the message. */
const TELLING_STATUSES: readonly (number | null)[] = [401, 403, 429];

async function writeAmbiguity(
  client: Database,
  send: Settling,
  outcome: Extract<SendOutcome, { kind: 'ambiguous' }>,
): Promise<Delivery> {
  const { code, httpStatus, retryAfterMs } = outcome;
  // A status may have adopted the send already; then nothing is uncertain any more.
  if (await markUnconfirmed(client, send.id, { reasonCode: 'send.unconfirmed', code }))
    await askHuman(client, send.locked.conversation_id, 'send.unconfirmed');
  if (TELLING_STATUSES.includes(httpStatus))
    await applyRefusal(client, {
      sendId: send.id,
      refusal: classifyRefusal({ code: null, httpStatus }),
      error: { code, http_status: httpStatus },
      retryAfterMs,
    });
  return { status: 'unconfirmed', reasonCode: 'send.unconfirmed' };
}

async function writeAcceptance(
  client: Database,
  send: Settling,
  accepted: Extract<SendOutcome, { kind: 'accepted' }>,
): Promise<Delivery> {
  const heldBack = heldBackBy(accepted.messageStatus);
  const applied = await applySendReport(client, send.locked, {
    whatsappId: accepted.whatsappId,
    status: 'accepted',
    atMs: Date.now(),
    heldBackBy: heldBack?.reasonCode ?? null,
  });
  // Else a status that was quicker than the answer tells more.
  if (heldBack !== null && applied.status === 'accepted')
    await followHolding(client, send, { heldBack, messageStatus: accepted.messageStatus });
  if (send.isSlowed) await endBackOff(client, send.id);
  if (accepted.restMs !== null)
    await applyRefusal(client, {
      sendId: send.id,
      refusal: classifyRefusal({ code: ACCOUNT_LIMIT_CODE, httpStatus: null }),
      error: { announced_ms: accepted.restMs },
      retryAfterMs: accepted.restMs,
    });
  return {
    status: applied.status,
    reasonCode: applied.status === 'accepted' ? (heldBack?.reasonCode ?? null) : null,
  };
}

/** The template is to blame: people hear of it, and what is known of it is read again. */
async function followHolding(
  client: Database,
  send: Settling,
  held: { readonly heldBack: Refusal; readonly messageStatus: string | null },
): Promise<void> {
  const { heldBack, messageStatus } = held;
  if (mustAskAbout(heldBack)) await askHuman(client, send.locked.conversation_id, heldBack.reasonCode);
  await applyRefusal(client, {
    sendId: send.id,
    refusal: heldBack,
    error: { message_status: messageStatus },
    retryAfterMs: null,
  });
}

async function writeRejection(
  client: Database,
  send: Settling,
  rejection: Extract<SendOutcome, { kind: 'rejected' }>,
): Promise<Delivery> {
  const { windowClosesAtMs, nowMs } = send.facts;
  const { refusal, message } = decideRejection({
    ...rejection,
    sendId: send.id,
    refusals: send.refusals,
    isWindowOpen: isWindowOpenAt(windowClosesAtMs, nowMs),
  });
  const { reasonCode } = refusal;
  const { code, httpStatus, title, details } = rejection;
  const error = { code, title, details, class: refusal.refusalClass, http_status: httpStatus };
  const delivery = await writeNotLeft(client, send, { fate: message, reasonCode, error });
  // What reports tell about the message counts more, also for what follows from it.
  if (applyRefusalTo(send.locked) === 'as_it_is') return delivery;
  await applyRefusal(client, { sendId: send.id, refusal, error, retryAfterMs: rejection.retryAfterMs });
  return delivery;
}

/**
 * Writes down that a message did not leave, however late that is known: its attempt may have been given up for lost, and
 * people may have decided about it. What waits again was waited for by nobody any more, so the conversation looks.
 */
async function writeNotLeft(
  client: Database,
  send: Settling,
  outcome: { readonly fate: MessageFate; readonly reasonCode: string; readonly error?: object },
): Promise<Delivery> {
  const { locked } = send;
  const { fate, reasonCode, error } = outcome;
  const standing = applyRefusalTo(locked);
  if (standing === 'as_it_is') return { status: locked.status, reasonCode: locked.reasonCode };
  const settled = { sendId: send.id, reasonCode, error };
  if (standing === 'open' && fate.kind === 'again') {
    await putBack(client, { ...settled, ...fate });
    await withdrawQuestion(client, locked);
    if (locked.status === 'unconfirmed') await requestLook(client, locked.conversation_id);
    return { status: 'planned', reasonCode };
  }
  await settleSend(client, { ...settled, status: 'failed' });
  // Who declared it lost knows already.
  if (!isPresumedNotLeft(locked)) await askHuman(client, locked.conversation_id, reasonCode);
  return { status: 'failed', reasonCode };
}
