import { searchVariants } from '../domain/identity/number-variants';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** What WhatsApp knows a person by; digits without a plus for a phone. */
export type BuyerIdentifier = {
  readonly kind: 'wa_id' | 'bsuid' | 'parent_bsuid';
  readonly value: string;
};

/** Puts a person on the list; one who is on it already keeps the first entry. */
export async function addNeverAutomate(
  client: Database,
  entry: BuyerIdentifier & { readonly reason: string; readonly actor: string },
): Promise<{ readonly id: number; readonly isNew: boolean }> {
  const values = entry.kind === 'wa_id' ? searchVariants(entry.value) : [entry.value];
  const added = firstRow(
    await client.query<{ id: number }>(
      `insert into never_automate (kind, value, also, reason, added_by) values ($1, $2, $3, $4, $5)
       on conflict (kind, value) where removed_at is null do nothing
       returning id`,
      [entry.kind, entry.value, values.filter((value) => value !== entry.value), entry.reason, entry.actor],
    ),
  );
  if (added !== null) return { id: added.id, isNew: true };
  const present = firstRow(
    await client.query<{ id: number }>(
      'select id from never_automate where kind = $1 and value = $2 and removed_at is null',
      [entry.kind, entry.value],
    ),
  );
  // Removed in the same moment: the next try adds it again.
  if (present === null) return await addNeverAutomate(client, entry);
  return { id: present.id, isNew: false };
}

/** Takes an entry off the list, which keeps it with its end; false when there is no such entry. */
export async function removeNeverAutomate(
  client: Database,
  removal: { readonly id: number; readonly reason: string; readonly actor: string },
): Promise<boolean> {
  const removed = await client.query(
    `update never_automate set removed_at = now(), removed_by = $2, remove_reason = $3
      where id = $1 and removed_at is null`,
    [removal.id, removal.actor, removal.reason],
  );
  return removed.rowCount === 1;
}
