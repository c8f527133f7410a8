import { at, bodyOf, change, message, messages } from './bodies';
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
