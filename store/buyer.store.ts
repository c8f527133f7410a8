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

/** Notes that a buyer wants no more messages; the first wish holds. */
export async function optOut(client: Database, buyerId: string, reasonCode: string): Promise<void> {
  await client.query(
    `update buyer set opted_out_at = coalesce(opted_out_at, now()), opted_out_reason = coalesce(opted_out_reason, $2)
      where id = $1`,
    [buyerId, reasonCode],
  );
}
