import { momentOf } from '../support/moment';
import { SendWorld } from './send-world';

const HOUR_SECONDS = 3_600;

let at: SendWorld;
beforeAll(async () => {
  at = await SendWorld.start();
});
afterEach(() => at.calm());
afterAll(() => at.stop());

describe('the limit of one recipient', () => {
  it('holds this recipient for 1, 4, 16, 64, 256 s and nobody else; then a person is asked', async () => {
    const [held, other] = [await at.conversation(), await at.conversation()];
    const sendId = await at.plan(held);
    await at.refuse(131056, { times: 6 });
    for (const seconds of [1, 4, 16, 64, 256]) {
      const refused = await momentOf(async () => {
        expect(await at.deliver(sendId)).toEqual({ status: 'planned', reasonCode: 'whatsapp.pair_limit' });
      });
      expect(await at.dueAfter(refused, held, seconds)).toBe(seconds);
      // Asking again before the time changes nothing and calls nobody.
      await at.putOff(HOUR_SECONDS);
      expect(await at.deliver(sendId)).toEqual({ status: 'planned', reasonCode: 'gate.recipient_held' });
      await at.letPass(HOUR_SECONDS + 300);
    }
    expect(await at.deliver(sendId)).toEqual({ status: 'failed', reasonCode: 'whatsapp.pair_limit' });
    expect(await at.question(held)).toBe('whatsapp.pair_limit');
    expect(await at.deliver(await at.plan(other))).toMatchObject({ status: 'accepted' });
  });

  it('is over with the first message that WhatsApp takes', async () => {
    const scene = await at.conversation();
    const sendId = await at.plan(scene);
    await at.refuse(131056, { times: 2 });
    for (let call = 1; call <= 2; call += 1) {
      await at.deliver(sendId);
      await at.letPass(300);
    }
    expect(await at.deliver(sendId)).toMatchObject({ status: 'accepted' });
    await at.refuse(131056, { times: 1 });
    const next = await at.plan(scene);
    const refused = await momentOf(() => at.deliver(next));
    expect(await at.dueAfter(refused, scene, 1)).toBe(1);
    await at.letPass(1);
    expect(await at.deliver(next)).toMatchObject({ status: 'accepted' });
  });
});

describe('a passing fault', () => {
  it.each([
    [131016, 9],
    [131000, 3],
    [999_999, 9],
  ])('(%i) is tried %i times, later each time, then a person is asked', async (code, callsMax) => {
    const scene = await at.conversation();
    const sendId = await at.plan(scene);
    await at.refuse(code, { status: 500 });
    let waitMs = 0;
    for (let call = 1; call < callsMax; call += 1) {
      const { fromMs, toMs } = await momentOf(async () => {
        expect(await at.deliver(sendId)).toEqual({ status: 'planned', reasonCode: 'whatsapp.transient' });
      });
      const dueAtMs = await at.dueAtMs(scene);
      expect(dueAtMs - fromMs).toBeGreaterThan(waitMs / 4);
      waitMs = dueAtMs - toMs;
      await at.letPass(301);
    }
    expect(await at.deliver(sendId)).toEqual({ status: 'failed', reasonCode: 'whatsapp.transient' });
    expect(await at.question(scene)).toBe('whatsapp.transient');
  });

  it('of media is tried once more', async () => {
    const scene = await at.conversation();
    const sendId = await at.plan(scene);
    await at.refuse(131053, { times: 1 });
    expect(await at.deliver(sendId)).toEqual({ status: 'planned', reasonCode: 'whatsapp.media' });
    await at.letPass(6);
    expect(await at.deliver(sendId)).toMatchObject({ status: 'accepted' });
  });
});

describe('a closed window', () => {
  it('that WhatsApp sees while ours is open is tried once more, then a person is asked', async () => {
    const scene = await at.conversation();
    const sendId = await at.plan(scene);
    await at.refuse(131047, { times: 1 });
    const refused = await momentOf(async () => {
      expect(await at.deliver(sendId)).toEqual({ status: 'planned', reasonCode: 'whatsapp.needs_template' });
    });
    expect(await at.dueAfter(refused, scene, 5)).toBe(5);
    await at.letPass(6);
    expect(await at.deliver(sendId)).toMatchObject({ status: 'accepted' });

    const again = await at.plan(scene);
    await at.refuse(131047);
    await at.deliver(again);
    await at.letPass(6);
    expect(await at.deliver(again)).toEqual({ status: 'failed', reasonCode: 'whatsapp.needs_template' });
    expect(await at.question(scene)).toBe('whatsapp.needs_template');
  });
});

describe('a buyer who cannot be reached', () => {
  it.each([
    [131026, 'whatsapp.unreachable'],
    [130403, 'whatsapp.unreachable'],
    [130497, 'whatsapp.quality'],
    [131049, 'whatsapp.marketing_cap'],
  ])('(%i) is left alone by automation until they write again', async (code, reasonCode) => {
    const scene = await at.conversation();
    await at.refuse(code, { times: 1 });
    expect(await at.deliver(await at.plan(scene))).toEqual({ status: 'failed', reasonCode });
    expect(await at.question(scene)).toBe(reasonCode);
    expect(await at.deliver(await at.plan(scene, { kind: 'follow_up' }))).toEqual({
      status: 'refused',
      reasonCode: 'gate.unreachable',
    });
    // A person may try.
    expect(await at.deliver(await at.plan(scene, { kind: 'human' }))).toMatchObject({ status: 'accepted' });
    await at.writes(scene);
    await at.world.pool.query(
      'update message set turn_id = (select id from turn where conversation_id = $1 limit 1) where conversation_id = $1',
      [scene.id],
    );
    expect(await at.deliver(await at.plan(scene))).toMatchObject({ status: 'accepted' });
  });

  it('for too much marketing is left alone for a day only', async () => {
    const scene = await at.conversation();
    await at.refuse(131049, { times: 1 });
    await at.deliver(await at.plan(scene));
    await at.letPass(24 * 3_600 + 1);
    expect(await at.deliver(await at.plan(scene))).toMatchObject({ status: 'accepted' });
  });

  it('who stopped marketing has opted out, with the refusal as evidence', async () => {
    const scene = await at.conversation();
    await at.refuse(131050, { times: 1 });
    expect(await at.deliver(await at.plan(scene))).toEqual({
      status: 'failed',
      reasonCode: 'whatsapp.opted_out',
    });
    const evidence = await at.world.value(
      `select jsonb_build_array(source, value, raw ->> 'code') from consent where buyer_id = $1`,
      [scene.buyerId],
    );
    expect(evidence).toEqual(['send_error', 'stop', '131050']);
    expect(await at.deliver(await at.plan(scene))).toMatchObject({ reasonCode: 'gate.opted_out' });
  });

  it.each([
    [130472, 'whatsapp.experiment'],
    [137000, 'whatsapp.identity_changed'],
    [131062, 'whatsapp.needs_phone'],
  ])('(%i) for one message only is a question for a person', async (code, reasonCode) => {
    const scene = await at.conversation();
    await at.refuse(code, { times: 1 });
    expect(await at.deliver(await at.plan(scene))).toEqual({ status: 'failed', reasonCode });
    expect(await at.question(scene)).toBe(reasonCode);
    expect(await at.deliver(await at.plan(scene))).toMatchObject({ status: 'accepted' });
  });
});

it('an error of a gateway in between, whose code is the HTTP status, leaves open whether the message left', async () => {
  const scene = await at.conversation();
  const sendId = await at.plan(scene);
  await at.simulator.fault({
    service: 'whatsapp',
    kind: 'error',
    match: { body: '"biz_opaque_callback_data"' },
    status: 502,
    body: { error: { code: 502, message: 'Bad Gateway', status: 'UNAVAILABLE' } },
    times: 1,
  });
  expect(await at.deliver(sendId)).toEqual({ status: 'unconfirmed', reasonCode: 'send.unconfirmed' });
  expect(await at.deliver(sendId)).toMatchObject({ status: 'unconfirmed' });
});
