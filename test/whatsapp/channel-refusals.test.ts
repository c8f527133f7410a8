import { momentOf, secondsAfter } from '../support/moment';
import { waitFor } from '../support/wait-for';
import { SendWorld } from './send-world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR_SECONDS = 3_600;

let at: SendWorld;
beforeAll(async () => {
  at = await SendWorld.start();
});
afterEach(() => at.calm());
afterAll(() => at.stop());

async function channel(scope: string): Promise<unknown> {
  return at.world.value(
    `select jsonb_build_object('level', backoff_level, 'stopped', stopped_reason, 'waits', not_before is not null)
       from channel where scope = $1`,
    [scope],
  );
}

/** How long a channel rests after a delivery, in seconds: the number that was meant, if it can be that. */
async function restAfter(sendId: string, scope: string, meant: number): Promise<number> {
  const delivered = await momentOf(() => at.deliver(sendId));
  const notBeforeMs = await at.world.value('select to_ms(not_before) from channel where scope = $1', [scope]);
  return secondsAfter(delivered, Number(notBeforeMs), meant);
}

const NUMBER = '100000000000001';

async function alarms(): Promise<unknown> {
  return at.world.value(
    `select coalesce(jsonb_agg(jsonb_build_array(event, severity, number) order by id), '[]') from account_event
      where field = 'sends'`,
  );
}

describe('a limit of the number or the app', () => {
  it.each([
    [130429, 400, NUMBER],
    [999_999, 429, NUMBER],
    [80007, 400, 'app'],
  ])(
    '(%i, HTTP %i) slows all its conversations, longer each time, until a message is taken',
    async (...given) => {
      const [code, status, scope] = given;
      const [one, other] = [await at.conversation(), await at.conversation()];
      const [sendId, otherId] = [await at.plan(one), await at.plan(other)];
      await at.refuse(code, { status, times: 2 });
      expect(await restAfter(sendId, scope, 2)).toBe(2);
      expect(await at.row(sendId)).toMatchObject({ status: 'planned', reason_code: 'whatsapp.throttled' });
      expect(await channel(scope)).toMatchObject({ level: 1 });
      await at.putOff(HOUR_SECONDS);
      const asked = await momentOf(async () => {
        expect(await at.deliver(otherId)).toEqual({ status: 'planned', reasonCode: 'gate.backed_off' });
      });
      expect((await at.dueAtMs(other)) - asked.fromMs).toBeGreaterThan(HOUR_SECONDS * SECOND);
      await at.letPass(HOUR_SECONDS + 3);
      expect(await restAfter(sendId, scope, 4)).toBe(4);
      expect(await channel(scope)).toMatchObject({ level: 2 });
      await at.letPass(5);
      expect(await at.deliver(sendId)).toMatchObject({ status: 'accepted' });
      expect(await channel(scope)).toMatchObject({ level: 0, waits: false });
      expect(await at.deliver(otherId)).toMatchObject({ status: 'accepted' });
      expect((await at.row(sendId)).refusals).toBe(0);
    },
  );

  it('counts once for calls that were under way together', async () => {
    const scenes = await Promise.all(Array.from({ length: 4 }, () => at.conversation()));
    const sends = await Promise.all(scenes.map((scene) => at.plan(scene)));
    const refusal = await at.simulator.fault({
      service: 'whatsapp',
      kind: 'error',
      match: { body: '"biz_opaque_callback_data"' },
      status: 400,
      delay_ms: HOUR_SECONDS * SECOND,
      body: { error: { message: 'too many', code: 130429 } },
    });
    const delivered = Promise.all(sends.map((sendId) => at.deliver(sendId)));
    await waitFor(async () => (await at.simulator.hitsOf(refusal)) === sends.length, { what: 'all calls' });
    await at.simulator.endFault(refusal);
    await delivered;
    expect(await channel(NUMBER)).toMatchObject({ level: 1 });
  });

  it.each([
    ['Retry-After in seconds', { 'retry-after': '120' }, 120],
    [
      'its usage header in minutes',
      {
        'x-business-use-case-usage': JSON.stringify({
          '100000000000009': [{ type: 'whatsapp', call_count: 100, estimated_time_to_regain_access: 7 }],
        }),
      },
      420,
    ],
  ])('is waited for as long as WhatsApp says by %s', async (_how, headers, waitSeconds) => {
    const scene = await at.conversation();
    await at.refuse(4, { headers });
    expect(await restAfter(await at.plan(scene), 'app', waitSeconds)).toBe(waitSeconds);
    expect(await channel('app')).toMatchObject({ level: 1 });
  });

  it('is respected where WhatsApp announces it with a message that it takes', async () => {
    const scene = await at.conversation();
    await at.simulator.fault({
      service: 'whatsapp',
      kind: 'error',
      match: { body: '"biz_opaque_callback_data"' },
      status: 200,
      body: { messages: [{ id: 'wamid.announced' }] },
      headers: { 'retry-after': '60' },
    });
    const sendId = await at.plan(scene);
    expect(await restAfter(sendId, 'app', 60)).toBe(60);
    expect(await at.row(sendId)).toMatchObject({ status: 'accepted' });
    expect(await channel('app')).toMatchObject({ level: 1 });
  });
});

describe('an answer without Meta’s own words', () => {
  const answerWith = (status: number, given: { body?: string; headers?: Readonly<Record<string, string>> }) =>
    at.simulator.fault({
      service: 'whatsapp',
      kind: 'error',
      match: { sends: true },
      status,
      body: given.body ?? '',
      ...(given.headers === undefined ? {} : { headers: given.headers }),
    });

  it.each([
    ['nothing', {}, 2],
    ['a page', { body: '<html>Too many requests</html>' }, 2],
    ['a wait', { headers: { 'retry-after': '90' } }, 90],
  ])('of 429 and %s slows the number, whatever became of the message', async (_what, given, waitSeconds) => {
    const [one, other] = [await at.conversation(), await at.conversation()];
    const [sendId, otherId] = [await at.plan(one), await at.plan(other)];
    await answerWith(429, given);
    expect(await restAfter(sendId, NUMBER, waitSeconds)).toBe(waitSeconds);
    expect(await at.row(sendId)).toMatchObject({ status: 'unconfirmed' });
    expect(await channel(NUMBER)).toMatchObject({ level: 1 });
    await at.putOff(HOUR_SECONDS);
    expect(await at.deliver(otherId)).toEqual({ status: 'planned', reasonCode: 'gate.backed_off' });
  });

  it.each([401, 403])('of %i stops everything with an alarm', async (status) => {
    const [one, other] = [await at.conversation(), await at.conversation()];
    const [sendId, otherId] = [await at.plan(one), await at.plan(other)];
    await answerWith(status, {});
    expect(await at.deliver(sendId)).toMatchObject({ status: 'unconfirmed' });
    expect(await channel('app')).toMatchObject({ stopped: 'whatsapp.account' });
    expect(await at.deliver(otherId)).toEqual({ status: 'planned', reasonCode: 'gate.stopped' });
    expect(await alarms()).toEqual([['whatsapp.account', 'critical', null]]);
  });

  it.each([400, 404, 502])('of %i tells nothing about the number', async (status) => {
    await answerWith(status, {});
    expect(await at.deliver(await at.plan(await at.conversation()))).toMatchObject({ status: 'unconfirmed' });
    expect([await channel(NUMBER), await channel('app')]).not.toContainEqual(
      expect.objectContaining({ level: 1 }),
    );
    expect(await alarms()).toEqual([]);
  });
});

describe('a defect of ours', () => {
  it.each([
    [132012, 'whatsapp.content'],
    [999_999, 'whatsapp.unknown'],
  ])('(%i) is tried once, asks a person and raises one alarm', async (code, reasonCode) => {
    const [one, other] = [await at.conversation(), await at.conversation()];
    await at.refuse(code);
    expect(await at.deliver(await at.plan(one))).toEqual({ status: 'failed', reasonCode });
    expect(await at.deliver(await at.plan(other))).toEqual({ status: 'failed', reasonCode });
    expect(await at.question(other)).toBe(reasonCode);
    expect(await alarms()).toEqual([[reasonCode, 'warning', NUMBER]]);
  });
});

describe('a limit of quality', () => {
  it('that time lifts lets the number rest for a quarter of an hour and more', async () => {
    const scene = await at.conversation();
    const sendId = await at.plan(scene);
    await at.refuse(131048, { times: 1 });
    expect(await restAfter(sendId, NUMBER, 900)).toBe(900);
    expect(await at.row(sendId)).toMatchObject({ status: 'planned', reason_code: 'whatsapp.quality' });
    expect(await channel(NUMBER)).toMatchObject({ level: 1 });
    expect(await alarms()).toEqual([['whatsapp.quality', 'warning', NUMBER]]);
    await at.letPass(901);
    expect(await at.deliver(sendId)).toMatchObject({ status: 'accepted' });
  });
});

describe('a stop', () => {
  it.each([
    [368, 'whatsapp.quality', NUMBER],
    [133010, 'whatsapp.account', NUMBER],
    [133016, 'whatsapp.registration', NUMBER],
    [190, 'whatsapp.account', 'app'],
    [131042, 'whatsapp.billing', 'app'],
  ])('(%i) keeps everything planned, asks WhatsApp no more and raises one alarm', async (...given) => {
    const [code, reasonCode, scope] = given;
    const begunMs = Date.now();
    const scenes = await Promise.all(Array.from({ length: 3 }, () => at.conversation()));
    const sends = await Promise.all(scenes.map((scene) => at.plan(scene)));
    const [first = ''] = sends;
    const human = await at.plan(await at.conversation(), { kind: 'human' });
    await at.refuse(code);
    expect(await at.deliver(first)).toEqual({ status: 'planned', reasonCode });
    for (const sendId of [...sends, human])
      expect(await at.deliver(sendId)).toEqual({ status: 'planned', reasonCode: 'gate.stopped' });
    expect(await channel(scope)).toMatchObject({ stopped: reasonCode });
    expect(await alarms()).toEqual([[reasonCode, 'critical', scope === 'app' ? null : scope]]);
    for (const scene of scenes) {
      expect(await at.question(scene)).toBeUndefined();
      // Nobody looks in vain: the next look is by the hour, or when a person resumes.
      expect(await at.dueAtMs(scene)).toBeGreaterThan(begunMs + 59 * MINUTE);
    }
  });
});
