import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** A wish of a buyer to be written to or not, with what proves it. */
export type Consent = {
  readonly buyerId: string;
  /**
   * `stop`, `resume` or `signup`; `opt_in` = a person says so, which allows to write first and ends no stop; whatever else
   * WhatsApp reports is kept and changes nothing.
   */
  readonly value: string;
  readonly reasonCode: string;
  readonly occurredAtMs: number;
  readonly evidence:
    | { readonly source: 'message'; readonly messageId: string }
    | { readonly source: 'preference'; readonly webhookItemId: number; readonly raw: unknown }
    | { readonly source: 'send_error'; readonly sendId: string; readonly raw: unknown }
    | { readonly source: 'command'; readonly decisionId: number };
  /** In the words of whoever recorded it. */
  readonly details?: unknown;
};

/**
 * Notes a wish and brings the opt-out up to date, in whatever order wishes become known: a stop holds until a later
 * consent. The same evidence counts once. Runs under the buyer's lock. True when the buyer has opted out now.
 */
export async function noteConsent(client: Database, consent: Consent): Promise<boolean> {
  const { evidence } = consent;
  await client.query(
    `insert into consent (key, buyer_id, value, source, reason_code, occurred_at, message_id, webhook_item_id, send_id,
        decision_id, raw, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (key) do nothing`,
    [
      keyOf(evidence),
      consent.buyerId,
      consent.value,
      evidence.source,
      consent.reasonCode,
      new Date(consent.occurredAtMs),
      evidence.source === 'message' ? evidence.messageId : null,
      evidence.source === 'preference' ? evidence.webhookItemId : null,
      evidence.source === 'send_error' ? evidence.sendId : null,
      evidence.source === 'command' ? evidence.decisionId : null,
      'raw' in evidence ? JSON.stringify(evidence.raw) : null,
      consent.details === undefined ? null : JSON.stringify(consent.details),
    ],
  );
  return await applyConsent(client, consent.buyerId);
}

function keyOf(evidence: Consent['evidence']): string {
  switch (evidence.source) {
    case 'message':
      return `message:${evidence.messageId}`;
    case 'preference':
      return `item:${evidence.webhookItemId}`;
    case 'send_error':
      return `send:${evidence.sendId}`;
    case 'command':
      return `decision:${evidence.decisionId}`;
  }
}

/** Computes the opt-out from all wishes of a buyer; the first stop after the last consent holds. True when opted out. */
export async function applyConsent(client: Database, buyerId: string): Promise<boolean> {
  const updated = await client.query<{ is_opted_out: boolean }>(
    `with welcome as (
       select coalesce(max(occurred_at), '-infinity') as at from consent
        where buyer_id = $1 and value in ('resume', 'signup')
     ), stop as (
       select occurred_at, reason_code from consent, welcome
        where buyer_id = $1 and value = 'stop' and occurred_at >= welcome.at
        order by occurred_at, consent.id limit 1
     )
     update buyer
        set opted_out_at = stop.occurred_at, opted_out_reason = stop.reason_code
       from (select 1) as one left join stop on true
      where buyer.id = $1
      returning buyer.opted_out_at is not null as is_opted_out`,
    [buyerId],
  );
  return firstRow(updated)?.is_opted_out ?? false;
}

/** An opt-out that was noted when a message of a turn came. */
export type StopOfTurn = {
  /** The buyer had opted out already when the first of them was noted. */
  readonly wasOptedOut: boolean;
};

/** The opt-out that was noted from what a turn says; null when there is none. */
export async function readStopOfTurn(
  client: Database,
  about: { readonly buyerId: string; readonly turnId: string },
): Promise<StopOfTurn | null> {
  return firstRow(
    await client.query<StopOfTurn>(
      `with own as (
         select min(consent.id) as id from consent join message on message.id = consent.message_id
          where consent.buyer_id = $1 and message.turn_id = $2 and consent.value = 'stop'
       ), before as (
         select consent.* from consent join own on consent.id < own.id where consent.buyer_id = $1
       ), welcome as (
         select coalesce(max(occurred_at), '-infinity') as at from before where value in ('resume', 'signup')
       )
       select exists (select 1 from before, welcome
                       where value = 'stop' and occurred_at >= welcome.at) as "wasOptedOut"
         from own where own.id is not null`,
      [about.buyerId, about.turnId],
    ),
  );
}

/** Stops of one buyer that hold for another one as well. */
export type SharedStops = {
  /** Begins the keys of the copies: one copy for each reason to make it. */
  readonly cause: string;
  readonly fromId: string;
  readonly toId: string;
  /** Only what was recorded from then on; a text keeps what Postgres knows finer than a Date. */
  readonly since: Date | string;
};

/**
 * Copies stops that a person or WhatsApp told us, as nobody knows whom they were about, and those that were copied so
 * before. What the other buyer has said already is not copied. The caller applies the consents and holds both locks.
 */
export async function shareStops(client: Database, shared: SharedStops): Promise<void> {
  await client.query(
    `insert into consent (key, buyer_id, value, source, reason_code, occurred_at)
     select $1::text || ':' || told.id, $3, value, 'earlier', reason_code, occurred_at from consent as told
      where buyer_id = $2 and value = 'stop' and source in ('command', 'send_error', 'earlier') and recorded_at >= $4
        and not exists (select 1 from consent as known
                         where known.buyer_id = $3 and known.value = 'stop' and known.reason_code = told.reason_code
                           and known.occurred_at = told.occurred_at)
     on conflict (key) do nothing`,
    [shared.cause, shared.fromId, shared.toId, shared.since],
  );
}

/** Whether the buyer was asked in this episode if they want no more messages. */
export async function hasAskedOptOut(
  client: Database,
  place: { readonly conversationId: string; readonly episodeId: string },
): Promise<boolean> {
  const found = await client.query(
    `select 1 from send where conversation_id = $1 and episode_id = $2 and kind = 'opt_out_question'
        and status not in ('draft', 'refused', 'recalled', 'failed')`,
    [place.conversationId, place.episodeId],
  );
  return found.rows.length > 0;
}
