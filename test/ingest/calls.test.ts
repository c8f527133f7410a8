import { at, bodyOf, change, message, messages, NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { createWorld } from './world';
import type { World } from './world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

const DAY_S = 86_400;
const BUYER = '447700900161';
const USER_ID = 'GB.13491208655302741918';
const OURS = '12025550100';
const LONG_AGO = -2 * DAY_S;

const call = (more: Json = {}) => ({
  id: 'wacid.1',
  event: 'connect',
  from: BUYER,
  to: OURS,
  timestamp: at(0),
  direction: 'USER_INITIATED',
  ...more,
});
const calls = (...items: readonly Json[]) => bodyOf(change({ calls: items }, 'calls'));
const wrote = (seconds: number) =>
  messages(message({ from: BUYER, from_user_id: USER_ID, timestamp: at(seconds) }));

/** Seconds after the start at which the window of the only conversation closes; null = it never opened. */
async function closesAt(): Promise<number | null> {
  const rows = await world.rows<{ at: number | null }>(
    `select extract(epoch from window_closes_at(id))::float8 as at from conversation`,
  );
  expect(rows).toHaveLength(1);
  const closes = rows[0]?.at ?? null;
  return closes === null ? null : Math.floor(closes) - Number(at(0));
}

it.each([
  ['a call of the buyer', call(), 0],
  [
    'its end, for which its beginning is told',
    call({ event: 'terminate', timestamp: at(90), start_time: at(5) }),
    5,
  ],
  [
    'its end, for which its length is told',
    call({ event: 'terminate', timestamp: at(90), duration: 30 }),
    60,
  ],
  ['a call that nobody took', call({ event: 'terminate', timestamp: at(90), status: 'FAILED' }), 90],
  ['a call without direction', call({ direction: undefined }), 0],
  ['a call that names a user id only', call({ from: undefined, from_user_id: USER_ID }), 0],
])('%s opens the window for a day', async (_what, report, beganAt) => {
  await world.take(wrote(LONG_AGO));
  expect(await closesAt()).toBe(LONG_AGO + DAY_S);
  expect(await world.take(calls(report))).toEqual([]);
  expect(await closesAt()).toBe(beganAt + DAY_S);
  expect(await world.rows('select 1 from message')).toHaveLength(1);
  expect(
    await world.rows('select 1 from webhook_item where field = $1 and kind = $2', ['calls', 'unknown']),
  ).toHaveLength(1);
});

it.each([
  ['of ours', call({ direction: 'BUSINESS_INITIATED', from: OURS, to: BUYER })],
  ['of ours without direction', call({ direction: undefined, from: OURS, to: BUYER })],
  ['of somebody else', call({ from: '447700900162' })],
  ['that was recorded', call({ event: 'call_recording_available' })],
  ['without any caller', call({ from: undefined })],
  ['without an id', call({ id: undefined })],
])('a call %s opens none', async (_what, report) => {
  await world.take(wrote(LONG_AGO));
  await world.take(calls(report));
  expect(await closesAt()).toBe(LONG_AGO + DAY_S);
});

it('a call of ours that the buyer takes opens it; one that only rings does not', async () => {
  await world.take(wrote(LONG_AGO));
  const status = (value: string) =>
    bodyOf(
      change(
        { statuses: [{ id: 'wacid.2', type: 'call', status: value, timestamp: at(7), recipient_id: BUYER }] },
        'calls',
      ),
    );
  await world.take(status('RINGING'));
  await world.take(status('REJECTED'));
  expect(await closesAt()).toBe(LONG_AGO + DAY_S);
  await world.take(status('ACCEPTED'));
  expect(await closesAt()).toBe(7 + DAY_S);
});

it('the beginning counts whatever order beginning and end come in, and repeats change nothing', async () => {
  await world.take(wrote(LONG_AGO));
  const end = calls(call({ event: 'terminate', timestamp: at(100) }));
  for (const body of [end, calls(call()), end, calls(call())]) await world.take(body);
  expect(await closesAt()).toBe(DAY_S);
});

it('a call before the first message counts, and a later message counts longer', async () => {
  await world.take(calls(call({ from: undefined, from_user_id: USER_ID })));
  expect(await world.rows('select 1 from buyer')).toEqual([]);
  await world.take(wrote(LONG_AGO));
  expect(await closesAt()).toBe(DAY_S);
  await world.take(wrote(60));
  expect(await closesAt()).toBe(60 + DAY_S);
});

it('an older message that comes late does not shorten the window', async () => {
  await world.take(wrote(60));
  await world.take(wrote(0));
  expect(await closesAt()).toBe(60 + DAY_S);
});

describe('a call by a number that several people had', () => {
  /** When the window of each buyer's conversation with the usual number closes, by user id. */
  async function windows() {
    const rows = await world.rows<{ who: string; at: number | null }>(
      `select value as who, extract(epoch from window_closes_at(conversation.id))::float8 as at
         from conversation join buyer_identity using (buyer_id)
        where buyer_identity.kind = 'bsuid' and phone_number_id = $1 order by 1`,
      [NUMBER_ID],
    );
    return rows.map(({ who, at: closes }) => [
      who,
      closes === null ? null : Math.floor(closes) - Number(at(0)),
    ]);
  }
  /** We wrote to somebody on the phone app, which opens no window. */
  const wroteTo = (to: Json, seconds: number) =>
    world.take(
      bodyOf(
        change(
          { message_echoes: [message({ from: OURS, ...to, timestamp: at(seconds) })] },
          'smb_message_echoes',
        ),
      ),
    );
  const owner = { to: BUYER, to_user_id: 'GB.1611' };
  const stranger = { to: BUYER, to_user_id: 'GB.1612' };

  it.each([
    ['before', [0, 1, 2]],
    ['after', [1, 2, 0]],
    ['between', [1, 0, 2]],
  ])('opens the window of whoever had it then: reported %s it was known', async (_when, order) => {
    const steps = [
      () => world.take(calls(call({ timestamp: at(50) }))),
      () => wroteTo(owner, 10),
      () => wroteTo(stranger, 100),
    ];
    for (const place of order) await steps[place]?.();
    expect(await windows()).toEqual([
      ['GB.1611', 50 + DAY_S],
      ['GB.1612', null],
    ]);
  });

  it('opens nobody’s window where it names a user id that nobody here has', async () => {
    await wroteTo(owner, 10);
    await world.take(calls(call({ from_user_id: 'GB.1619', timestamp: at(50) })));
    expect(await windows()).toEqual([['GB.1611', null]]);
    await wroteTo({ to_user_id: 'GB.1619' }, 100);
    expect(await windows()).toEqual([
      ['GB.1611', null],
      ['GB.1619', 50 + DAY_S],
    ]);
  });

  it('in one national form opens the window of whoever has that form, else of whoever has the other', async () => {
    const [first, second] = ['5491155550161', '541155550161'];
    await wroteTo({ to: first, to_user_id: 'AR.1611' }, 10);
    await world.take(calls(call({ id: 'wacid.other', from: second, timestamp: at(40) })));
    expect(await windows()).toEqual([['AR.1611', 40 + DAY_S]]);
    await wroteTo({ to: second, to_user_id: 'AR.1612' }, 20);
    expect(await windows()).toEqual([
      ['AR.1611', null],
      ['AR.1612', 40 + DAY_S],
    ]);
  });
});
