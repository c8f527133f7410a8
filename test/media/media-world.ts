import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Pool } from 'pg';
import { createMediaActivities } from '../../activities/media/media.activities';
import type { FetchReport } from '../../activities/media/media.activities';
import { createMediaClient } from '../../activities/media/media.client';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { createPool } from '../../platform/database';
import { createFolderMediaStorage } from '../../platform/media-storage';
import type { MediaStorage } from '../../platform/media-storage';
import { startSimulator } from '../../simulator/server';
import { createTestDatabase, emptyTables } from '../support/database';
import { TEST_SETTINGS } from '../support/settings';
import { SimulatorClient } from '../support/simulator-client';
import type { SentMedia } from '../support/simulator-client';
import { PATIENCE_MS } from '../support/wait-for';

const BUYER = { wa_id: '447700900130', name: 'Robin Vale' };
export const BYTES_MAX = 1_000;

type MediaRow = {
  readonly id: string;
  readonly status: string;
  readonly reason_code: string | null;
  readonly attempts: number;
  readonly mime_type: string | null;
  readonly size_bytes: number | null;
  readonly storage_key: string | null;
  readonly due_in_ms: number;
};

/** What another server on this machine was asked for. */
type ForeignHost = {
  readonly url: string;
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** Where it sends whoever asks; null = it gives a file. */
  redirectTo: string | null;
};

/** A database with messages that the simulated WhatsApp delivered, and the activities that fetch their files. */
export type MediaWorld = {
  readonly pool: Pool;
  readonly simulator: SimulatorClient;
  readonly storage: MediaStorage;
  readonly foreign: ForeignHost;
  /** The clock of the simulator. */
  readonly clock: { aheadMs: number };
  /** A buyer sends a file; its message is captured, assigned and in a turn. */
  send(type: string, media: SentMedia): Promise<void>;
  /** Fetches as after the beginning of the turn, giving each call so long. */
  fetchTurn(timeoutMs?: number): Promise<FetchReport>;
  /** Fetches as the sweep does. */
  fetchDue(): Promise<FetchReport>;
  row(): Promise<MediaRow>;
  /** As if so much time had passed for the row. */
  letPass(milliseconds: number): Promise<void>;
  contentOf(row: MediaRow): Promise<string>;
  reset(): Promise<void>;
  end(): Promise<void>;
};

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
export const sha256Base64 = (text: string): string => createHash('sha256').update(text).digest('base64');

export async function createMediaWorld(): Promise<MediaWorld> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'continuo-test-media-'));
  const clock = { aheadMs: 0 };
  const inbox = await startServer(async (body) => {
    await assignItems(pool, await captureBody(pool, body));
  });
  const foreign = await startForeignHost();
  const simulator = await startSimulator({
    whatsappAccessToken: TEST_SETTINGS.whatsappAccessToken,
    webhookUrl: inbox.url,
    now: () => Date.now() + clock.aheadMs,
  });
  const pool = createPool({
    url: database.url,
    connectionsMax: 10,
    statementTimeoutMs: PATIENCE_MS,
    applicationName: 'media-test',
  });
  const storage = createFolderMediaStorage(folder);
  const activities = (timeoutMs = PATIENCE_MS) =>
    createMediaActivities({
      database: pool,
      media: createMediaClient({
        baseUrl: `${simulator.url}/whatsapp`,
        apiVersion: TEST_SETTINGS.whatsappApiVersion,
        accessToken: TEST_SETTINGS.whatsappAccessToken,
        timeoutMs,
        hosts: ['lookaside.fbsbx.com'],
      }),
      storage,
      limits: {
        timeoutMs,
        bytesMax: {
          image: BYTES_MAX,
          audio: BYTES_MAX,
          video: BYTES_MAX,
          document: BYTES_MAX,
          sticker: BYTES_MAX,
        },
      },
    });
  const client = new SimulatorClient(simulator.url);
  return {
    pool,
    simulator: client,
    storage,
    foreign: foreign.host,
    clock,
    send: (type, media) => send({ pool, client, arrived: inbox.arrived }, type, media),
    fetchTurn: async (timeoutMs) => {
      const { rows } = await pool.query<{ id: string }>('select id from turn');
      return quietEnvironment().run(activities(timeoutMs).fetchMedia, { turnId: rows[0]?.id ?? '' });
    },
    fetchDue: () => quietEnvironment().run(activities().fetchDueMedia),
    row: async () => {
      const { rows } = await pool.query<MediaRow>(
        `select id, status, reason_code, attempts, mime_type, size_bytes, storage_key,
                extract(epoch from due_at - now())::float8 * 1000 as due_in_ms from media`,
      );
      if (rows[0] === undefined || rows.length > 1) throw new Error(`There are ${rows.length} files.`);
      return rows[0];
    },
    letPass: async (milliseconds) => {
      const ago = `$1 * interval '1 millisecond'`;
      await pool.query(`update media set due_at = due_at - ${ago}, announced_at = announced_at - ${ago}`, [
        milliseconds,
      ]);
    },
    contentOf: async (row) => (await buffer(storage.read(row.storage_key ?? ''))).toString(),
    reset: async () => {
      clock.aheadMs = 0;
      foreign.host.asked.length = 0;
      foreign.host.redirectTo = null;
      await emptyTables(pool, ['number', 'buyer', 'webhook_body']);
      await client.reset();
      await client.clearFaults();
    },
    end: async () => {
      await simulator.stop();
      await Promise.all([inbox.stop(), foreign.stop()]);
      await pool.end();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function send(
  parts: { readonly pool: Pool; readonly client: SimulatorClient; readonly arrived: () => Promise<void> },
  type: string,
  media: SentMedia,
): Promise<void> {
  const arrival = parts.arrived();
  await parts.client.write({ from: BUYER, type, media });
  await arrival;
  await parts.pool.query(
    `with the_episode as (
       insert into episode (conversation_id, ordinal, opened_at, last_activity_at)
       select conversation_id, 1, now(), now() from message returning id, conversation_id
     ), the_turn as (
       insert into turn (conversation_id, episode_id, trigger_message_id)
       select the_episode.conversation_id, the_episode.id, message.id from the_episode, message returning id
     )
     update message set turn_id = the_turn.id from the_turn`,
  );
}

type TestServer = { readonly url: string; readonly arrived: () => Promise<void>; stop(): Promise<void> };

/** A webhook that does its work before it answers. */
async function startServer(work: (body: Buffer) => Promise<void>): Promise<TestServer> {
  let tell: () => void = () => undefined;
  const server = createServer((request, response) => {
    void buffer(request)
      .then(work)
      .then(() => response.end())
      .then(() => {
        tell();
      });
  });
  return {
    url: await listen(server),
    arrived: () =>
      new Promise((resolve) => {
        tell = resolve;
      }),
    stop: () => close(server),
  };
}

async function startForeignHost(): Promise<{ readonly host: ForeignHost; stop(): Promise<void> }> {
  const asked: ForeignHost['asked'] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
    const { redirectTo } = host;
    if (redirectTo !== null) response.writeHead(302, { location: redirectTo });
    else response.setHeader('content-type', 'image/jpeg');
    response.end('foreign');
  });
  const host: ForeignHost = { url: await listen(server), asked, redirectTo: null };
  return { host, stop: () => close(server) };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

function quietEnvironment(): MockActivityEnvironment {
  return new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
}
