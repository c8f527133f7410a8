import type { Database } from '../../platform/database';
import { enqueueRelinked } from '../../store/crm-outbox.store';
import { noteHistoryChange } from '../../store/history-wait.store';
import { requestLooks } from '../../store/look.store';
import { recordIdentityVerdict } from './identity-verdict';
import { hasHistory } from './join-conversations';
import type { MovedRow } from './move-item';
import type { Misplaced, MoveCause } from './misplaced';

type Moved = {
  readonly moves: readonly Misplaced[];
  readonly rows: readonly MovedRow[];
  /** Conversations that went over as they are. */
  readonly whole: readonly string[];
  readonly cause: MoveCause;
};

/**
 * Writes the moving down as a verdict in every conversation that it concerns, for the audit log and HubSpot. Undoing an
 * earlier join leaves what has gone over where it is (`undo-rows.ts`). Returns the living conversations, which must look.
 */
export async function recordMove(client: Database, moved: Moved): Promise<string[]> {
  const { moves, rows, whole } = moved;
  const concerned = [...new Set([...rows.flatMap(({ fromId, toId }) => [fromId, toId]), ...whole])];
  const places = await readPlaces(client, concerned);
  for (const place of places) await recordVerdict(client, moved, place);
  for (const buyerId of new Set(moves.flatMap(({ fromId, toId }) => [fromId, toId])))
    await enqueueRelinked(client, buyerId);
  for (const { id } of places) if (await hasHistory(client, id)) await noteHistoryChange(client, id);
  const lookAt = places.filter(({ is_live: isLive }) => isLive).map(({ id }) => id);
  await requestLooks(client, lookAt);
  return lookAt;
}

/** Where there is only imported history, no workflow was ever told to look, and none is now. */
type Place = { readonly id: string; readonly buyer_id: string; readonly is_live: boolean };

async function readPlaces(client: Database, ids: readonly string[]): Promise<Place[]> {
  const { rows } = await client.query<Place>(
    `select id, buyer_id, look_wanted > 0 or exists (select 1 from message where conversation_id = conversation.id
                                                      and not is_imported) as is_live
       from conversation where id = any($1) order by id`,
    [ids],
  );
  return rows;
}

async function recordVerdict(client: Database, moved: Moved, place: Place): Promise<void> {
  const { moves, whole, cause } = moved;
  const itemIds = moves.map(({ item }) => item.id);
  await recordIdentityVerdict(client, {
    key: `move:${cause.webhookItemId ?? 'line'}:${itemIds[0] ?? 0}:${place.id}`,
    conversationId: place.id,
    buyerId: place.buyer_id,
    verdict: 'move',
    reasonCode: 'identity.moved',
    inputs: {
      webhookItemId: cause.webhookItemId,
      moved: moves.map(({ item, fromId, toId, atMs }) => ({
        webhookItemId: item.id,
        fromBuyerId: fromId,
        toBuyerId: toId,
        atMs,
      })),
      isWhole: whole.includes(place.id),
    },
    isMirrored: place.is_live,
  });
}
