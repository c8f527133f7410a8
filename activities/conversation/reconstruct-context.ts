import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { readSnapshot } from '../../store/context.store';
import type { Snapshot } from '../../store/context.store';
import { ensureLink } from '../../store/identity-link.store';
import { takeSnapshot } from '../../store/snapshot.store';
import { readTurn, readVersion } from '../../store/turn.store';
import type { Turn } from '../../store/turn.store';

/**
 * Gathers what is known before a turn is decided and keeps it as one snapshot, which the decisions name. The same turn
 * gives the same snapshot, however often it is asked for.
 */
export async function reconstructContext(
  database: TransactionalDatabase,
  turnId: string,
): Promise<{ contextSnapshotId: number }> {
  return await inTransaction(database, async (client) => {
    const { id: contextSnapshotId } = await keepContext(client, await readTurn(client, turnId));
    return { contextSnapshotId };
  });
}

/** The snapshot on which a turn is decided; taken now when there is none. */
export async function contextOf(client: Database, turn: Turn): Promise<Snapshot> {
  return (await readSnapshot(client, await keyOf(client, turn))) ?? (await keepContext(client, turn));
}

async function keepContext(client: Database, turn: Turn): Promise<Snapshot> {
  const link = await ensureLink(client, turn.buyerId, 'identity.not_looked_up');
  return await takeSnapshot(client, await keyOf(client, turn), { ...turn, link });
}

/**
 * Of the turn with the buyer and the words that it has now: a message may be changed, taken back or prove to be somebody
 * else's before the turn is decided, and what was known of it before is no ground then.
 */
async function keyOf(client: Database, turn: Turn): Promise<string> {
  return `turn:${turn.id}:${turn.buyerId}:${await readVersion(client, turn.id)}`;
}
