import { readAddress } from '../../store/send-queue.store';
import { at, message, messages } from './bodies';
import type { Json } from './bodies';
import { buyers } from './two-people';
import { useWorld } from './world';

const OLD = '447700900181';
const NEW = '447700900182';

const world = useWorld();

const moved = (from: Json, system: Json, seconds: number): Json =>
  messages(
    message({
      ...from,
      id: `wamid.moved${seconds}`,
      type: 'system',
      text: undefined,
      system: { type: 'user_changed_number', body: 'changed', ...system },
      timestamp: at(seconds),
    }),
  );
const text = (from: Json, seconds: number): Json =>
  messages(message({ ...from, id: `wamid.text${seconds}`, timestamp: at(seconds) }));
const address = async () => {
  const [buyer] = await buyers(world);
  return await readAddress(world.pool, buyer?.id ?? '');
};

it('a number that was given up for a hidden one is written to no more', async () => {
  await world.take(text({ from: OLD, from_user_id: 'GB.811' }, 10));
  await world.take(moved({ from: OLD }, { user_id: 'GB.812', previous_user_id: 'GB.811' }, 20));
  await world.take(text({ from_user_id: 'GB.812' }, 30));
  expect(await buyers(world)).toHaveLength(1);
  expect(await address()).toMatchObject({ waId: null, userId: 'GB.812' });
});

describe('a number that was given up for a hidden one, in a report that names no number', () => {
  const before = text({ from: OLD, from_user_id: 'GB.811' }, 10);
  const report = moved({}, { user_id: 'GB.812', previous_user_id: 'GB.811' }, 20);
  const after = text({ from_user_id: 'GB.812' }, 30);

  it.each(orders([before, report, after]).map((order) => [order]))(
    'is written to no more, in any order: %#',
    async (order) => {
      for (const body of order) await world.take(body);
      expect(await buyers(world)).toHaveLength(1);
      expect(await address()).toEqual({ waId: null, userId: 'GB.812' });
      const held = await world.rows('select valid_to from buyer_identity where value = $1', [OLD]);
      expect(held).toEqual([{ valid_to: new Date(Number(at(20)) * 1000) }]);
    },
  );

  it('leaves no address at all where nothing new is named', async () => {
    await world.take(before);
    await world.take(moved({}, { previous_user_id: 'GB.811' }, 20));
    expect(await address()).toEqual({ waId: null, userId: null });
  });

  it('is whoever has it next, who writes by it alone', async () => {
    await world.take(before);
    await world.take(report);
    await world.take(text({ from: OLD }, 40));
    expect(await buyers(world)).toHaveLength(2);
  });
});

const BODIES: readonly Json[] = [
  text({ from: OLD }, 10),
  moved({ from: OLD }, { wa_id: NEW }, 20),
  moved({ from: NEW }, { wa_id: OLD }, 30),
  text({ from: OLD }, 40),
];

function orders<T>(some: readonly T[]): T[][] {
  if (some.length < 2) return [[...some]];
  return some.flatMap((one, place) =>
    orders(some.filter((_, index) => index !== place)).map((rest) => [one, ...rest]),
  );
}

it.each(
  orders(['first word', 'change', 'change back', 'last word']).map(
    (names) => [names.join(', '), names] as const,
  ),
)('a number that changed there and back is one buyer with the number of today: %s', async (_, names) => {
  const all = ['first word', 'change', 'change back', 'last word'];
  for (const name of names) await world.take(BODIES[all.indexOf(name)] ?? {});
  const found = await world.rows<{ count: string }>(
    `select count(distinct conversation_id) as count from message where direction = 'inbound' and type = 'text'`,
  );
  expect(Number(found[0]?.count)).toBe(1);
  const inverted = await world.rows('select 1 from buyer_identity where valid_to < valid_from');
  expect(inverted).toEqual([]);
});
