import { conversationDetail } from '../../api/contract';
import { readConversation } from '../../api/read/conversation';
import { readLastSaid } from '../../store/message.store';
import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { createWorld } from './world';
import type { World } from './world';

const BUYER = '447700900160';
const OURS = '12025550100';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

async function theConversation() {
  const [row] = await world.rows<{ id: string }>('select id from conversation');
  return conversationDetail.parse(await readConversation(world.pool, row?.id ?? ''));
}
const secondsFromNow = (seconds: number): string => String(Math.floor(Date.now() / 1000) + seconds);

describe('a time that cannot be', () => {
  it.each([
    ['1970', '1'],
    ['before WhatsApp', String(Date.UTC(2008, 11, 31) / 1000)],
    ['in hours', secondsFromNow(3 * 3_600)],
    ['in a far future', '99999999999'],
    ['no number', 'yesterday'],
    ['none', undefined],
  ])(
    'is not believed, and the message is kept with the time of its arrival: %s',
    async (_what, timestamp) => {
      await world.take(messages(message({ from: BUYER, timestamp })));
      const { id, messages: said } = await theConversation();
      expect(said).toEqual([expect.objectContaining({ doubt: 'time', text: 'Hello' })]);
      expect(Math.abs(Date.parse(said[0]?.sent_at ?? '') - Date.now())).toBeLessThan(60_000);
      const { windowClosesAtMs } = await readLastSaid(world.pool, id);
      expect(Math.abs((windowClosesAtMs ?? 0) - Date.now() - 86_400_000)).toBeLessThan(60_000);
      expect(await world.rows(`select body ->> 'timestamp' as given from message`)).toEqual([
        { given: timestamp ?? null },
      ]);
    },
  );

  it.each([[at(0)], [secondsFromNow(60)], [`${at(0)}000`]])('is none of these: %s', async (timestamp) => {
    await world.take(messages(message({ from: BUYER, timestamp })));
    expect((await theConversation()).messages[0]?.doubt).toBeNull();
  });

  it('of a report is not believed either', async () => {
    await world.take(
      messages(
        message({ from: BUYER, type: 'system', text: undefined, system: { type: 'odd' }, timestamp: '1' }),
      ),
    );
    expect((await theConversation()).events).toMatchObject([{ doubt: 'time' }]);
  });

  it.each([[[0, 1]], [[1, 0]]])('gives way to a true one of the same message: %j', async (order) => {
    const one = (timestamp: string) => message({ id: 'wamid.x', from: BUYER, timestamp });
    const bodies = [
      bodyOf(change({ history: [{ threads: [{ id: BUYER, messages: [one('1')] }] }] }, 'history')),
      messages(one(at(5))),
    ];
    for (const index of order) await world.take(bodies[index]);
    expect((await theConversation()).messages).toMatchObject([{ doubt: null }]);
    expect(await world.rows('select floor(extract(epoch from sent_at))::text as sent from message')).toEqual([
      { sent: at(5) },
    ]);
  });
});

describe('a medium of ours that comes after its placeholder', () => {
  const past = (more: Json) =>
    message({ id: 'wamid.m', from: OURS, text: undefined, timestamp: at(-9_000), ...more });
  const placeholder = bodyOf(
    change(
      { history: [{ threads: [{ id: BUYER, messages: [past({ type: 'media_placeholder' })] }] }] },
      'history',
    ),
  );
  const medium = (more: Json = {}) =>
    bodyOf(change({ messages: [past({ type: 'image', image: { id: '9' }, ...more })] }, 'history'));

  it.each([
    ['without a recipient', {}],
    ['without sender and recipient', { from: undefined }],
    ['in another form of our number', { from: '2025550100' }],
  ])('is found by its id: %s', async (_how, more) => {
    await world.take(placeholder);
    expect(await world.take(medium(more))).toEqual([]);
    expect(await world.rows('select type, direction, author from message')).toEqual([
      { type: 'image', direction: 'outbound', author: 'phone' },
    ]);
    expect(await world.rows('select 1 from buyer')).toHaveLength(1);
    expect(await world.rows('select 1 from media')).toHaveLength(1);
  });

  it('is taken up with the placeholder when it came first', async () => {
    await world.take(medium());
    expect(await world.rows('select error from webhook_item')).toEqual([{ error: 'no_sender' }]);
    await world.take(placeholder);
    expect(await world.rows('select type, direction from message')).toEqual([
      { type: 'image', direction: 'outbound' },
    ]);
    expect(await world.rows('select error from webhook_item where error is not null')).toEqual([]);
  });
});
