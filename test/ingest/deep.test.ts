import { captureBody } from '../../api/ingest/capture';
import { retryItem } from '../../api/ingest/retry';
import { message, messages } from './bodies';
import { useWorld } from './world';

const BUYER = '447700900142';
const GOOD = Array.from({ length: 49 }, (_, index) => message({ from: BUYER, id: `wamid.g${index}` }));

const world = useWorld();

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
/** A body of good messages with something beside them that no object of ours could be made of. */
const beside = (list: string, item: string): Buffer =>
  Buffer.from(
    JSON.stringify(messages(...GOOD)).replace('"messages":[', () =>
      list === 'messages' ? `"messages":[${item},` : `"${list}":[${item}],"messages":[`,
    ),
  );
const notRead = () =>
  world.rows<{ kind: string; error: string | null; pointer: string; raw: unknown }>(
    `select kind, error, pointer, raw from webhook_item where kind not in ('message', 'account_event') or error is not null order by pointer`,
  );
const count = async () => (await world.rows('select 1 from message')).length;

describe.each([1_000, 6_000, 1_400_000])('something nested %d deep costs itself only', (levels) => {
  it.each([
    { what: 'a message without id', list: 'messages', item: `{"deep":${nested(levels)}}`, error: null },
    { what: 'an error', list: 'errors', item: `{"code":1,"deep":${nested(levels)}}`, error: 'whatsapp:1' },
    { what: 'a status without id', list: 'statuses', item: `{"deep":${nested(levels)}}`, error: null },
    { what: 'what no field reads', list: 'calls', item: nested(levels), error: null },
  ])('$what', async ({ list, item, error }) => {
    await world.take(beside(list, item));
    expect(await count()).toBe(49);
    const kept = await notRead();
    const pointer = `/entry/0/changes/0/value/${list}${list === 'calls' ? '' : '/0'}`;
    expect(kept).toMatchObject([{ kind: 'unknown', error, pointer }]);
    expect(JSON.stringify(kept)).toMatch(/"too_deep":"[0-9a-f]{64}"/);
  });

  it('a message, whose words are read all the same', async () => {
    const deep = `{"id":"wamid.deep","from":"${BUYER}","type":"text","text":{"body":"x"},"deep":${nested(levels)}}`;
    await world.take(beside('messages', deep));
    expect(await count()).toBe(50);
    expect(await notRead()).toEqual([]);
  });

  it('a contact of the change, a report about the account, an entry and a change that are none', async () => {
    const account = `{"id":"1","time":5,"changes":[{"field":"account_update","value":{"event":${nested(levels)}}}]}`;
    const given = beside('contacts', `{"wa_id":"${BUYER}","deep":${nested(levels)}}`)
      .toString()
      .replace('"entry":[', () => `"entry":[${account},${nested(levels)},{"changes":[${nested(levels)}]},`);
    await world.take(Buffer.from(given));
    expect(await count()).toBe(49);
    expect(await notRead()).toHaveLength(2);
  });
});

it('two that are nested too deep are two items, and the same again is none', async () => {
  const two = `{"deep":${nested(7_000)}},{"deep":[0,${nested(7_000)}]}`;
  await world.take(beside('messages', two));
  await world.take(Buffer.concat([beside('messages', two), Buffer.from(' ')]));
  expect(await notRead()).toHaveLength(2);
});

it('running one of them again finds nothing new and breaks nothing', async () => {
  const [id] = await captureBody(world.pool, beside('messages', `{"deep":${nested(7_000)}}`));
  expect(await retryItem(world.pool, id ?? 0)).toMatchObject({ newItems: 0 });
});
