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
