import type { Database } from '../../platform/database';
import { callsIn } from './call-facts';
import type { Assignment, StoredItem } from './item';

/**
 * Notes that buyers called: it opens the window in which we may write to them. Nothing else follows: no buyer or
 * conversation is made, nobody looks, and the report itself stays raw like everything that is not understood.
 */
export async function assignCalls(client: Database, item: StoredItem): Promise<Assignment> {
  for (const call of callsIn(item))
    await client.query(
      // What is reported later about a call may only tell an earlier beginning.
      `insert into buyer_call as known (call_id, phone_number_id, kind, value, began_at, webhook_item_id)
       select $1, $2, named.kind, named.value, $5, $6 from unnest($3::text[], $4::text[]) as named (kind, value)
        order by named.kind, named.value
       on conflict (call_id, kind, value) do update set began_at = least(known.began_at, excluded.began_at)`,
      [
        call.id,
        item.phone_number_id,
        call.identifiers.map(({ kind }) => kind),
        call.identifiers.map(({ value }) => value),
        new Date(call.beganAtMs),
        item.id,
      ],
    );
  return { kind: 'assigned', lookAt: [] };
}
