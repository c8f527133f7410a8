import { backOffChannel, recipientHoldMs } from '../domain/send/back-off';
import type { Refusal, RefusalBehaviour } from '../domain/send/refusal.table';
import { templateOf } from '../domain/template/template';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { markUnreachable } from './buyer.store';
import { APP_SCOPE, backOff, lockChannel, raiseAlarm, stopChannel } from './channel.store';
import { noteConsent } from './consent.store';
import { noteTemplateDoubt } from './template-doubt.store';

/** A report of a failure this old says nothing about channel or recipient any more: statuses are repeated for up to a week. */
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
  body: Record<string, unknown>;
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
              to_ms(send.claimed_at) as "claimedAtMs", to_ms(clock_timestamp()) as "nowMs", send.body
         from send join conversation on conversation.id = send.conversation_id where send.id = $1`,
      [refused.sendId],
    ),
  );
  await FOLLOWS[refused.refusal.behaviour](client, place, refused);
  if (refused.refusal.refusalClass === 'content') await doubtTemplate(client, place, refused);
  // A limit of quality is an alarm even where it stops one buyer only.
  if (refused.refusal.behaviour === 'mark_unreachable' && refused.refusal.refusalClass === 'quality')
    await warn(client, place, refused);
}

type Follow = (client: Database, place: Place, refused: Refused) => Promise<void>;

/** The fate of the message is all that follows. */
const nothing: Follow = () => Promise.resolve();

const FOLLOWS: Readonly<Record<RefusalBehaviour, Follow>> = {
  hold_recipient: raiseRecipientHold,
  slow_number: (client, place, refused) =>
    slow(client, place, { ...refused, scope: place.phoneNumberId, kind: 'rate' }),
  slow_app: (client, place, refused) => slow(client, place, { ...refused, scope: APP_SCOPE, kind: 'rate' }),
  rest_number: (client, place, refused) =>
    slow(client, place, { ...refused, scope: place.phoneNumberId, kind: 'quality' }),
  stop_number: (client, place, refused) => stop(client, place, { ...refused, scope: place.phoneNumberId }),
  stop_app: (client, place, refused) => stop(client, place, { ...refused, scope: APP_SCOPE }),
  mark_unreachable: (client, place, refused) => leaveAlone(client, place, { ...refused, forMs: null }),
  rest_recipient: (client, place, refused) =>
    leaveAlone(client, place, { ...refused, forMs: RECIPIENT_REST_MS }),
  opt_out: noteOptOut,
  report_defect: warn,
  try_later: nothing,
  try_once_more: nothing,
  need_template: nothing,
  ask_human: nothing,
};

async function leaveAlone(
  client: Database,
  place: Place,
  left: Refused & { readonly forMs: number | null },
): Promise<void> {
  await markUnreachable(client, place.buyerId, {
    reasonCode: left.refusal.reasonCode,
    atMs: place.claimedAtMs ?? place.nowMs,
    forMs: left.forMs,
  });
}

async function noteOptOut(client: Database, place: Place, refused: Refused): Promise<void> {
  await noteConsent(client, {
    buyerId: place.buyerId,
    value: 'stop',
    reasonCode: 'stop.preference',
    occurredAtMs: place.claimedAtMs ?? place.nowMs,
    evidence: { source: 'send_error', sendId: refused.sendId, raw: refused.error },
  });
}

async function warn(client: Database, place: Place, refused: Refused): Promise<void> {
  await alarm(client, { ...refused, scope: place.phoneNumberId, severity: 'warning' });
}

/** What is known of the template was wrong: it is read again soon, and what the refusal says of it counts at once. */
async function doubtTemplate(client: Database, place: Place, { refusal }: Refused): Promise<void> {
  const template = templateOf(place.body);
  if (template === null) return;
  await noteTemplateDoubt(client, {
    phoneNumberId: place.phoneNumberId,
    name: template.name,
    language: template.language.code,
    atMs: place.claimedAtMs ?? place.nowMs,
    status: refusal.templateStatus ?? null,
  });
}

async function raiseRecipientHold(client: Database, place: Place): Promise<void> {
  if (!isNews(place, [])) return;
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
