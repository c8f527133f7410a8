import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';

/** What a kill switch stops: everything automated, a number, or a rule. */
export type KillSwitchScope = 'everything' | 'number' | 'rule';

/** A switch that a person throws; `target` is the number or the rule, empty for everything. */
export type NewKillSwitch = {
  readonly scope: KillSwitchScope;
  readonly target: string;
  readonly actor: string;
  readonly reason: string;
};

/** Throws a switch; one that is thrown already stays as it is. */
export async function throwSwitch(
  client: Database,
  thrown: NewKillSwitch,
): Promise<{ readonly id: number; readonly isNew: boolean }> {
  const added = await client.query<{ id: number }>(
    `insert into kill_switch (scope, target, actor, reason) values ($1, $2, $3, $4)
     on conflict (scope, target) where released_at is null do nothing
     returning id`,
    [thrown.scope, thrown.target, thrown.actor, thrown.reason],
  );
  const [row] = added.rows;
  if (row !== undefined) return { id: row.id, isNew: true };
  // Nobody releases it meanwhile: whoever throws or releases holds the permissions alone.
  const present = await client.query<{ id: number }>(
    'select id from kill_switch where scope = $1 and target = $2 and released_at is null',
    [thrown.scope, thrown.target],
  );
  return { id: onlyRow(present).id, isNew: false };
}

/** Releases a switch; false when there is none that is thrown. */
export async function releaseSwitch(
  client: Database,
  released: { readonly id: number; readonly actor: string; readonly reason: string },
): Promise<boolean> {
  const done = await client.query(
    `update kill_switch set released_at = clock_timestamp(), released_by = $2, release_reason = $3
      where id = $1 and released_at is null`,
    [released.id, released.actor, released.reason],
  );
  return done.rowCount === 1;
}
