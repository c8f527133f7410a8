import { createHash } from 'node:crypto';
import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { waitFor } from '../support/wait-for';
import { buyerWrites, codeOf } from './cloud-api';
import { startInbox } from './inbox';
import type { Inbox } from './inbox';

const CONTENT = 'a voice note';
const TOKEN = { authorization: 'Bearer wa-token' };
const announced = z.object({ id: z.string(), mime_type: z.string(), sha256: z.string(), url: z.string() });
const found = announced.extend({ file_size: z.number(), messaging_product: z.literal('whatsapp') });

let inbox: Inbox;
let simulator: Simulator;
const NOW_MS = Date.now();
let aheadMs = 0;
beforeAll(async () => {
  inbox = await startInbox();
  simulator = await startSimulator({
    webhookUrl: inbox.url,
    whatsappAccessToken: 'wa-token',
    now: () => NOW_MS + aheadMs,
  });
});
beforeEach(() => {
  aheadMs = 0;
  inbox.received.length = 0;
});
afterAll(async () => {
  await simulator.stop();
  await inbox.stop();
});

/** A buyer sends a voice note; gives what the webhook says of it. */
async function sent() {
  await buyerWrites(simulator.url, {
    from: { wa_id: '12025550123' },
    type: 'audio',
    media: { content_base64: Buffer.from(CONTENT).toString('base64'), mime_type: 'audio/ogg', voice: true },
  });
  const { value } = await waitFor(() => inbox.received.find((one) => one.value.messages !== undefined), {
    what: 'the message',
  });
  return announced.extend({ voice: z.literal(true) }).parse(value.messages?.[0]?.['audio']);
}
const lookUp = async (id: string) =>
  found.parse((await http(`${simulator.url}/whatsapp/v25.0/${id}`, { headers: TOKEN })).body);
const get = (url: string, headers: Record<string, string> = TOKEN) => fetch(url, { headers });

describe('a file that a buyer sends', () => {
  it('is announced with its hash in base64 and a link, and found by its id with the hash in hex', async () => {
    const audio = await sent();
    const hash = createHash('sha256').update(CONTENT);
    expect(audio.sha256).toBe(hash.copy().digest('base64'));
    const media = await lookUp(audio.id);
    expect(media).toMatchObject({ file_size: CONTENT.length, sha256: hash.digest('hex'), id: audio.id });
    for (const url of [audio.url, media.url]) expect(await (await get(url)).text()).toBe(CONTENT);
  });

  it('is given to the business only', async () => {
    const audio = await sent();
    for (const headers of [{}, { authorization: 'Bearer another' }])
      expect((await get(audio.url, headers)).status).toBe(401);
  });

  it('has links that live for five minutes and an id that lives for seven days', async () => {
    const audio = await sent();
    aheadMs = 299_000;
    expect((await get(audio.url)).status).toBe(200);
    aheadMs = 301_000;
    expect((await get(audio.url)).status).toBe(404);
    expect((await get((await lookUp(audio.id)).url)).status).toBe(200);
    aheadMs = 7 * 86_400_000 + 1_000;
    const answer = await http(`${simulator.url}/whatsapp/v25.0/${audio.id}`, { headers: TOKEN });
    expect(codeOf(answer)).toBe(100);
  });
});
