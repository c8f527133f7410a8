import type { Database } from '../../platform/database';
import { callsIn } from './call-facts';
import type { Assignment, StoredItem } from './item';

/**
 * Notes that buyers called: it opens the window in which we may write to them. Nothing else follows: no buyer or
 * conversation is made, nobody looks, and the report itself stays raw like everything that is not understood. Whose call it
 * was is read from the identifiers whenever somebody asks (`buyer_of_call`), so that it needs not go over.
 */
export async function assignCalls(client: Database, item: StoredItem): Promise<Assignment> {
  for (const call of callsIn(item))
    await client.query(
      // What is reported later about a call may only tell an earlier beginning.
      `insert into buyer_call as known (call_id, phone_number_id, kind, value, is_other_form, began_at, webhook_item_id)
       select $1, $2, named.kind, named.value, named.is_other_form, $6, $7
         from unnest($3::text[], $4::text[], $5::boolean[]) as named (kind, value, is_other_form)
        order by named.kind, named.value
       on conflict (call_id, kind, value) do update
          set began_at = least(known.began_at, excluded.began_at),
              is_other_form = known.is_other_form and excluded.is_other_form`,
      [
        call.id,
        item.phone_number_id,
        call.identifiers.map(({ kind }) => kind),
        call.identifiers.map(({ value }) => value),
        call.identifiers.map(({ isOtherForm }) => isOtherForm),
        new Date(call.beganAtMs),
        item.id,
      ],
    );
  return { kind: 'assigned', lookAt: [] };
}
