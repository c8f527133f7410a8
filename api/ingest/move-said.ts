import { phoneAgentOf } from '../../domain/policy/policy';
import type { Database } from '../../platform/database';
import { applyConsent, shareStops } from '../../store/consent.store';
import { withdrawEcho } from '../../store/owner-return.store';
import { readActivePolicy } from '../../store/policy.store';
import { applyEventsOf, nameAgain } from './after-move';
import { STANDBY } from './item';
import type { StoredItem } from './item';
import { sentAtOf } from './insert-message';
import { joinOpenEpisode } from './join-open-episode';
import { moveEmptied, moveWhole } from './move-conversation';
import { moveItem } from './move-item';
import type { Misplaced, MoveCause } from './misplaced';
import type { MovedRow } from './move-item';
import { recordMove } from './record-move';
import { isHandBack, reportEcho } from './report-echo';
import { inheritControl, settleTurns } from './settle-moved';
import { storedMessageSchema } from './webhook.schema';

/**
 * Gives messages, echoes and choices to the buyers whose they are, with what follows from them: owner, opt-out, name. A
 * message that was decided keeps its turn, what was to answer it and has not begun is recalled, and a person is asked: it
 * is never answered twice. Returns the conversations that must look. All locks are held.
 */
export async function moveSaid(
  client: Database,
  moves: readonly Misplaced[],
  cause: MoveCause,
): Promise<string[]> {
  const whole = await moveWhole(client, moves);
  const known = await livingOf(client, moves);
  const rows: MovedRow[] = [];
  for (const { item, toId } of moves) {
    const moved = await moveItem(client, item, toId);
    await moveWishes(client, item, toId);
    for (const row of moved) await moveOwner(client, item, row);
    rows.push(...moved);
  }
  await inheritControl(client, rows, known);
  await settleTurns(client, rows);
  await moveEmptied(client, rows);
  const buyerIds = [...new Set(moves.flatMap(({ fromId, toId }) => [fromId, toId]))];
  // A stop that was told since holds for both: nobody knows whom it was about.
  for (const { item, fromId, toId } of moves)
    await shareStops(client, { cause: `moved:${toId}`, fromId, toId, since: item.captured_at });
  for (const buyerId of buyerIds) {
    await forgetName(client, buyerId, moves);
    await nameAgain(client, buyerId);
    await applyConsent(client, buyerId);
  }
  await applyEventsOf(
    client,
    moves.map(({ item }) => item.id),
  );
  return await recordMove(client, { moves, rows, whole, cause });
}

async function livingOf(client: Database, moves: readonly Misplaced[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ id: string }>(
    'select id from conversation where buyer_id = any($1) and merged_into is null',
    [moves.map(({ toId }) => toId)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** A choice in WhatsApp itself, and one that a message told. */
async function moveWishes(client: Database, item: StoredItem, toId: string): Promise<void> {
  await client.query(
    `update consent set buyer_id = $2
      where webhook_item_id = $1 or message_id in (select id from message where webhook_item_id = $1)`,
    [item.id, toId],
  );
}

/** What somebody wrote on the phone app took over the conversation that it stood in; it takes over the other one now. */
async function moveOwner(client: Database, item: StoredItem, row: MovedRow): Promise<void> {
  if (item.kind !== 'echo' || item.field === STANDBY) return;
  const { message } = storedMessageSchema.parse(item.raw);
  const atMs = sentAtOf(message, item.captured_at).getTime();
  const policy = (await readActivePolicy(client))?.policy ?? null;
  const echo = { whatsappId: message.id, atMs, isWord: isHandBack(message, policy) };
  await withdrawEcho(client, { ...echo, conversationId: row.fromId, report: 'moved' });
  await joinOpenEpisode(client, message.id);
  const phoneAgent = policy === null ? null : phoneAgentOf(policy, item.phone_number_id ?? '');
  // A verdict and an order of its own: those of the other conversation stay there.
  const reported = {
    conversationId: row.toId,
    whatsappId: `${message.id}:moved:${row.toId}`,
    atMs,
    phoneAgent,
  };
  await reportEcho(client, { message, policy, reported });
}

/** A name that came with a message goes with it. */
async function forgetName(client: Database, buyerId: string, moves: readonly Misplaced[]): Promise<void> {
  const gone = moves.filter(({ fromId }) => fromId === buyerId).map(({ atMs }) => new Date(atMs));
  await client.query(
    'update buyer set display_name = null, display_name_at = null where id = $1 and display_name_at = any($2)',
    [buyerId, gone],
  );
}
