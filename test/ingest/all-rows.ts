import type { World } from './world';

const TABLES = [
  'buyer',
  'buyer_identity',
  'consent',
  'command',
  'context_snapshot',
  'conversation',
  'crm_outbox',
  'decision',
  'episode',
  'follow_up',
  'identity_link',
  'message',
  'message_event',
  'send',
  'turn',
  'wait',
] as const;

type Rows = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Every row of everything that is known about buyers, without counters that only grow. */
export async function allRows(world: World): Promise<Rows> {
  const found: Record<string, Record<string, unknown>> = {};
  for (const table of TABLES)
    for (const { id, row } of await world.rows<{ id: string; row: Record<string, unknown> }>(
      `select id::text as id, to_jsonb(t) - 'look_wanted' - 'look_wanted_at' - 'epoch'
              ${table === 'send' ? `|| jsonb_build_object('can_leave', epoch = (select epoch from conversation where id = t.conversation_id))` : ''}
              as row
         from ${table} as t`,
    ))
      found[`${table} ${id}`] = row;
  return found;
}

/** The same rows as before; what was written since is left out. */
export async function rowsOf(world: World, before: Rows): Promise<Rows> {
  const now = await allRows(world);
  return Object.fromEntries(Object.keys(before).map((key) => [key, now[key] ?? {}]));
}
