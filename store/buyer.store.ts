import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';

/** D and E: how many late replies a buyer gave, and how many an average buyer would have given in that time. */
export type ReplyCounts = { readonly lateReplies: number; readonly expectedLateReplies: number };

/** The reply counts of a buyer. */
export async function readReplyCounts(client: Database, buyerId: string): Promise<ReplyCounts> {
  return onlyRow(
    await client.query<ReplyCounts>(
      'select late_replies as "lateReplies", expected_late_replies as "expectedLateReplies" from buyer where id = $1',
      [buyerId],
    ),
  );
}

/** Takes back the note that a send had caused which reached its buyer after all. */
export async function forgetUnreachable(client: Database, sendId: string): Promise<void> {
  await client.query(
    `update buyer set unreachable_at = null, unreachable_reason = null, unreachable_until = null
       from send join conversation on conversation.id = send.conversation_id
      where send.id = $1 and buyer.id = conversation.buyer_id
        -- Of this send alone: it is noted with the time of its claim, in whole milliseconds.
        and abs(to_ms(buyer.unreachable_at) - to_ms(send.claimed_at)) < 2`,
    [sendId],
  );
}

/** SQL of whether the buyer "buyer" has written since a time: what kept us from writing before is over then. */
export const hasBuyerWrittenSince = (time: string): string => `
  exists (select 1 from message as later
            join conversation as theirs on theirs.id = later.conversation_id
           where theirs.buyer_id = buyer.id and later.direction = 'inbound' and not later.is_imported
             and later.captured_at > ${time})`;

/**
 * Notes that WhatsApp cannot deliver to a buyer; it holds for so long, or (null) until the buyer writes again. Of several
 * notes that hold, the one that holds longest counts, whatever order they come in.
 */
export async function markUnreachable(
  client: Database,
  buyerId: string,
  mark: { readonly reasonCode: string; readonly atMs: number; readonly forMs: number | null },
): Promise<void> {
  await client.query(
    `update buyer set unreachable_at = mark.at, unreachable_reason = $2, unreachable_until = mark.until
       from (select to_timestamp($3::double precision / 1000) as at,
                    to_timestamp(($3::double precision + $4) / 1000) as until) as mark
      where id = $1
        and (unreachable_at is null
             or (unreachable_at < mark.at and ${hasBuyerWrittenSince('buyer.unreachable_at')})
             or ((coalesce(mark.until, 'infinity'), mark.at) > (coalesce(unreachable_until, 'infinity'), unreachable_at)
                 and not ${hasBuyerWrittenSince('mark.at')}))`,
    [buyerId, mark.reasonCode, mark.atMs, mark.forMs],
  );
}
