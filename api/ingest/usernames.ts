import { toUsername } from '../../domain/identity/username';
import type { Database } from '../../platform/database';

/** Notes that a buyer was seen with a username. It is shown and never joins anybody; the one seen last is the current one. */
export async function noteUsername(
  client: Database,
  seen: { readonly buyerId: string; readonly username: string | null | undefined; readonly atMs: number },
): Promise<void> {
  const username = toUsername(seen.username);
  if (username === null) return;
  const values = [seen.buyerId, username, new Date(seen.atMs)];
  const known = await client.query(
    `update buyer_identity set valid_from = least(valid_from, $3), seen_at = greatest(seen_at, $3)
      where id = (select min(id) from buyer_identity where buyer_id = $1 and kind = 'username' and value = $2)`,
    values,
  );
  if (known.rowCount === 0)
    await client.query(
      `insert into buyer_identity (buyer_id, kind, value, valid_from, seen_at) values ($1, 'username', $2, $3, $3)`,
      values,
    );
  await settleUsernames(client, seen.buyerId);
}

/** Makes the username that was seen last the current one, whatever order they were reported in. */
export async function settleUsernames(client: Database, buyerId: string): Promise<void> {
  await client.query(
    `update buyer_identity
        set valid_to = case when id = newest.newest_id then null else seen_at end
       from (select id as newest_id from buyer_identity where buyer_id = $1 and kind = 'username'
              order by seen_at desc, value desc, id desc limit 1) as newest
      where buyer_id = $1 and kind = 'username'
        and valid_to is distinct from case when id = newest.newest_id then null else seen_at end`,
    [buyerId],
  );
}
