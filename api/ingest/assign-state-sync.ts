import { searchVariants } from '../../domain/identity/identity.decide';
import type { Database } from '../../platform/database';
import { identifiersOf } from './identifiers';
import type { Assignment, StoredItem } from './item';
import { digitsOf, saidAtMs } from './message-facts';
import { storedStateSyncSchema } from './webhook.schema';
import type { StateSync } from './webhook.schema';

/** Every other action, known or not, tells how the contact reads now. */
const REMOVED = 'remove';

/**
 * Keeps how the phone app calls a person; what it did last counts, by its own time and not by the order of arrival. It
 * names buyers who exist or will exist; it makes none, begins no conversation and triggers nothing.
 */
export async function assignStateSync(client: Database, item: StoredItem): Promise<Assignment> {
  const { state_sync: sync, entry_time, turns } = storedStateSyncSchema.parse(item.raw);
  const identifiers = whoIsCalled(sync);
  const [key] = identifiers;
  if (key === undefined || item.phone_number_id === null) return { kind: 'set-aside', error: 'no_contact' };
  const timestamp = sync.metadata?.timestamp ?? sync['timestamp'] ?? entry_time;
  await client.query(
    `insert into phone_app_contact as known (phone_number_id, key, identifiers, full_name, first_name, is_removed,
        occurred_at, place, webhook_item_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (phone_number_id, key) do update
        set identifiers = excluded.identifiers, full_name = excluded.full_name, first_name = excluded.first_name,
            is_removed = excluded.is_removed, occurred_at = excluded.occurred_at, place = excluded.place,
            webhook_item_id = excluded.webhook_item_id
      where (excluded.occurred_at, excluded.place, excluded.is_removed, coalesce(excluded.full_name, ''))
            >= (known.occurred_at, known.place, known.is_removed, coalesce(known.full_name, ''))`,
    [
      item.phone_number_id,
      key,
      identifiers,
      sync.contact?.full_name ?? null,
      sync.contact?.first_name ?? null,
      sync.action === REMOVED,
      new Date(saidAtMs({ timestamp }, item.captured_at.getTime())),
      turns,
      item.id,
    ],
  );
  return { kind: 'assigned', lookAt: [] };
}

/** Whom a contact is about: the phone first, which most contacts of the app have; a user id may stand in its place. */
function whoIsCalled({ contact }: StateSync): string[] {
  const given = contact?.phone_number;
  const isPhone = given === undefined || identifiersOf([given]).every(({ kind }) => kind === 'wa_id');
  const userIds = identifiersOf([isPhone ? undefined : given, contact?.user_id, contact?.parent_user_id]);
  return [
    ...new Set([...(isPhone ? searchVariants(digitsOf(given)) : []), ...userIds.map(({ value }) => value)]),
  ];
}
