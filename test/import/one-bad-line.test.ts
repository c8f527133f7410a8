import { useWorld } from '../ingest/world';
import { useExports } from './exports';

const HEADER = 'message_id,phone,user_id,direction,time,text,type,author,name';
const BUYER = '447700900301';
const TIME = '2026-03-02T10:00:00Z';

const world = useWorld();
const exports_ = useExports(world);

const take = (name: string, content: string) => exports_.take(exports_.write(name, content));
const texts = async () =>
  (await world.rows<{ text: string }>('select text from message order by text')).map(({ text }) => text);

describe('one line costs itself only', () => {
  it.each(['constructor', '__proto__', 'toString'])('a direction that is none (%s)', async (direction) => {
    const report = await take(
      'export.csv',
      [HEADER, `,${BUYER},,${direction},${TIME},A,,,`, `,${BUYER},,in,${TIME},B,,,`].join('\n'),
    );
    expect(report).toMatch(/^2,direction,is neither of the two,/m);
    expect(await texts()).toEqual(['B']);
  });

  const LONG = 'x'.repeat(300_000);
  const good = (text: string) => ({ phone: BUYER, direction: 'in', time: TIME, text });
  const long = { ...good('A'), note: LONG };
  it.each([
    [
      'export.csv',
      `${HEADER},note\n,${BUYER},,in,${TIME},A,,,,${LONG}\r\n,${BUYER},,in,${TIME},"B\n${LONG}",,,,\n,${BUYER},,in,${TIME},C,,,,\n`,
      2,
    ],
    ['export.jsonl', [long, good('C'), long].map((one) => JSON.stringify(one)).join('\n'), 1],
    ['export.json', JSON.stringify([long, good('C'), long]).replaceAll('},', '},\n'), 1],
  ])('a record of %s that is too long, also for a column that nobody reads', async (name, content, at) => {
    const report = await take(name, content);
    expect(report).toMatch(new RegExp(`^${at},,is longer than 100000 characters,`, 'm'));
    expect(await texts()).toEqual(['C']);
  });
});
