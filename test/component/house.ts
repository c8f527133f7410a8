import { Client, Connection } from '@temporalio/client';
import type { Pool, QueryResultRow } from 'pg';
import { startParts } from '../support/parts';
import type { Parts, PartsOptions } from '../support/parts';
import { conversationWorkflowId, look } from '../../workflows/contract';
import { Buyer } from './buyer';

/** The running product with the simulator, the buyers who write to it, and a look into its database. */
export type House = Parts & {
  /** Somebody new, with a name and a number that nobody else in this house has. */
  buyer(name?: string): Buyer;
  /** Rows of the database, for facts that no door shows. */
  rows<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Counts rows by `from … where …`. */
  count(from: string, values?: readonly unknown[]): Promise<number>;
  /**
   * What the buyer's conversation holds back for later is judged now. No process of the product takes a clock from outside.
   */
  makeDue(buyer: Buyer): Promise<void>;
  /** From now on silence after a question of ours is followed up after so long: the policy of the tests waits for an hour. */
  followUpAfter(seconds: number): Promise<void>;
  /** A client of the Temporal server that the parts use. */
  temporalClient(): Client;
};

const DUE = [
  `update follow_up set due_at = now() where conversation_id = $1 and status = 'planned'`,
  `update send set not_before = now() where conversation_id = $1 and status = 'held'`,
  `update conversation set next_action_at = now() where id = $1 and next_action_at is not null`,
];

/** Starts the parts of one test file under the policy with short waits. */
export async function openHouse(options: PartsOptions = {}): Promise<House> {
  const parts = await startParts({ policyFile: 'test/component/policies/quick.yaml', ...options });
  const pool = parts.database.pool();
  const connection = Connection.lazy({ address: parts.temporal.address });
  const client = new Client({ connection, namespace: parts.temporal.namespace });
  let buyersCount = 0;
  const hasSimulator = (options.parts ?? ['simulator']).includes('simulator');
  // The limits of HubSpot have tests of their own; here many buyers at once would only wait for them.
  if (hasSimulator) await parts.simulator.settings({ hubspot_search_limit: null, hubspot_burst_limit: null });
  const house: House = {
    ...parts,
    buyer: (name = 'Robin Vale') => {
      buyersCount += 1;
      return new Buyer(house, { name, waId: `447700900${String(buyersCount).padStart(3, '0')}` });
    },
    rows: (sql, values) => rows(pool, sql, values),
    count: async (from, values) => {
      const [row] = await rows<{ count: number }>(pool, `select count(*)::int as count from ${from}`, values);
      return row?.count ?? 0;
    },
    followUpAfter: async (seconds) => {
      await rows(
        pool,
        `update policy_version set document = jsonb_set(document, '{follow_up,wait_seconds}', jsonb_build_array($1::int))
          where status = 'active'`,
        [seconds],
      );
    },
    makeDue: async (buyer) => {
      const { id } = await buyer.conversation();
      for (const change of DUE) await rows(pool, change, [id]);
      await client.workflow.getHandle(conversationWorkflowId(id)).signal(look);
    },
    temporalClient: () => client,
    close: async () => {
      await connection.close();
      const deadlocks = await countDeadlocks(pool);
      await parts.close();
      // Postgres gets out of one by failing somebody, after a second in which the conversation stands still.
      if (deadlocks > 0) throw new Error(`There were ${deadlocks} deadlocks in the database.`);
    },
  };
  return house;
}

async function rows<Row extends QueryResultRow>(
  pool: Pool,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return (await pool.query<Row>(sql, [...values])).rows;
}

async function countDeadlocks(pool: Pool): Promise<number> {
  const [row] = await rows<{ deadlocks: number }>(
    pool,
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  return row?.deadlocks ?? 0;
}
