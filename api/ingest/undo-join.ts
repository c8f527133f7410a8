import { randomUUID } from 'node:crypto';
import { RULES_VERSION } from '../../domain/vocabulary';
import { firstRow, inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { enqueueCrm, enqueueRelinked } from '../../store/crm-outbox.store';
import { recordDecision } from '../../store/decision.store';
import { noteHistoryChange } from '../../store/history-wait.store';
import { requestLooks } from '../../store/look.store';
import { askHuman } from '../../store/question.store';
import { partConsents, restoreIdentities, restoreSums } from './undo-buyers';
import { partNewer } from './undo-newer';
import { hasHistory } from './join-conversations';
import { restoreConversations } from './undo-restore';
import type { Undoing } from './undo-restore';

/** A person's order to undo a join. */
export type UndoRequest = {
  readonly joinId: number;
  readonly actor: string;
  /** Unique over all callers and commands. */
  readonly idempotencyKey: string;
  readonly reason: string | undefined;
};

/** What became of an order, in the form in which it travels and is kept. */
type UndoAnswer = {
  readonly command_id: string;
  readonly kind: 'undo_join';
  readonly join_id: number;
  readonly undone_at: string;
  readonly buyers: readonly { readonly id: string; readonly conversation_ids: readonly string[] }[];
};

export type UndoResult =
  | {
      readonly kind: 'done';
      readonly isRepeated: boolean;
      readonly answer: UndoAnswer;
      readonly lookAt: readonly string[];
    }
  | { readonly kind: 'refused'; readonly refusal: UndoRefusal; readonly laterJoinId?: number };

type UndoRefusal =
  'join_not_found' | 'join_already_undone' | 'later_join_first' | 'join_under_way' | 'idempotency_key_reused';

/** A command on a conversation took the key at the same moment. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

/**
 * Makes two buyers of one again, in one transaction: rows from before the join go back, what came since goes to the one it
 * names. From then on no evidence joins the two again. Refused as a whole where it cannot be done as a whole.
 */
export async function undoJoin(database: TransactionalDatabase, request: UndoRequest): Promise<UndoResult> {
  try {
    return await inTransaction(database, (client) => undoUnderLocks(client, request));
  } catch (error) {
    if (!(error instanceof KeyTaken)) throw error;
    return { kind: 'refused', refusal: 'idempotency_key_reused' };
  }
}

type JoinRow = { surviving_buyer_id: string; joined_buyer_id: string };

async function undoUnderLocks(client: Database, request: UndoRequest): Promise<UndoResult> {
  const places = await readJoin(client, request.joinId);
  if (places === null) return { kind: 'refused', refusal: 'join_not_found' };
  const both = [places.surviving_buyer_id, places.joined_buyer_id];
  // Buyer before conversation, like every gate and command.
  await client.query(
    'select 1 from buyer where id = any($1) or joined_into = any($1) order by id for update',
    [both],
  );
  await client.query('select 1 from conversation where buyer_id = any($1) order by id for update', [both]);
  const earlier = await findEarlier(client, request);
  if (earlier !== null) return earlier;
  const refusal = await findRefusal(client, request.joinId);
  if (refusal !== null) return refusal;
  return await undo(client, request, {
    joinId: request.joinId,
    survivingId: places.surviving_buyer_id,
    joinedId: places.joined_buyer_id,
  });
}

async function readJoin(client: Database, joinId: number): Promise<JoinRow | null> {
  return firstRow(
    await client.query<JoinRow>('select surviving_buyer_id, joined_buyer_id from buyer_join where id = $1', [
      joinId,
    ]),
  );
}

/** The same key is told the same. */
async function findEarlier(client: Database, request: UndoRequest): Promise<UndoResult | null> {
  const found = firstRow(
    await client.query<{ buyer_join_id: number | null; reason: string | null; answer: UndoAnswer }>(
      'select buyer_join_id, reason, answer from command where idempotency_key = $1',
      [request.idempotencyKey],
    ),
  );
  if (found === null) return null;
  return found.buyer_join_id === request.joinId && found.reason === (request.reason ?? null)
    ? { kind: 'done', isRepeated: true, answer: found.answer, lookAt: [] }
    : { kind: 'refused', refusal: 'idempotency_key_reused' };
}

async function findRefusal(client: Database, joinId: number): Promise<UndoResult | null> {
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
  if (facts === undefined) return { kind: 'refused', refusal: 'join_not_found' };
  if (facts.is_undone) return { kind: 'refused', refusal: 'join_already_undone' };
  if (facts.later_id !== null)
    return { kind: 'refused', refusal: 'later_join_first', laterJoinId: facts.later_id };
  return facts.is_busy ? { kind: 'refused', refusal: 'join_under_way' } : null;
}

async function undo(client: Database, request: UndoRequest, undoing: Undoing): Promise<UndoResult> {
  const asking = await restoreConversations(client, undoing);
  await restoreIdentities(client, undoing);
  await restoreSums(client, undoing);
  asking.push(...(await partNewer(client, undoing)));
  await partConsents(client, undoing);
  for (const conversationId of new Set(asking))
    await askHuman(client, conversationId, 'identity.join_undone');
  await client.query('update buyer_join set undone_at = now() where id = $1', [undoing.joinId]);
  const living = await readLiving(client, undoing);
  for (const { id } of living) if (await hasHistory(client, id)) await noteHistoryChange(client, id);
  const answer = await record(client, { request, undoing, living });
  const lookAt = living.filter(({ is_live: isLive }) => isLive).map(({ id }) => id);
  await requestLooks(client, lookAt);
  return { kind: 'done', isRepeated: false, answer, lookAt };
}

/** Where there is only imported history, there is no workflow to tell and nothing to mirror. */
type Living = { readonly id: string; readonly buyer_id: string; readonly is_live: boolean };

async function readLiving(client: Database, { survivingId, joinedId }: Undoing): Promise<Living[]> {
  const { rows } = await client.query<Living>(
    `select id, buyer_id, look_wanted > 0 or exists (select 1 from message where conversation_id = conversation.id
                                                      and not is_imported) as is_live
       from conversation where buyer_id = any($1) and merged_into is null
      order by buyer_id <> $2, created_at, id`,
    [[survivingId, joinedId], survivingId],
  );
  return rows;
}

type Undone = {
  readonly request: UndoRequest;
  readonly undoing: Undoing;
  readonly living: readonly Living[];
};

/** The order stands in the audit log, its verdict with every conversation, and HubSpot follows. */
async function record(client: Database, { request, undoing, living }: Undone): Promise<UndoAnswer> {
  const answer: UndoAnswer = {
    command_id: randomUUID(),
    kind: 'undo_join',
    join_id: undoing.joinId,
    undone_at: new Date().toISOString(),
    buyers: [undoing.survivingId, undoing.joinedId].map((id) => ({
      id,
      conversation_ids: living.filter((one) => one.buyer_id === id).map((one) => one.id),
    })),
  };
  const inserted = await client.query(
    `insert into command (id, conversation_id, buyer_join_id, kind, actor, is_verified, idempotency_key, arguments, reason,
        outcome, answer)
     values ($1, $2, $3, 'undo_join', $4, true, $5, $6, $7, 'done', $8)
     on conflict (idempotency_key) do nothing`,
    [
      answer.command_id,
      living[0]?.id ?? null,
      undoing.joinId,
      request.actor,
      request.idempotencyKey,
      JSON.stringify({ join_id: undoing.joinId }),
      request.reason ?? null,
      JSON.stringify(answer),
    ],
  );
  if (inserted.rowCount === 0) throw new KeyTaken('by a command on a conversation');
  for (const one of living) await recordVerdict(client, undoing, one);
  for (const buyerId of [undoing.survivingId, undoing.joinedId]) await enqueueRelinked(client, buyerId);
  return answer;
}

async function recordVerdict(client: Database, undoing: Undoing, one: Living): Promise<void> {
  const decision = await recordDecision(client, {
    key: `undo-join:${undoing.joinId}:${one.id}`,
    conversationId: one.id,
    episodeId: null,
    turnId: null,
    kind: 'identity',
    verdict: 'undo_join',
    reasonCode: 'identity.join_undone',
    reasons: [{ code: 'identity.join_undone' }],
    inputs: {
      joinId: undoing.joinId,
      survivingBuyerId: undoing.survivingId,
      joinedBuyerId: undoing.joinedId,
    },
    runnerUp: null,
    flip: null,
    ruleName: null,
    parameterVersion: RULES_VERSION,
    policyVersionId: null,
    identityLinkId: null,
    contextSnapshotId: null,
  });
  if (one.is_live)
    await enqueueCrm(client, {
      objectKind: 'contact',
      objectKey: one.buyer_id,
      conversationId: one.id,
      decisionId: decision.id,
    });
}
