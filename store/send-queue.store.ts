import type { UnwatchedSendKind } from '../domain/vocabulary';
import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { APP_SCOPE } from './channel.store';
import { ENDED_SEND, endedSendEvents, telling } from './event-outbox.store';
import { NOT_CLAIMED_LIST, UNATTENDED_SEND } from './send-status.lists';

/** While its channel is stopped a send is looked at this often, should the look after the resumption be lost. */
const STOPPED_LOOK_MS = 3_600_000;

/** A send that waits to leave, or that was claimed and not settled. */
export type NextSend = {
  readonly id: string;
  readonly dueAtMs: number;
  /** As screens name it. */
  readonly actionKind: 'send' | 'held_send' | 'scheduled_send';
};

/**
 * The send of a conversation that is due first, counting what holds back its recipient, its number or the app. A claim whose lease ran out is due too:
 * somebody must settle it.
 */
export async function readNextSend(client: Database, conversationId: string): Promise<NextSend | null> {
  return firstRow(
    await client.query<NextSend>(
      `select send.id, coalesce(to_ms(case when send.status = 'claimed' then send.claim_until
                else greatest(send.not_before, coalesce(send.slot_at, line.slot_at), conversation.recipient_not_before, held.until) end), 0)
                as "dueAtMs",
              case when send.status = 'held' then 'held_send' when send.scheduled_for is not null then 'scheduled_send'
                   else 'send' end as "actionKind"
         from send
         join conversation on conversation.id = send.conversation_id
        cross join lateral (
          select greatest(max(not_before), case when bool_or(stopped_at is not null)
                                                then now() + $2 * interval '1 millisecond' end) as until
            from channel where scope in ('${APP_SCOPE}', conversation.phone_number_id)
        ) as held
        -- One place in the number's line is enough: who writes much does not take the places of others.
        cross join lateral (
          select min(slot_at) as slot_at from send as first
           where first.conversation_id = conversation.id and first.status = 'planned'
        ) as line
        where send.conversation_id = $1 and send.status in ('planned', 'held', 'claimed')
        order by "dueAtMs", send.created_at, send.id
        limit 1`,
      [conversationId, STOPPED_LOOK_MS],
    ),
  );
}

/** Ends a send that will not leave, with the reason. */
export async function settleSend(
  client: Database,
  settled: {
    readonly sendId: string;
    readonly status: 'refused' | 'failed' | 'recalled';
    readonly reasonCode: string;
    readonly error?: unknown;
  },
): Promise<void> {
  await client.query(SETTLE, [
    settled.sendId,
    settled.status,
    settled.reasonCode,
    settled.error === undefined ? null : JSON.stringify(settled.error),
  ]);
}

const SETTLE = telling(
  `update send set status = $2, reason_code = $3, error = coalesce($4, error), settled_at = now() where id = $1
   returning ${ENDED_SEND}`,
  endedSendEvents(),
);

/** Notes that nobody knows whether a claimed send left; false when a status has settled it meanwhile. */
export async function markUnconfirmed(
  client: Database,
  sendId: string,
  why: { readonly reasonCode: string; readonly code: string | null },
): Promise<boolean> {
  const marked = await client.query(UNCONFIRMED, [
    sendId,
    why.reasonCode,
    why.code === null ? null : JSON.stringify({ code: why.code }),
  ]);
  return marked.rowCount === 1;
}

const UNCONFIRMED = telling(
  `update send set status = 'unconfirmed', reason_code = $2, error = $3, settled_at = now()
    where id = $1 and status = 'claimed'
   returning ${ENDED_SEND}`,
  endedSendEvents(),
);

/**
 * Puts back a send that certainly did not leave, though perhaps nobody had believed in its answer any more; it passes the
 * gate again, not before the given time.
 */
export async function putBack(
  client: Database,
  back: {
    readonly sendId: string;
    readonly delayMs: number;
    readonly reasonCode: string;
    readonly error?: unknown;
    /** The refusal was about this message or its recipient: it counts towards giving up. */
    readonly isCounted?: boolean;
  },
): Promise<void> {
  await client.query(
    `update send
        set status = 'planned', settled_at = null, reason_code = $3, error = coalesce($4, error), refusals = refusals + $5::int,
            not_before = greatest(not_before, now() + $2 * interval '1 millisecond')
      where id = $1 and status in ('claimed', 'unconfirmed', 'planned')`,
    [
      back.sendId,
      back.delayMs,
      back.reasonCode,
      back.error === undefined ? null : JSON.stringify(back.error),
      back.isCounted === true ? 1 : 0,
    ],
  );
}

/** Recalls the sends of these kinds that have not been claimed; what people wrote and watch is never recalled. */
export async function recallSends(
  client: Database,
  conversationId: string,
  options: { readonly kinds: readonly UnwatchedSendKind[]; readonly reasonCode: string },
): Promise<string[]> {
  const result = await client.query<{ id: string }>(
    `update send set status = 'recalled', reason_code = $3, settled_at = now()
      where conversation_id = $1 and status in ${NOT_CLAIMED_LIST}
        and ((kind = any($2) and kind <> 'human') or ('unattended' = any($2) and ${UNATTENDED_SEND}))
      returning id`,
    [conversationId, options.kinds, options.reasonCode],
  );
  return result.rows.map((row) => row.id);
}

/** Recalls the new attempt of a send that proved to have left, if it has not been claimed. */
export async function recallRepeatOf(client: Database, sendId: string, reasonCode: string): Promise<void> {
  await client.query(
    `update send set status = 'recalled', reason_code = $2, settled_at = now()
      where repeats_send_id = $1 and status in ${NOT_CLAIMED_LIST}`,
    [sendId, reasonCode],
  );
}

/** The addresses of a buyer: the phone if known, else the newest user id. */
export async function readAddress(
  client: Database,
  buyerId: string,
): Promise<{ waId: string | null; userId: string | null }> {
  const found = await client.query<{ waId: string | null; userId: string | null }>(
    `select (select value from buyer_identity where buyer_id = $1 and kind = 'wa_id' and valid_to is null
              order by valid_from desc, id desc limit 1) as "waId",
            (select value from buyer_identity where buyer_id = $1 and kind in ('bsuid', 'parent_bsuid') and valid_to is null
              order by kind, valid_from desc, id desc limit 1) as "userId"`,
    [buyerId],
  );
  return onlyRow(found);
}
