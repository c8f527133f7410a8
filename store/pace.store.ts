import type { PaceFacts } from '../domain/send/pace.decide';
import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { APP_SCOPE, ensureChannel } from './channel.store';

type PaceRow = {
  nowMs: number;
  slotAtMs: number | null;
  recipientNotBeforeMs: number | null;
  borrowedUntilMs: number | null;
  recipientLevel: number;
  nextSlotAtMs: number | null;
  numberStoppedReason: string | null;
  numberNotBeforeMs: number | null;
  numberLevel: number;
  appStoppedReason: string | null;
  appNotBeforeMs: number | null;
  appLevel: number;
};

/** What decides when a send may leave; `isSlowed` = a success has something to end. */
export type SendPace = { readonly facts: PaceFacts; readonly isSlowed: boolean };

/**
 * Reads what decides when a send may leave, and locks the channel of its number: the last lock of the gate, held by all
 * sends of the number in turn, so nothing slow may follow before the commit.
 */
export async function readPace(
  client: Database,
  send: { readonly id: string; readonly phoneNumberId: string; readonly messagesPerSecond: number },
): Promise<SendPace> {
  const row = (await lockPace(client, send.id)) ?? (await createAndLock(client, send));
  return {
    facts: {
      nowMs: row.nowMs,
      app: {
        stoppedReason: row.appStoppedReason,
        notBeforeMs: row.appNotBeforeMs,
        backOffLevel: row.appLevel,
      },
      number: {
        stoppedReason: row.numberStoppedReason,
        notBeforeMs: row.numberNotBeforeMs,
        backOffLevel: row.numberLevel,
        nextSlotAtMs: row.nextSlotAtMs,
        messagesPerSecond: send.messagesPerSecond,
      },
      recipient: { notBeforeMs: row.recipientNotBeforeMs, borrowedUntilMs: row.borrowedUntilMs },
      slotAtMs: row.slotAtMs,
    },
    isSlowed: row.recipientLevel + row.numberLevel + row.appLevel > 0,
  };
}

async function createAndLock(
  client: Database,
  send: { readonly id: string; readonly phoneNumberId: string },
): Promise<PaceRow> {
  await ensureChannel(client, send.phoneNumberId);
  return onlyRow(await client.query<PaceRow>(PACE, [send.id]));
}

async function lockPace(client: Database, sendId: string): Promise<PaceRow | null> {
  return firstRow(await client.query<PaceRow>(PACE, [sendId]));
}

const PACE = `
  select to_ms(clock_timestamp()) as "nowMs", to_ms(send.slot_at) as "slotAtMs",
         to_ms(conversation.recipient_not_before) as "recipientNotBeforeMs",
         to_ms(conversation.pair_borrowed_until) as "borrowedUntilMs",
         conversation.recipient_backoff_level as "recipientLevel",
         to_ms(channel.next_slot_at) as "nextSlotAtMs", channel.stopped_reason as "numberStoppedReason",
         to_ms(channel.not_before) as "numberNotBeforeMs", channel.backoff_level as "numberLevel",
         app.stopped_reason as "appStoppedReason", to_ms(app.not_before) as "appNotBeforeMs",
         coalesce(app.backoff_level, 0) as "appLevel"
    from send
    join conversation on conversation.id = send.conversation_id
    join channel on channel.scope = conversation.phone_number_id
    left join channel as app on app.scope = '${APP_SCOPE}'
   where send.id = $1
     for update of channel`;

/** Takes what one message costs from the allowances of its number and of its recipient. */
export async function spendAllowance(
  client: Database,
  sendId: string,
  spent: { readonly nextSlotAtMs: number | null; readonly borrowedUntilMs: number },
): Promise<void> {
  await client.query(
    `with place as (
       select conversation.id, conversation.phone_number_id
         from send join conversation on conversation.id = send.conversation_id where send.id = $1
     ), number as (
       update channel set next_slot_at = to_timestamp($2::double precision / 1000)
         from place where channel.scope = place.phone_number_id
     )
     update conversation
        set pair_borrowed_until = to_timestamp($3::double precision / 1000), recipient_not_before = null
       from place where conversation.id = place.id`,
    [sendId, spent.nextSlotAtMs, spent.borrowedUntilMs],
  );
}

/** Gives a send its place in the line of its number; it is due then. */
export async function takeSlot(
  client: Database,
  sendId: string,
  slot: { readonly atMs: number; readonly nextSlotAtMs: number | null; readonly reasonCode: string },
): Promise<void> {
  await client.query(
    `with place as (
       select conversation.phone_number_id
         from send join conversation on conversation.id = send.conversation_id where send.id = $1
     ), number as (
       update channel set next_slot_at = to_timestamp($3::double precision / 1000)
         from place where channel.scope = place.phone_number_id
     )
     update send set slot_at = to_timestamp($2::double precision / 1000), reason_code = $4 where id = $1`,
    [sendId, slot.atMs, slot.nextSlotAtMs, slot.reasonCode],
  );
}

/** Holds everything to one recipient through one number until a time. */
export async function holdRecipient(
  client: Database,
  held: { readonly sendId: string; readonly untilMs: number; readonly reasonCode: string },
): Promise<void> {
  await client.query(
    `with waiting as (update send set reason_code = $3 where id = $1 returning conversation_id)
     update conversation set recipient_not_before = to_timestamp($2::double precision / 1000)
       from waiting where conversation.id = waiting.conversation_id`,
    [held.sendId, held.untilMs, held.reasonCode],
  );
}

/** Says why a send waits; when it goes on stands elsewhere. */
export async function noteWaiting(client: Database, sendId: string, reasonCode: string): Promise<void> {
  await client.query('update send set reason_code = $2 where id = $1', [sendId, reasonCode]);
}
