import { SendWorld } from './send-world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let at: SendWorld;
beforeAll(async () => {
  at = await SendWorld.start();
});
afterEach(() => at.calm());
afterAll(() => at.stop());

async function channel(scope: string): Promise<unknown> {
  return at.world.value(
    `select jsonb_build_object('level', backoff_level, 'stopped', stopped_reason,
        'waits_s', round(extract(epoch from not_before - now()))) from channel where scope = $1`,
    [scope],
  );
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
      expect(await at.deliver(sendId)).toEqual({ status: 'planned', reasonCode: 'whatsapp.throttled' });
      expect(await channel(scope)).toMatchObject({ level: 1, waits_s: 2 });
      expect(await at.deliver(otherId)).toEqual({ status: 'planned', reasonCode: 'gate.backed_off' });
      expect(await at.dueInMs(other)).toBeGreaterThan(SECOND);
      await at.letPass(3);
      await at.deliver(sendId);
      expect(await channel(scope)).toMatchObject({ level: 2, waits_s: 4 });
      await at.letPass(5);
      expect(await at.deliver(sendId)).toMatchObject({ status: 'accepted' });
      expect(await channel(scope)).toMatchObject({ level: 0, waits_s: null });
      expect(await at.deliver(otherId)).toMatchObject({ status: 'accepted' });
      expect((await at.row(sendId)).refusals).toBe(0);
    },
  );

  it('counts once for calls that were under way together', async () => {
    const scenes = await Promise.all(Array.from({ length: 4 }, () => at.conversation()));
    const sends = await Promise.all(scenes.map((scene) => at.plan(scene)));
    await at.simulator.fault({
      service: 'whatsapp',
      kind: 'error',
      match: { body: '"biz_opaque_callback_data"' },
      status: 400,
      delay_ms: 300,
      body: { error: { message: 'too many', code: 130429 } },
    });
    await Promise.all(sends.map((sendId) => at.deliver(sendId)));
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
    await at.deliver(await at.plan(scene));
    expect(await channel('app')).toMatchObject({ level: 1, waits_s: waitSeconds });
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
    expect(await at.deliver(await at.plan(scene))).toMatchObject({ status: 'accepted' });
    expect(await channel('app')).toMatchObject({ level: 1, waits_s: 60 });
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
    expect(await at.deliver(sendId)).toEqual({ status: 'planned', reasonCode: 'whatsapp.quality' });
    expect(await channel(NUMBER)).toMatchObject({ level: 1, waits_s: (15 * MINUTE) / SECOND });
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
      expect(await at.dueInMs(scene)).toBeGreaterThan(59 * MINUTE);
    }
  });
});
