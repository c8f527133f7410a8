import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { waitFor } from '../support/wait-for';
import {
  PHONE_NUMBER_ID,
  anyText,
  buyerWrites,
  change,
  codeOf,
  control,
  errorOf,
  post,
  textLike,
  textTo,
} from './cloud-api';
import { startInbox, statusesOf } from './inbox';
import type { Inbox } from './inbox';

const ZOE = '12025550123';
const BEN = '447700900123';

/** Every code of the classes of the reference, with the HTTP status Meta gives it. */
const CODES: readonly (readonly [number, number])[] = [
  ...[4, 17, 32, 341, 613, 80007, 130429, 131048, 131056].map((code) => [code, 429] as const),
  ...[1, 3, 131000, 131016, 131045, 131057].map((code) => [code, 500] as const),
  ...[2, 133004].map((code) => [code, 503] as const),
  ...[0, 190].map((code) => [code, 401] as const),
  ...[10, 200, 299, 368, 130497, 131005, 131031].map((code) => [code, 403] as const),
  [132001, 404],
  ...[
    33, 100, 104, 130403, 130472, 131008, 131009, 131014, 131021, 131026, 131030, 131037, 131042, 131044,
    131047, 131049, 131050, 131051, 131052, 131053, 131055, 131062, 131063, 131064, 132000, 132005, 132007,
    132008, 132012, 132015, 132016, 132018, 132068, 132069, 133010, 134100, 134101, 134102, 135000, 137000,
  ].map((code) => [code, 400] as const),
];

describe('failures of a send, on demand', () => {
  let inbox: Inbox;
  let simulator: Simulator;

  beforeAll(async () => {
    inbox = await startInbox();
    simulator = await startSimulator({ webhookUrl: inbox.url, whatsappAccessToken: 'wa-token' });
  });
  beforeEach(async () => {
    await control(simulator.url, '/reset', {});
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    await buyerWrites(simulator.url, { from: { wa_id: BEN }, text: 'hi' });
    await waitFor(() => inbox.received.length >= 2, { what: 'both messages' });
    inbox.received.length = 0;
  });
  afterAll(async () => {
    await simulator.stop();
    await inbox.stop();
  });

  const plan = (fault: object) => control(simulator.url, '/faults', { service: 'whatsapp', ...fault });
  const send = (to = ZOE, text = 'hello') =>
    post(simulator.url, { ...textTo(to, text), biz_opaque_callback_data: `mark-${text}` });
  /** The webhook that reports the failure of the send with this text. */
  const failure = (text: string) =>
    waitFor(
      () =>
        inbox.received
          .map(({ value }) => value)
          .find(({ statuses }) => statuses?.[0]?.['biz_opaque_callback_data'] === `mark-${text}`),
      { what: 'the failure' },
    );
  const phone = async (key = ZOE) =>
    z
      .looseObject({
        messages: z.array(z.looseObject({ id: z.string(), direction: z.string(), text: z.string() })),
        calls: z.array(z.looseObject({ wamid: z.string().nullable(), answer: z.unknown() })),
      })
      .parse(await control(simulator.url, `/whatsapp/phones/${key}`));
  const textsOnPhone = async (key = ZOE) =>
    (await phone(key)).messages.filter(({ direction }) => direction === 'out').map(({ text }) => text);

  it.each(CODES)(
    'answers %i with the status %i and Meta’s error object, and sends nothing',
    async (code, status) => {
      await plan({ kind: 'error', code, times: 1 });
      const answer = await send();
      expect(answer.status).toBe(status);
      expect(errorOf(answer)).toMatchObject({ code, type: 'OAuthException', fbtrace_id: anyText });
      expect(errorOf(answer)['message']).not.toContain('Unknown error');
      expect(await textsOnPhone()).toEqual([]);
      expect((await send()).status).toBe(200);
    },
  );

  it('tells a throttled caller when to come back', async () => {
    await plan({ kind: 'error', code: 80007, times: 1 });
    const { headers } = await send();
    expect(headers.get('retry-after')).toBe('60');
    expect(JSON.parse(headers.get('x-business-use-case-usage') ?? '')).toMatchObject({
      '100000000000002': [{ type: 'whatsapp', call_count: 100, estimated_time_to_regain_access: 1 }],
    });
    await plan({ kind: 'error', code: 4, headers: { 'retry-after': '2' }, times: 1 });
    expect((await send()).headers.get('retry-after')).toBe('2');
    await plan({ kind: 'error', code: 131056, times: 1 });
    expect((await send()).headers.has('retry-after')).toBe(false);
  });

  it('fails late: the message is taken, never shown, and reported as failed without contacts', async () => {
    await plan({ kind: 'error', code: 131049, timing: 'async', times: 1 });
    expect((await send(ZOE, 'late')).status).toBe(200);
    expect(await textsOnPhone()).toEqual([]);
    const value = await failure('late');
    expect(value.statuses).toEqual([
      {
        id: textLike(/^wamid\./),
        status: 'failed',
        timestamp: textLike(/^\d{10}$/),
        recipient_id: ZOE,
        biz_opaque_callback_data: 'mark-late',
        errors: [
          { code: 131049, title: anyText, message: anyText, error_data: { details: anyText }, href: anyText },
        ],
      },
    ]);
    expect(value).not.toHaveProperty('contacts');
  });

  it('fails both ways at once', async () => {
    await plan({ kind: 'error', code: 131026, timing: 'both', times: 1 });
    expect(codeOf(await send(ZOE, 'both'))).toBe(131026);
    expect((await failure('both')).statuses).toMatchObject([
      { status: 'failed', errors: [{ code: 131026 }] },
    ]);
    expect(await textsOnPhone()).toEqual([]);
  });

  it('hits one recipient, one number, or sends only', async () => {
    await plan({ kind: 'error', code: 131056, match: { recipient: BEN } });
    await plan({ kind: 'error', code: 131057, match: { phone_number_id: '100000000000009' } });
    expect((await send(ZOE)).status).toBe(200);
    expect(codeOf(await send(BEN))).toBe(131056);
    expect(codeOf(await send(`+${BEN}`))).toBe(131056);
    await control(simulator.url, '/whatsapp/numbers', { id: '100000000000009' });
    const other = await http(`${simulator.url}/whatsapp/v25.0/100000000000009/messages`, {
      json: textTo(ZOE, 'x'),
      headers: { authorization: 'Bearer wa-token' },
    });
    expect(codeOf(other)).toBe(131057);
    await http(`${simulator.url}/control/faults`, { method: 'DELETE' });
    await plan({ kind: 'error', code: 1, match: { sends: true } });
    const read = await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'read me' });
    const mark = { messaging_product: 'whatsapp', status: 'read', message_id: read };
    expect((await post(simulator.url, mark)).status).toBe(200);
    expect(codeOf(await send())).toBe(1);
  });

  it('hits a share of the sends, the same ones for the same seed', async () => {
    const run = async (seed: number): Promise<string> => {
      await http(`${simulator.url}/control/faults`, { method: 'DELETE' });
      await plan({ kind: 'error', code: 131000, share: 0.3, seed });
      const statuses: number[] = [];
      for (let index = 0; index < 20; index += 1) statuses.push((await send()).status);
      return statuses.map((status) => (status === 200 ? '.' : 'x')).join('');
    };
    await change(simulator.url, { whatsapp_pair_limit: null, whatsapp_throughput: null });
    const first = await run(1);
    expect(await run(1)).toBe(first);
    expect(await run(2)).not.toBe(first);
    expect(first).toContain('x');
    expect(first).toContain('.');
  });

  it('commits and cuts: the message is on the phone and its statuses follow, but nobody was answered', async () => {
    await plan({ kind: 'cut-after-commit', times: 1 });
    await expect(send(ZOE, 'cut')).rejects.toThrow('fetch failed');
    expect(await textsOnPhone()).toEqual(['cut']);
    const { calls } = await phone();
    const wamid = z.string().parse(calls[0]?.wamid);
    expect(calls[0]).toMatchObject({ answer: { status: null, error_code: null } });
    await waitFor(() => statusesOf(inbox, wamid).length === 2, { what: 'both statuses' });
    const told = inbox.received.flatMap(({ value }) => value.statuses ?? []);
    expect(told[0]).toMatchObject({ id: wamid, biz_opaque_callback_data: 'mark-cut' });
  });

  it('commits and hangs, or hangs before anything happened', async () => {
    const breakOffOnceTaken = async (text: string, callsBefore: number): Promise<void> => {
      const patience = new AbortController();
      const call = http(`${simulator.url}/whatsapp/v25.0/${PHONE_NUMBER_ID}/messages`, {
        json: textTo(ZOE, text),
        headers: { authorization: 'Bearer wa-token' },
        signal: patience.signal,
      });
      await waitFor(async () => (await phone()).calls.length > callsBefore, { what: 'the call' });
      patience.abort();
      await expect(call).rejects.toThrow('aborted');
    };
    await plan({ kind: 'hang', after_commit: true, times: 1 });
    await breakOffOnceTaken('done', 0);
    await plan({ kind: 'hang', times: 1 });
    await breakOffOnceTaken('not done', 1);
    expect(await textsOnPhone()).toEqual(['done']);
  });

  it('cuts before anything happened, and still knows of the call', async () => {
    await plan({ kind: 'cut-before', times: 1 });
    await expect(send(ZOE, 'lost')).rejects.toThrow('fetch failed');
    await waitFor(async () => (await phone()).calls[0]?.answer !== null, { what: 'the end of the call' });
    expect((await phone()).calls).toMatchObject([
      { wamid: null, answer: { status: null }, request: { text: { body: 'lost' } } },
    ]);
    expect(await textsOnPhone()).toEqual([]);
  });

  it('answers 200 with an error inside, or with a body that nobody can read', async () => {
    await plan({ kind: 'error', code: 131009, status: 200, times: 1 });
    const inside = await send();
    expect(inside.status).toBe(200);
    expect(codeOf(inside)).toBe(131009);
    expect(await textsOnPhone()).toEqual([]);
    await plan({ kind: 'unreadable', times: 1 });
    const unreadable = await send(ZOE, 'garbled');
    expect(unreadable.status).toBe(200);
    expect(typeof unreadable.body).toBe('string');
    expect(await textsOnPhone()).toEqual(['garbled']);
  });

  it('breaks with and without Meta’s error', async () => {
    await plan({ kind: 'empty-502', after_commit: true, times: 1 });
    expect(await send(ZOE, 'gone out')).toMatchObject({ status: 502, body: '' });
    await plan({ kind: 'error', code: 133004, times: 1 });
    expect(errorOf(await send())).toMatchObject({ code: 133004, is_transient: true });
    expect(await textsOnPhone()).toEqual(['gone out']);
    expect((await phone()).calls.map(({ answer }) => answer)).toEqual([
      { status: 502, error_code: null },
      { status: 503, error_code: 133004 },
    ]);
  });
});
