import type { Database } from '../../platform/database';
import { rememberResult } from './join-record';
import { nameOrCreateBuyer } from './people';
import type { FoundBuyer, Person } from './people';
import { settleNumbers } from './settle-numbers';

/**
 * The buyer with these identifiers, made if new. Where the item tells that a number was somebody else's at some time, what
 * was said with the number alone goes over to whoever had it then. Takes all locks it needs.
 */
export async function findOrCreateBuyer(client: Database, person: Person): Promise<FoundBuyer> {
  const { buyerId, joinId, lookAt, contested } = await nameOrCreateBuyer(client, person);
  const moved = await settleNumbers(client, contested, person.webhookItemId);
  if (joinId !== null) await rememberResult(client, joinId, 'buyer_identity');
  return { buyerId, lookAt: [...lookAt, ...moved] };
}
