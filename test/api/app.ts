import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Router } from 'express';
import type { Express } from 'express';
import request from 'supertest';
import type { Response } from 'supertest';
import type { OutgoingWebhookSettings } from '../../api/dependencies';
import { createApp } from '../../api/server';
import { createLogger } from '../../platform/logger';
import { createFolderMediaStorage } from '../../platform/media-storage';
import type { MediaStorage } from '../../platform/media-storage';
import { createWorld } from '../commands/world';
import type { World } from '../commands/world';

export const TOKENS = [
  { actor: 'anna', token: 'test-token-anna' },
  { actor: 'ben', token: 'test-token-ben' },
  { actor: 'cleo', token: 'test-token-cleo' },
];

/** Tests ask faster than people; the limit has a test of its own. */
export const UNLIMITED = { requestsMax: 1_000_000, windowMs: 60_000 };

/** Receivers stand on this machine, and a secret outlives its rotation for an hour. */
export const OUTGOING = { allowsPrivate: true, secretOverlapMs: 3_600_000 };

type Agent = 'anna' | 'ben' | 'cleo';

/** The API on a database of its own, without a worker, Temporal or anything else. */
export type TestApi = {
  readonly app: Express;
  readonly world: World;
  readonly storage: MediaStorage;
  /** What links are signed and judged by; null = now. */
  readonly clock: { nowMs: number | null };
  /** Conversations that were handed over, in order. */
  readonly handedOver: string[];
  command(conversationId: string, command: string, options?: CommandOptions): Promise<Response>;
  sendCommand(sendId: string, command: string, options?: CommandOptions): Promise<Response>;
  get(path: string, token?: string): Promise<Response>;
  post(path: string, token?: string, json?: object): Promise<Response>;
  end(): Promise<void>;
};

type CommandOptions = { readonly json?: object; readonly by?: Agent; readonly key?: string };

export async function createTestApi(outgoing: OutgoingWebhookSettings = OUTGOING): Promise<TestApi> {
  const world = await createWorld();
  const handedOver: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'continuo-test-api-'));
  const storage = createFolderMediaStorage(folder);
  const clock: TestApi['clock'] = { nowMs: null };
  const app = createApp({
    pool: world.pool,
    logger: createLogger('test', 'silent'),
    tokens: TOKENS,
    rateLimit: UNLIMITED,
    webhooks: Router(),
    handOver: {
      soon: (id) => {
        handedOver.push(id);
      },
    },
    outgoingWebhooks: outgoing,
    media: mediaParts(storage, () => clock.nowMs ?? Date.now()),
    readHealth: () => Promise.resolve({ isReady: true, checks: [] }),
  });
  const order = async (path: string, { json, by = 'anna', key }: CommandOptions): Promise<Response> => {
    const call = request(app).post(`/v1/${path}`).set('Authorization', `Bearer test-token-${by}`);
    if (key !== undefined) call.set('Idempotency-Key', key);
    return json === undefined ? call : call.send(json);
  };
  return {
    app,
    world,
    storage,
    clock,
    handedOver,
    command: (conversationId, command, options = {}) =>
      order(`conversations/${conversationId}/${command}`, options),
    sendCommand: (sendId, command, options = {}) => order(`sends/${sendId}/${command}`, options),
    get: async (path, token = 'test-token-anna') =>
      request(app).get(path).set('Authorization', `Bearer ${token}`),
    post: async (path, token = 'test-token-anna', json) => {
      const call = request(app).post(path).set('Authorization', `Bearer ${token}`);
      return json === undefined ? call : call.send(json);
    },
    end: async () => {
      await world.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the API needs to serve files. */
export function mediaParts(
  storage: MediaStorage = createFolderMediaStorage(join(tmpdir(), 'continuo-test-api-without-files')),
  nowMs: () => number = Date.now,
) {
  const links = { secret: 'test-app-secret', publicUrl: 'http://api.test/', lifeSeconds: 300, nowMs };
  return { storage, links };
}
