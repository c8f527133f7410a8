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

/** Notes that WhatsApp cannot deliver to a buyer; it holds for so long, or (null) until the buyer writes again. */
export async function markUnreachable(
  client: Database,
  buyerId: string,
  mark: { readonly reasonCode: string; readonly atMs: number; readonly forMs: number | null },
): Promise<void> {
  await client.query(
    `update buyer
        set unreachable_at = to_timestamp($3::double precision / 1000), unreachable_reason = $2,
            unreachable_until = to_timestamp(($3::double precision + $4) / 1000)
      where id = $1 and (unreachable_at is null or unreachable_at < to_timestamp($3::double precision / 1000))`,
    [buyerId, mark.reasonCode, mark.atMs, mark.forMs],
  );
}
