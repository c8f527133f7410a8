import { inTransaction } from '../../platform/database';
import type { TransactionalDatabase } from '../../platform/database';
import { ensureLink } from '../../store/identity-link.store';
import { takeSnapshot } from '../../store/snapshot.store';
import { readTurn } from '../../store/turn.store';

/**
 * Gathers what is known before a turn is decided and keeps it as one snapshot, which the decisions name. The same turn
 * gives the same snapshot, however often it is asked for.
 */
export async function reconstructContext(
  database: TransactionalDatabase,
  turnId: string,
): Promise<{ contextSnapshotId: number }> {
  return await inTransaction(database, async (client) => {
    const turn = await readTurn(client, turnId);
    const link = await ensureLink(client, turn.buyerId, 'identity.not_looked_up');
    const snapshot = await takeSnapshot(client, `turn:${turn.triggerMessageId}`, { ...turn, link });
    return { contextSnapshotId: snapshot.id };
  });
}
