import type { NumberMode } from '../domain/vocabulary';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { changePermissions } from './permission.store';

/** The actor of changes that follow from another policy. */
const POLICY = 'policy';

/** A mode for a number, and who wants it. */
export type ModeChange = {
  readonly phoneNumberId: string;
  readonly mode: NumberMode;
  readonly actor: string;
  readonly reason: string;
  /** The policy decides again, from now on. */
  readonly followsPolicy: boolean;
};

/** Sets the mode of a number and notes who did and why; false when there is no such number. */
export async function setMode(client: Database, change: ModeChange): Promise<boolean> {
  const before = firstRow(
    await client.query<{ mode: string }>(
      'select mode from number where phone_number_id = $1 for no key update',
      [change.phoneNumberId],
    ),
  );
  if (before === null) return false;
  await client.query(
    `update number
        set mode = $2, mode_chosen_at = case when not $4 then clock_timestamp() end,
            mode_chosen_by = case when not $4 then $3::text end
      where phone_number_id = $1`,
    [change.phoneNumberId, change.mode, change.actor, change.followsPolicy],
  );
  await client.query(
    `insert into number_mode_change (phone_number_id, mode_before, mode_after, actor, reason)
     values ($1, $2, $3, $4, $5)`,
    [change.phoneNumberId, before.mode, change.mode, change.actor, change.reason],
  );
  return true;
}

/** Gives every number whose mode nobody chose the mode that a new policy wants for it. */
export async function followPolicy(
  client: Database,
  modeOf: (phoneNumberId: string) => NumberMode,
): Promise<void> {
  await changePermissions(client);
  const { rows } = await client.query<{ id: string; mode: NumberMode }>(
    `select phone_number_id as id, mode from number
      where mode_chosen_at is null order by phone_number_id for no key update`,
  );
  const changed = rows.filter(({ id, mode }) => modeOf(id) !== mode);
  if (changed.length === 0) return;
  await client.query(
    `with wanted as (
       select * from unnest($1::text[], $2::text[]) as given (id, mode)
     ), noted as (
       insert into number_mode_change (phone_number_id, mode_before, mode_after, actor)
       select number.phone_number_id, number.mode, wanted.mode, $3
         from number join wanted on wanted.id = number.phone_number_id
     )
     update number set mode = wanted.mode from wanted where wanted.id = number.phone_number_id`,
    [changed.map(({ id }) => id), changed.map(({ id }) => modeOf(id)), POLICY],
  );
}
