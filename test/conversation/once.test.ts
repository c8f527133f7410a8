import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import type { Server } from 'node:http';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import { createWebhookRouter } from '../../api/ingest/webhook.routes';
import { createBackground } from '../../platform/background';
import { createLogger } from '../../platform/logger';
import { addSend } from '../commands/world';
import type { Scene } from '../commands/world';
import { createChance } from '../ingest/mutate';
import type { Chance } from '../ingest/mutate';
import type { Fault } from '../support/simulator-client';
import { waitFor } from '../support/wait-for';
import { openArena } from './arena';
import type { Arena } from './arena';

const SIZE = Number(process.env['ONCE_SIZE'] ?? 20);
const SEED = Number(process.env['ONCE_SEED'] ?? 20_261_122);
const AT_ONCE = 8;
const MS_PER_SEND_MAX = 1_500;
/** So long we wait where WhatsApp never answers; it has the message then, unless the machine was slower than this. */
const HANG_TIMEOUT_MS = 300;
let arena: Arena;
let server: Server;
let url = '';
beforeAll(async () => {
  arena = await openArena();
  server = express()
    .post('/elsewhere', (_request, response) => {
      response.sendStatus(200);
    })
    .use(
      createWebhookRouter({
        database: arena.world.pool,
        background: createBackground(),
        handOver: { soon: () => undefined, waitingCount: () => 0, drained: () => Promise.resolve() },
        logger: createLogger('test', 'silent'),
        appSecrets: ['simulated-app-secret'],
        verifyToken: 'simulated-verify-token',
      }),
    )
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was expected');
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  await arena.end();
  server.close();
});

/** Ways in which nobody knows whether the message left; in all but those of `MAY_BE_LOST` it did. */
const ENDINGS: readonly (Omit<Fault, 'service' | 'match' | 'times'> | null)[] = [
  { kind: 'cut-after-commit' },
  { kind: 'empty-502', after_commit: true },
  { kind: 'hang', after_commit: true },
  { kind: 'cut-before' },
  null,
];
const MAY_BE_LOST: readonly string[] = ['cut-before', 'hang'];

type Sent = { readonly scene: Scene; readonly sendId: string; readonly ending: string };

/** One message, and the attempts that Temporal may make at it. */
async function send(scene: Scene, chance: Chance): Promise<Sent> {
  const sendId = await addSend(arena.world, scene, { status: 'planned' });
  const ending = chance.pick(ENDINGS);
  if (ending !== null)
    await arena.simulator.fault({
      ...ending,
      service: 'whatsapp',
      match: { method: 'POST', body: sendId },
      times: 1,
    });
  const whatsapp = ending?.kind === 'hang' ? arena.whatsappWithin(HANG_TIMEOUT_MS) : arena.whatsapp;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await deliverSend({ database: arena.world.pool, whatsapp }, sendId);
    await sleep(chance.below(30));
  }
  return { scene, sendId, ending: ending?.kind ?? 'none' };
}

type Fate = { readonly id: string; readonly status: string; readonly is_flagged: boolean };

async function fates(sent: readonly Sent[]): Promise<Map<string, Fate>> {
  const { rows } = await arena.world.pool.query<Fate>(
    `select send.id, send.status, conversation.needs_human as is_flagged
       from send join conversation on conversation.id = send.conversation_id where send.id = any($1)`,
    [sent.map((one) => one.sendId)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

it(
  `${SIZE} sends to a WhatsApp that takes them and cuts the line: none is doubled, all are adopted or flagged (seed ${SEED})`,
  async () => {
    const chance = createChance(SEED);
    // What the buyers wrote stands in the conversations already: only the statuses come to our door.
    await arena.simulator.settings({ webhook_url: `${url}/elsewhere` });
    const scenes: Scene[] = [];
    while (scenes.length < SIZE) scenes.push(await arena.conversation());
    await waitFor(async () => (await arena.simulator.pendingWebhooks()) === 0, {
      what: 'the messages of the buyers to be delivered elsewhere',
    });
    await arena.simulator.settings({ webhook_url: `${url}/whatsapp` });
    const sent: Sent[] = [];
    const work = async (): Promise<void> => {
      for (let scene = scenes.shift(); scene !== undefined; scene = scenes.shift())
        sent.push(await send(scene, chance));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(sent).toHaveLength(SIZE);

    const shown = new Map<string, number>();
    for (const { scene, sendId } of sent)
      shown.set(sendId, (await arena.simulator.received(scene.waId)).length);
    expect([...shown.values()].filter((count) => count > 1)).toEqual([]);

    // What a phone shows is adopted by its status; what none shows waits for a person.
    const isSettled = async (): Promise<boolean> => {
      const now = await fates(sent);
      return sent.every(
        ({ sendId }) =>
          shown.get(sendId) === 0 || ['delivered', 'sent'].includes(now.get(sendId)?.status ?? ''),
      );
    };
    await waitFor(isSettled, { what: 'every message on a phone to be adopted' });
    const final = await fates(sent);
    const unclear = sent.filter(({ sendId }) => shown.get(sendId) === 0);
    for (const { sendId, ending } of unclear) {
      expect(MAY_BE_LOST).toContain(ending);
      expect(final.get(sendId)).toEqual({ id: sendId, status: 'unconfirmed', is_flagged: true });
    }
    expect(unclear.length).toBeLessThan(SIZE);
  },
  600_000 + SIZE * MS_PER_SEND_MAX,
);
