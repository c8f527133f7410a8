import { backOffChannel, recipientHoldMs } from '../domain/send/back-off';
import type { Refusal } from '../domain/send/refusal.table';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { markUnreachable } from './buyer.store';
import { APP_SCOPE, backOff, lockChannel, raiseAlarm, stopChannel } from './channel.store';
import { applyPreferences, insertPreference } from './preference.store';

/** A report of a failure this old says nothing about the channel any more: statuses are repeated for up to a week. */
const NEWS_MAX_AGE_MS = 3_600_000;
/** The same alarm is raised once in this time, however many messages meet the same defect. */
const ALARM_QUIET_MS = 3_600_000;
/** "Not within 24 h", says Meta of a buyer who gets too much marketing. */
const RECIPIENT_REST_MS = 24 * 3_600_000;

type Refused = {
  readonly sendId: string;
  readonly refusal: Refusal;
  /** Kept with what it caused: codes and Meta's details, never words of ours. */
  readonly error: unknown;
  /** Wait that WhatsApp asks for. */
  readonly retryAfterMs: number | null;
};

type Place = {
  conversationId: string;
  buyerId: string;
  phoneNumberId: string;
  recipientLevel: number;
  claimedAtMs: number | null;
  nowMs: number;
};

/**
 * Carries out what follows from a refusal beside the fate of the message itself, whether WhatsApp answered with it at
 * once or reported it later. The caller holds the locks of buyer, conversation and send; a channel is locked last.
 */
export async function applyRefusal(client: Database, refused: Refused): Promise<void> {
  const place = onlyRow(
    await client.query<Place>(
      `select conversation.id as "conversationId", conversation.buyer_id as "buyerId",
              conversation.phone_number_id as "phoneNumberId",
              conversation.recipient_backoff_level as "recipientLevel",
              to_ms(send.claimed_at) as "claimedAtMs", to_ms(clock_timestamp()) as "nowMs"
         from send join conversation on conversation.id = send.conversation_id where send.id = $1`,
      [refused.sendId],
    ),
  );
  switch (refused.refusal.behaviour) {
    case 'hold_recipient':
      await raiseRecipientHold(client, place);
      return;
    case 'slow_number':
      await slow(client, place, { ...refused, scope: place.phoneNumberId, kind: 'rate' });
      return;
    case 'slow_app':
      await slow(client, place, { ...refused, scope: APP_SCOPE, kind: 'rate' });
      return;
    case 'rest_number':
      await slow(client, place, { ...refused, scope: place.phoneNumberId, kind: 'quality' });
      return;
    case 'stop_number':
      await stop(client, place, { ...refused, scope: place.phoneNumberId });
      return;
    case 'stop_app':
      await stop(client, place, { ...refused, scope: APP_SCOPE });
      return;
    default:
      await applyToBuyer(client, place, refused);
  }
}

async function applyToBuyer(client: Database, place: Place, refused: Refused): Promise<void> {
  const { behaviour, reasonCode } = refused.refusal;
  switch (behaviour) {
    case 'mark_unreachable':
    case 'rest_recipient':
      await markUnreachable(client, place.buyerId, {
        reasonCode,
        atMs: place.claimedAtMs ?? place.nowMs,
        forMs: behaviour === 'rest_recipient' ? RECIPIENT_REST_MS : null,
      });
      break;
    case 'opt_out':
      await insertPreference(client, {
        buyerId: place.buyerId,
        category: 'marketing_messages',
        value: 'stop',
        occurredAtMs: place.claimedAtMs ?? place.nowMs,
        raw: refused.error,
        webhookItemId: null,
      });
      await applyPreferences(client, place.buyerId);
      break;
    case 'report_defect':
      await alarm(client, { ...refused, scope: place.phoneNumberId, severity: 'warning' });
      break;
    default:
      // The fate of the message is all that follows.
      break;
  }
  // A limit of quality is an alarm even where it stops one buyer only.
  if (behaviour === 'mark_unreachable' && refused.refusal.refusalClass === 'quality')
    await alarm(client, { ...refused, scope: place.phoneNumberId, severity: 'warning' });
}

async function raiseRecipientHold(client: Database, place: Place): Promise<void> {
  await client.query(
    `update conversation
        set recipient_backoff_level = recipient_backoff_level + 1,
            recipient_not_before = greatest(recipient_not_before, clock_timestamp() + $2 * interval '1 millisecond')
      where id = $1`,
    [place.conversationId, recipientHoldMs(place.recipientLevel)],
  );
}

type Scoped = Refused & { readonly scope: string };

/** Slows a channel by one step for all refusals of calls that were under way together. */
async function slow(
  client: Database,
  place: Place,
  slowed: Scoped & { readonly kind: 'rate' | 'quality' },
): Promise<void> {
  const past = await lockChannel(client, slowed.scope);
  if (!isNews(place, [past.backedOffAtMs, past.resumedAtMs])) return;
  await backOff(client, slowed.scope, {
    ...backOffChannel({
      kind: slowed.kind,
      level: past.level,
      nowMs: place.nowMs,
      toldMs: slowed.retryAfterMs,
    }),
    reasonCode: slowed.refusal.reasonCode,
  });
  if (slowed.kind === 'quality') await alarm(client, { ...slowed, severity: 'warning' });
}

/** Stops a channel, unless a person let it go on after this message was claimed. */
async function stop(client: Database, place: Place, stopped: Scoped): Promise<void> {
  const past = await lockChannel(client, stopped.scope);
  if (past.isStopped || !isNews(place, [past.resumedAtMs])) return;
  await stopChannel(client, stopped.scope, {
    reasonCode: stopped.refusal.reasonCode,
    error: stopped.error,
  });
  await alarm(client, { ...stopped, severity: 'critical' });
}

/** Whether a refusal tells anything new: its call began after what is known, and not long ago. */
function isNews(place: Place, knownAtMs: readonly (number | null)[]): boolean {
  const { claimedAtMs } = place;
  if (claimedAtMs === null || place.nowMs - claimedAtMs > NEWS_MAX_AGE_MS) return false;
  return knownAtMs.every((atMs) => atMs === null || atMs < claimedAtMs);
}

async function alarm(
  client: Database,
  raised: Scoped & { readonly severity: 'warning' | 'critical' },
): Promise<void> {
  await raiseAlarm(client, {
    scope: raised.scope,
    event: raised.refusal.reasonCode,
    severity: raised.severity,
    raw: { error: raised.error, behaviour: raised.refusal.behaviour, send_id: raised.sendId },
    // A stop is told once by its own nature; a person who resumed in vain must hear of it at once.
    quietMs: raised.severity === 'critical' ? 0 : ALARM_QUIET_MS,
  });
}
