import fc from 'fast-check';
import { inTransaction } from '../../platform/database';
import { loadReplyModel } from '../../platform/reply-model';
import { countDueHistoryWaits } from '../../store/history-wait.store';
import { updateWaits } from '../../store/wait.store';
import { bodyOf, change, message, messages } from '../ingest/bodies';
import type { Json } from '../ingest/bodies';
import { useWorld } from '../ingest/world';
import { useExports } from './exports';

const HOUR = 3600;
/** Long ago: every silence of then is over. */
const BEGIN = Date.parse('2026-03-02T10:00:00Z') / 1000;
const OURS = '12025550100';
const BUYER = '447700900301';
const model = loadReplyModel();

const world = useWorld();
const exports_ = useExports(world);

const takeLines = (lines: readonly string[]) =>
  exports_.take(
    exports_.write('export.csv', ['message_id,phone,user_id,direction,time,text', ...lines].join('\n')),
  );
const line = (direction: 'in' | 'out', seconds: number) =>
  `,${BUYER},,${direction},${BEGIN + seconds},${direction} at ${seconds}`;
const past = (direction: 'in' | 'out', seconds: number): Json =>
  message({
    id: `wamid.${direction}.${seconds}`,
    timestamp: String(BEGIN + seconds),
    text: { body: `${direction} at ${seconds}` },
    ...(direction === 'in' ? { from: BUYER } : { from: OURS, to: BUYER }),
  });
const history = (...items: readonly Json[]) =>
  bodyOf(change({ history: [{ threads: [{ id: BUYER, messages: items }] }] }, 'history'));

const waits = () =>
  world.rows<{ state: string; ended_by: string; late: number; expected: number }>(
    `select wait.state, ended_by, late_replies as late, expected_late_replies as expected
       from wait order by started_at`,
  );
const words = async () => (await waits()).map((one) => `${one.state} ${one.ended_by} ${one.late}`);
const counts = async () =>
  (
    await world.rows<{ late: number; expected: number }>(
      'select late_replies as late, expected_late_replies as expected from buyer where joined_into is null',
    )
  )[0];

/** A reply after a night, a burst, a silence that we ended, and one that nobody did. */
const STORY = [
  ['in', 0],
  ['out', 60],
  ['out', 200],
  ['in', 200 + 12 * HOUR],
  ['out', 24 * HOUR],
  ['out', 44 * HOUR],
  ['in', 44 * HOUR + 600],
  ['out', 50 * HOUR],
] as const;
const WAITS = ['live reply 1', 'warm our_message 0', 'cold reply 0', 'warm horizon 0'];

describe.each([
  ['an export', () => takeLines(STORY.map(([direction, seconds]) => line(direction, seconds)))],
  [
    'the phone app',
    () => world.take(history(...STORY.map(([direction, seconds]) => past(direction, seconds)))),
  ],
])('the silences in the history of %s', (_source, take) => {
  it('are waits that are over, and count for D and E once', async () => {
    await take();
    expect(await words()).toEqual(WAITS);
    const expected = (await waits()).reduce((sum, one) => sum + one.expected, 0);
    expect(await counts()).toEqual({ late: 1, expected });
    expect(expected).toBeGreaterThan(0);
    await take();
    expect(await words()).toEqual(WAITS);
    expect(await counts()).toEqual({ late: 1, expected });
  });

  it('are those that live messages would have given', async () => {
    await take();
    const imported = { waits: await words(), counts: await counts() };
    await world.empty();
    for (const one of STORY) await world.take(messages(past('in', one[1])));
    await world.pool.query(
      `update message set direction = 'outbound' where text like 'in at %' and substring(text from 7)::int = any($1)`,
      [STORY.filter(([direction]) => direction === 'out').map(([, seconds]) => seconds)],
    );
    await world.pool.query('update message set captured_at = sent_at');
    const [conversation] = await world.rows<{ id: string }>('select id from conversation');
    const given = { model, nowMs: Date.now() };
    await inTransaction(world.pool, (client) => updateWaits(client, conversation?.id ?? '', given));
    expect(await words()).toEqual(imported.waits);
    expect((await counts())?.late).toBe(imported.counts?.late);
    expect((await counts())?.expected).toBeCloseTo(imported.counts?.expected ?? Number.NaN, 9);
  });
});

it('a silence that still runs is counted when it is over, by the sweep, and wakes nobody', async () => {
  const now = Math.floor(Date.now() / 1000) - BEGIN;
  await takeLines([line('in', now - 80 * HOUR), line('out', now - 71 * HOUR)]);
  expect(await words()).toEqual([]);
  // An hour later: everything that was said lies an hour further back.
  await world.pool.query(`update message set sent_at = sent_at - interval '2 hours'`);
  await world.pool.query(
    `update conversation set history_waits_due_at = history_waits_due_at - interval '2 hours'`,
  );
  await countDueHistoryWaits(world.pool, model, { withinMs: 0, afterId: null, countMax: 10 });
  expect(await words()).toEqual(['warm horizon 0']);
  expect(
    await world.rows('select 1 from conversation where look_wanted > 0 or history_waits_due_at is not null'),
  ).toEqual([]);
});

it('a live reply ends a silence of the history', async () => {
  const now = Math.floor(Date.now() / 1000) - BEGIN;
  await takeLines([line('out', now - 10 * HOUR)]);
  await world.take(messages(message({ from: BUYER, timestamp: String(BEGIN + now - 5) })));
  expect(await words()).toEqual(['cold reply 1']);
  expect((await counts())?.late).toBe(1);
});

it('a message of ours that also comes live is counted live from then on, once', async () => {
  await world.take(history(past('in', 0), past('out', 60), past('in', 60 + 5 * HOUR)));
  expect(await words()).toEqual(['live reply 1']);
  await world.take(bodyOf(change({ message_echoes: [past('out', 60)] }, 'smb_message_echoes')));
  expect(await words()).toEqual([]);
  expect(await counts()).toEqual({ late: 0, expected: 0 });
});

it('a silence that is counted live is not counted again from the history', async () => {
  const now = Math.floor(Date.now() / 1000) - BEGIN;
  const echo = message({ from: OURS, to: BUYER, timestamp: String(BEGIN + now - 9 * HOUR) });
  await world.take(bodyOf(change({ message_echoes: [echo] }, 'smb_message_echoes')));
  await world.pool.query('update message set captured_at = sent_at');
  await takeLines([line('out', now - 8 * HOUR), line('in', now - 7 * HOUR), line('out', now - 6 * HOUR)]);
  await world.take(messages(message({ from: BUYER, timestamp: String(BEGIN + now - 5) })));
  expect(await words()).toEqual([]);
});

it('live waits go on as before beside those of the history', async () => {
  const now = Math.floor(Date.now() / 1000) - BEGIN;
  const echo = message({ from: OURS, to: BUYER, timestamp: String(BEGIN + now - 9 * HOUR) });
  await world.take(bodyOf(change({ message_echoes: [echo] }, 'smb_message_echoes')));
  await world.pool.query('update message set captured_at = sent_at');
  const [conversation] = await world.rows<{ id: string }>('select id from conversation');
  const look = () =>
    inTransaction(world.pool, (client) =>
      updateWaits(client, conversation?.id ?? '', { model, nowMs: Date.now() }),
    );
  await look();
  await takeLines([line('out', 0), line('in', 7 * HOUR)]);
  await look();
  await world.take(messages(message({ from: BUYER, timestamp: String(BEGIN + now - 5) })));
  await look();
  expect(await words()).toEqual(['cold reply 1', 'cold reply 1']);
  expect((await counts())?.late).toBe(2);
});

describe('splitting, ordering and repeating exports', () => {
  const PEOPLE = [
    { phone: BUYER, user: '' },
    { phone: '', user: 'GB.301' },
    { phone: BUYER, user: 'GB.301' },
    { phone: '447700900302', user: '' },
  ];
  /** Every message has an id or words of its own, so that it is clear which lines are the same. */
  const lineOf = (who: fc.Arbitrary<(typeof PEOPLE)[number]>) =>
    fc.record({
      who,
      direction: fc.constantFrom('in' as const, 'out' as const),
      seconds: fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 400_000 })),
      id: fc.constantFrom('wamid.', 'ticket-', ''),
    });
  // Each person is named in each way, so that two buyers prove to be one unless the files come in a lucky order.
  const lines = fc
    .tuple(
      fc.tuple(...PEOPLE.map((who) => lineOf(fc.constant(who)))),
      fc.array(lineOf(fc.constantFrom(...PEOPLE)), { maxLength: 10 }),
    )
    .map(([first, others]) => [...first, ...others])
    .map((all) =>
      all.map(({ who, direction, seconds, id }, index) => ({
        csv: `${id === '' ? '' : `${id}${index}`},${who.phone},${who.user},${direction},${BEGIN + seconds},Line ${index}`,
        reported: id === 'wamid.' ? reported(who, { direction, seconds, index }) : null,
      })),
    );

  function reported(
    who: { readonly phone: string; readonly user: string },
    said: { readonly direction: 'in' | 'out'; readonly seconds: number; readonly index: number },
  ): Json {
    const ids =
      said.direction === 'in'
        ? { from: who.phone || who.user, ...(who.user === '' ? {} : { from_user_id: who.user }) }
        : { from: OURS, to: who.phone || who.user, ...(who.user === '' ? {} : { to_user_id: who.user }) };
    const item = message({
      id: `wamid.${said.index}`,
      timestamp: String(BEGIN + said.seconds),
      text: { body: `Line ${said.index}` },
      ...ids,
    });
    const thread = { id: who.phone || who.user, context: { user_id: who.user }, messages: [item] };
    return bodyOf(change({ history: [{ threads: [thread] }] }, 'history'));
  }

  type Lines = readonly { readonly csv: string; readonly reported: Json | null }[];
  type Part = { readonly lines: string[]; readonly bodies: Json[] };

  /** Some order of the lines, some of them again, cut into files; what WhatsApp reports itself comes in between. */
  const parts = (all: Lines): fc.Arbitrary<Part[]> =>
    fc
      .tuple(
        fc.shuffledSubarray([...all], { minLength: all.length }),
        fc.subarray([...all]),
        fc.array(fc.boolean(), { minLength: all.length * 2, maxLength: all.length * 2 }),
      )
      .map(([order, again, cuts]) => {
        const files: Part[] = [{ lines: [], bodies: [] }];
        for (const [index, one] of [...order, ...again].entries()) {
          files.at(-1)?.lines.push(one.csv);
          if (one.reported !== null && cuts[index] === true) files.at(-1)?.bodies.push(one.reported);
          if (cuts[index] === true) files.push({ lines: [], bodies: [] });
        }
        // Every report comes sooner or later, else the bodies of the messages would differ.
        files.push({
          lines: [],
          bodies: all.map((one) => one.reported).filter((body): body is Json => body !== null),
        });
        return files;
      });

  async function stateAfter(files: readonly Part[]): Promise<unknown> {
    await world.empty();
    for (const file of files) {
      await takeLines(file.lines);
      for (const body of file.bodies) await world.take(body);
    }
    return await world.rows(
      `select (select jsonb_agg(value order by value) from buyer_identity where buyer_id = buyer.id) as identifiers,
              late_replies, expected_late_replies,
              (select jsonb_agg(jsonb_build_array(direction, author, text, sent_at, type, is_imported)
                        order by sent_at, text)
                 from message join conversation on conversation.id = message.conversation_id
                where conversation.buyer_id = buyer.id) as messages,
              (select jsonb_agg(jsonb_build_array(wait.started_at, state, ended_at, ended_by, wait.late_replies,
                        wait.expected_late_replies) order by wait.started_at, state)
                 from wait where wait.buyer_id = buyer.id) as waits,
              (select max(look_wanted) from conversation where conversation.buyer_id = buyer.id) as looks
         from buyer where joined_into is null order by 1`,
    );
  }

  it('gives the same messages, waits, D and E', async () => {
    const seen = { waits: 0, joins: 0 };
    const cases = lines.chain((all) => fc.tuple(parts(all), parts(all)));
    await fc.assert(
      fc.asyncProperty(cases, async ([one, other]) => {
        const state = await stateAfter(one);
        seen.waits += (await world.rows('select 1 from wait where is_imported')).length;
        seen.joins += (await world.rows('select 1 from buyer_join')).length;
        expect(await stateAfter(other)).toEqual(state);
      }),
      { numRuns: 25, seed: 9, endOnFailure: false },
    );
    // The cases are worth something only when there are silences in them, and buyers who prove to be one.
    expect(seen.waits).toBeGreaterThan(25);
    expect(seen.joins).toBeGreaterThan(0);
  });
});
