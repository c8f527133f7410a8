import { firstRow } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { lockIdentifiersOf } from '../../store/buyer-identity.store';
import { runOrder } from '../../store/commands/run-order';
import type { OrderBy, OrderResult } from '../../store/commands/run-order';
import { enqueueRelinked } from '../../store/crm-outbox.store';
import { noteHistoryChange } from '../../store/history-wait.store';
import { requestLooks } from '../../store/look.store';
import { askHuman } from '../../store/question.store';
import { recordIdentityVerdict } from './identity-verdict';
import { partConsents, restoreIdentities, restoreSums } from './undo-buyers';
import { partNewer } from './undo-newer';
import { hasHistory } from './join-conversations';
import { recallStray, restoreConversations } from './undo-restore';
import { bothOf } from './undo-rows';
import type { Undoing } from './undo-rows';

/** A person's order to undo a join. */
export type UndoRequest = OrderBy & { readonly joinId: number };

/** What became of an order, in the form in which it travels and is kept. */
type Undone = {
  readonly join_id: number;
  readonly undone_at: string;
  readonly buyers: readonly { readonly id: string; readonly conversation_ids: readonly string[] }[];
};

type UndoRefusal = 'join_not_found' | 'join_already_undone' | 'later_join_first' | 'join_under_way';

/** With the conversations whose workflows must look. */
export type UndoResult = {
  readonly result: OrderResult<Undone, UndoRefusal>;
  readonly lookAt: readonly string[];
};

/**
 * Makes two buyers of one again, in one transaction: rows from before the join go back, what came since goes to the one it
 * names. From then on no evidence joins the two again. Refused as a whole where it cannot be done as a whole.
 */
export async function undoJoin(database: TransactionalDatabase, request: UndoRequest): Promise<UndoResult> {
  const { joinId } = request;
  let lookAt: readonly string[] = [];
  const order = { ...request, kind: 'undo_join', arguments: { join_id: joinId } } as const;
  const result = await runOrder<Undone, UndoRefusal>(database, order, async (client) => {
    const undoing = await lockJoin(client, joinId);
    const refused = await findRefusal(client, joinId);
    if (undoing === null || refused !== null)
      return { kind: 'refused', ...(refused ?? { refusal: 'join_not_found' }) };
    const living = await undo(client, undoing);
    lookAt = living.filter(({ is_live: isLive }) => isLive).map(({ id }) => id);
    await requestLooks(client, lookAt);
    return {
      kind: 'done',
      target: { kind: 'buyer_join', id: String(joinId) },
      answer: describe(undoing, living),
      shownWith: { conversationId: living[0]?.id ?? null, buyerJoinId: joinId },
    };
  });
  return { result, lookAt };
}

type JoinRow = { surviving_buyer_id: string; joined_buyer_id: string };

/** Locks both people of the join with all that is theirs; null when there is no such join. */
async function lockJoin(client: Database, joinId: number): Promise<Undoing | null> {
  const places = await readJoin(client, joinId);
  if (places === null) return null;
  const both = [places.surviving_buyer_id, places.joined_buyer_id];
  await lockIdentifiersOf(client, both);
  // Buyer before conversation, like every gate and command.
  await client.query(
    'select 1 from buyer where id = any($1) or joined_into = any($1) order by id for update',
    [both],
  );
  await client.query('select 1 from conversation where buyer_id = any($1) order by id for update', [both]);
  return { joinId, survivingId: places.surviving_buyer_id, joinedId: places.joined_buyer_id };
}

async function readJoin(client: Database, joinId: number): Promise<JoinRow | null> {
  return firstRow(
    await client.query<JoinRow>('select surviving_buyer_id, joined_buyer_id from buyer_join where id = $1', [
      joinId,
    ]),
  );
}

type Refused = { readonly refusal: UndoRefusal; readonly details?: { readonly later_join_id: number } };

async function findRefusal(client: Database, joinId: number): Promise<Refused | null> {
  const { rows } = await client.query<{ is_undone: boolean; later_id: number | null; is_busy: boolean }>(
    `select one.undone_at is not null as is_undone,
            (select max(later.id) from buyer_join as later
              where later.id > one.id and later.undone_at is null
                and array[later.surviving_buyer_id, later.joined_buyer_id]
                    && array[one.surviving_buyer_id, one.joined_buyer_id]) as later_id,
            exists (select 1 from conversation
                     where buyer_id = one.surviving_buyer_id
                       and (exists (select 1 from turn where turn.conversation_id = conversation.id and status = 'open'
                                       and started_at > one.joined_at)
                         or exists (select 1 from send where send.conversation_id = conversation.id
                                       and status = 'claimed'))) as is_busy
       from buyer_join as one where one.id = $1`,
    [joinId],
  );
  const [facts] = rows;
  if (facts === undefined) return { refusal: 'join_not_found' };
  if (facts.is_undone) return { refusal: 'join_already_undone' };
  if (facts.later_id !== null)
    return { refusal: 'later_join_first', details: { later_join_id: facts.later_id } };
  return facts.is_busy ? { refusal: 'join_under_way' } : null;
}

/** Parts the two; their verdicts stand with every conversation, and HubSpot follows. Gives the conversations that live on. */
async function undo(client: Database, undoing: Undoing): Promise<Living[]> {
  const asking = await restoreConversations(client, undoing);
  await restoreIdentities(client, undoing);
  await restoreSums(client, undoing);
  asking.push(...(await partNewer(client, undoing)));
  asking.push(...(await recallStray(client, undoing)));
  await partConsents(client, undoing);
  for (const conversationId of new Set(asking))
    await askHuman(client, conversationId, 'identity.join_undone');
  await client.query('update buyer_join set undone_at = now() where id = $1', [undoing.joinId]);
  const living = await readLiving(client, undoing);
  for (const { id } of living) if (await hasHistory(client, id)) await noteHistoryChange(client, id);
  for (const one of living) await recordVerdict(client, undoing, one);
  for (const buyerId of bothOf(undoing)) await enqueueRelinked(client, buyerId);
  return living;
}

/** Where there is only imported history, there is no workflow to tell and nothing to mirror. */
type Living = { readonly id: string; readonly buyer_id: string; readonly is_live: boolean };

async function readLiving(client: Database, undoing: Undoing): Promise<Living[]> {
  const { rows } = await client.query<Living>(
    `select id, buyer_id, look_wanted > 0 or exists (select 1 from message where conversation_id = conversation.id
                                                      and not is_imported) as is_live
       from conversation where buyer_id = any($1) and merged_into is null
      order by buyer_id <> $2, created_at, id`,
    [bothOf(undoing), undoing.survivingId],
  );
  return rows;
}

function describe(undoing: Undoing, living: readonly Living[]): Undone {
  return {
    join_id: undoing.joinId,
    undone_at: new Date().toISOString(),
    buyers: bothOf(undoing).map((id) => ({
      id,
      conversation_ids: living.filter((one) => one.buyer_id === id).map((one) => one.id),
    })),
  };
}

async function recordVerdict(client: Database, undoing: Undoing, one: Living): Promise<void> {
  await recordIdentityVerdict(client, {
    key: `undo-join:${undoing.joinId}:${one.id}`,
    conversationId: one.id,
    buyerId: one.buyer_id,
    verdict: 'undo_join',
    reasonCode: 'identity.join_undone',
    inputs: {
      joinId: undoing.joinId,
      survivingBuyerId: undoing.survivingId,
      joinedBuyerId: undoing.joinedId,
    },
    isMirrored: one.is_live,
  });
}
