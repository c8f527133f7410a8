import type { Pool } from 'pg';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { createPool } from '../../platform/database';
import { createTestDatabase } from '../support/database';
import { PATIENCE_MS } from '../support/wait-for';

/** A database that takes webhook bodies in, without a door, a worker or Temporal. */
export type World = {
  readonly pool: Pool;
  /** Captures and assigns a body; gives the conversations that must look. */
  take(body: unknown): Promise<string[]>;
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Forgets everything that was said and by whom. */
  empty(): Promise<void>;
  end(): Promise<void>;
};

const TABLES = [
  'account_event',
  'buyer',
  'buyer_call',
  'buyer_identity',
  'buyer_join',
  'buyer_join_row',
  'consent',
  'command',
  'context_snapshot',
  'conversation',
  'crm_outbox',
  'decision',
  'episode',
  'follow_up',
  'hubspot_contact',
  'identity_link',
  'media',
  'message',
  'message_event',
  'message_import_key',
  'number',
  'phone_app_contact',
  'send',
  'send_status',
  'template',
  'turn',
  'wait',
  'webhook_body',
  'webhook_item',
  'whatsapp_account',
];

/** A world of a test file's own, empty at the beginning of each test. */
export function useWorld(): World {
  let made: World | null = null;
  const world = (): World => {
    if (made === null) throw new Error('the world begins with the first test');
    return made;
  };
  beforeAll(async () => {
    made = await createWorld();
  });
  beforeEach(() => world().empty());
  afterAll(() => world().end());
  return {
    get pool() {
      return world().pool;
    },
    take: (body) => world().take(body),
    rows: <Row>(sql: string, values?: readonly unknown[]) => world().rows<Row>(sql, values),
    empty: () => world().empty(),
    end: () => world().end(),
  };
}

export async function createWorld(): Promise<World> {
  const database = await createTestDatabase();
  const pool = createPool({
    url: database.url,
    connectionsMax: 12,
    statementTimeoutMs: PATIENCE_MS,
    applicationName: 'test',
  });
  return {
    pool,
    take: async (body) => {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
      return [...(await assignItems(pool, await captureBody(pool, bytes)))];
    },
    rows: async <Row>(sql: string, values: readonly unknown[] = []) => {
      const { rows } = await pool.query<Row & Record<string, unknown>>(sql, [...values]);
      return rows;
    },
    empty: async () => {
      // Far quicker than truncate; references need not be followed when everything goes.
      await pool.query(`set session_replication_role = replica; ${TABLES.map((name) => `delete from ${name}`).join('; ')};
        set session_replication_role = default`);
    },
    end: async () => {
      await pool.end();
      await database.drop();
    },
  };
}
