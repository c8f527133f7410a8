import { joinBuyers } from '../../api/ingest/join-buyers';
import { undoJoin } from '../../api/ingest/undo-join';
import type { UndoResult } from '../../api/ingest/undo-join';
import { inTransaction } from '../../platform/database';
import type { Living } from './two-people';
import type { World } from './world';

/** Joins two buyers as an item would that names both, without the item. */
export async function join(world: World, phone: Living, user: Living): Promise<void> {
  const [item] = await world.rows<{ id: number }>('select id from webhook_item limit 1');
  await inTransaction(world.pool, async (client) => {
    await client.query('select 1 from buyer order by id for update');
    await joinBuyers(client, {
      survivingId: phone.buyer_id,
      joinedId: user.buyer_id,
      webhookItemId: item?.id ?? 0,
    });
  });
}

export async function lastJoin(world: World): Promise<number> {
  const [row] = await world.rows<{ id: number }>('select id from buyer_join order by id desc limit 1');
  return row?.id ?? 0;
}

type Outcome = UndoResult['result'] & Pick<UndoResult, 'lookAt'>;

let keys = 0;
/** Undoes a join, the newest one unless another is named, under a key of its own unless one is given. */
export async function undo(
  world: World,
  order: { readonly joinId?: number; readonly key?: string } = {},
): Promise<Outcome> {
  keys += 1;
  const { result, lookAt } = await undoJoin(world.pool, {
    joinId: order.joinId ?? (await lastJoin(world)),
    actor: 'anna',
    idempotencyKey: order.key ?? `anna:${keys}`,
    reason: 'two sisters',
  });
  return { ...result, lookAt };
}

export const refusalOf = (result: UndoResult['result']): string =>
  result.kind === 'refused' ? result.refusal : result.kind;
