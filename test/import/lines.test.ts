import { useWorld } from '../ingest/world';
import { at, bodyOf, change, message, messages, NUMBER_ID, OTHER_NUMBER_ID } from '../ingest/bodies';
import type { Json } from '../ingest/bodies';
import { useExports } from './exports';

const HEADER = 'message_id,phone,user_id,direction,time,text,type,author,name';
const BUYER = '447700900301';
const OURS = '12025550100';
const TIME = '2026-03-02T10:00:00Z';
const SECONDS = String(Date.parse(TIME) / 1000);

const world = useWorld();
const exports_ = useExports(world);

const take = (name: string, content: string | Buffer, ...options: string[]) =>
  exports_.take(exports_.write(name, content), ...options);
const takeCsv = (...lines: string[]) => take('export.csv', [HEADER, ...lines].join('\n'));
const said = () =>
  world.rows<{ direction: string; author: string; type: string; text: string | null; whatsapp_id: string }>(
    'select direction, author, type, text, whatsapp_id from message order by sent_at, text, whatsapp_id',
  );
const texts = async () => (await said()).map((one) => one.text);

/** The history of the phone app, as WhatsApp reports it. */
const history = (...items: readonly Json[]) =>
  bodyOf(change({ history: [{ threads: [{ id: BUYER, messages: items }] }] }, 'history'));
const past = (more: Json) => message({ from: BUYER, timestamp: SECONDS, ...more });

describe('what a file may look like', () => {
  const line = `,${BUYER},,in,${TIME},"Two\nlines, ""quoted""",,,`;

  it.each([
    ['commas', `${HEADER}\n${line}\n`],
    ['a mark at the beginning and CRLF', `\uFEFF${HEADER}\r\n${line}\r\n`],
    [
      'semicolons',
      [HEADER, line.replaceAll('lines,', 'lines;')]
        .join('\n')
        .replaceAll(',', ';')
        .replaceAll('lines;', 'lines,'),
    ],
    ['tabs', [HEADER, line].join('\n').replaceAll(',', '\t').replaceAll('lines\t', 'lines,')],
    [
      'columns in another order and case, and others',
      `note,TEXT,Direction,time,phone\nx,"Two\nlines, ""quoted""",in,${TIME},${BUYER}\n\n`,
    ],
    ['UTF-16', Buffer.from(`\uFEFF${HEADER}\n${line}`, 'utf16le')],
    ['UTF-16, big endian', Buffer.from(`\uFEFF${HEADER}\n${line}`, 'utf16le').swap16()],
    ['empty lines before the header', `\n  \n${HEADER}\n${line}`],
  ])('CSV with %s', async (_what, content) => {
    expect(await take('export.csv', content)).toBeNull();
    expect(await texts()).toEqual(['Two\nlines, "quoted"']);
  });

  const objects = [
    { phone: BUYER, direction: 'in', time: TIME, text: 'A ] } , "[{ ü 🪑' },
    {
      phone: Number(BUYER),
      direction: 'out',
      time: Number(SECONDS) + 1,
      text: 'B',
      message_id: 7,
      nested: { a: [1] },
    },
  ];

  it.each([
    ['array', 'export.json', JSON.stringify(objects)],
    ['array over many lines', 'export.json', `\n ${JSON.stringify(objects, null, 2)}\n`],
    ['lines', 'export.jsonl', objects.map((one) => JSON.stringify(one)).join('\r\n')],
  ])('JSON as %s', async (_what, name, content) => {
    expect(await take(name, content)).toBeNull();
    expect(await texts()).toEqual(['A ] } , "[{ ü 🪑', 'B']);
  });

  it.each([
    ['empty', 'a.csv', '', 'The file is empty.'],
    ['cut off', 'a.json', '[{"phone": "1', 'cut off'],
    ['no array', 'a.json', '{"phone": "1"}', 'no JSON array'],
    ['two arrays', 'a.json', '[]\n[]', 'Line 2: something stands after the end'],
    [
      'in another encoding',
      'a.csv',
      Buffer.from(`${HEADER}\n,${BUYER},,in,${TIME},f\xfcr,,,`, 'latin1'),
      'not in UTF-8',
    ],
    ['without end of a text', 'a.json', `[{"text": "${'x'.repeat(100_001)}`, 'cut off'],
    ['of no known kind', 'a.txt', '', 'Say what the file is'],
    ['with one column twice', 'a.csv', `${HEADER},text\n`, 'names twice: text'],
  ])('a file that is %s is refused with what to do', async (...[, name, content, expected]) => {
    await expect(take(name, content)).rejects.toThrow(expected);
    expect(await world.rows('select 1 from message')).toEqual([]);
  });

  it('a file that is not there is named', async () => {
    await expect(exports_.take('missing.csv')).rejects.toThrow('missing.csv cannot be read: ENOENT');
  });
});

describe('rejected lines', () => {
  it('stand in a report with line, field, what is wrong and what to do; all others are in', async () => {
    const report = await takeCsv(
      `,${BUYER},,in,${TIME},"Good\nfirst",,,`,
      `,,,in,${TIME},x,,,`,
      `,07700900301,,in,${TIME},x,,,`,
      `,4.477E+11,,in,${TIME},x,,,`,
      `,${BUYER},Nora,in,${TIME},x,,,`,
      `,${BUYER},,sideways,2026-03-02T10:00:00,x,,,`,
      `,${BUYER},,in,2026-02-30T10:00:00Z,x,,,`,
      `,${BUYER},,in,2999-01-01T10:00:00Z,x,,,`,
      `,${BUYER},,in,1999-01-01T10:00:00Z,x,,,`,
      `,${BUYER},,in,${TIME},,,,`,
      `,${BUYER},,in,${TIME},x,reaction,,`,
      `,${BUYER},,in,${TIME},x`,
      `,${BUYER},,in,${TIME},"bro"ken,,,`,
      `,${BUYER},,in,${TIME},5" wide,,,`,
      `,${BUYER},,in,${TIME},Good second,,,`,
      `,${BUYER},,in,2026-03-02T10:00:01Z,"Good",,,`,
      `,${BUYER},,in,${TIME},"never closed,,,`,
      `,${BUYER},,in,2026-03-02T10:00:02Z,Good last,,,`,
    );
    const lines = (report ?? '').trim().split('\n');
    expect(lines[0]).toBe('line,field,what_is_wrong,what_to_do');
    expect(lines.slice(1).map((one) => one.split(',').slice(0, 3).join(','))).toEqual([
      '4,phone,is missing',
      '5,phone,has no country code',
      '6,phone,is no phone number',
      '7,user_id,is no user id of WhatsApp',
      '8,direction,is neither of the two',
      '8,time,is no time with a time zone',
      '9,time,is no time with a time zone',
      '10,time,lies in the future',
      '11,time,lies before WhatsApp existed',
      '12,text,is empty',
      '13,type,is no type of message',
      '14,,has 6 columns where the header has 9',
      '15,,cannot be taken apart',
      '16,,cannot be taken apart',
      '19,,cannot be taken apart',
    ]);
    expect(await texts()).toEqual(['Good\nfirst', 'Good second', 'Good', 'Good last']);
  });

  it('of JSON too, also ids that JSON has rounded', async () => {
    const report = await take(
      'export.json',
      `[\n{"phone": "${BUYER}", "direction": "in", "time": ${SECONDS}, "text": "x", "message_id": 12345678901234567890},
        17,\n {"phone": }, {}]`,
    );
    expect((report ?? '').split('\n').map((one) => one.split(',').slice(0, 3).join(','))).toEqual([
      'line,field,what_is_wrong',
      '2,message_id,is neither text nor a number that JSON carries safely',
      '3,,is no JSON object',
      '4,,is no JSON object',
      '4,phone,is missing',
      '4,direction,is neither of the two',
      '4,time,is missing',
      '4,text,is empty',
      '',
    ]);
  });

  it('the report of an earlier run goes when nothing is wrong any more', async () => {
    expect(await takeCsv(`,nobody,,in,${TIME},x,,,`)).not.toBeNull();
    expect(await takeCsv(`,${BUYER},,in,${TIME},x,,,`)).toBeNull();
  });

  it('a text that Postgres cannot hold is cleaned, not rejected', async () => {
    expect(
      await take(
        'a.jsonl',
        `{"phone":"${BUYER}","direction":"in","time":${SECONDS},"text":"a\\u0000b\\ud800c"}`,
      ),
    ).toBeNull();
    expect(await texts()).toEqual(['a\uFFFDb\uFFFDc']);
  });
});

describe('who is meant', () => {
  it('phones in every spelling, and user ids, find one buyer', async () => {
    await world.take(messages(message({ from: BUYER, timestamp: at(0) })));
    await takeCsv(
      `,+44 7700 900301,,in,${TIME},1,,,`,
      `,(+44) 7700-900301,,in,${TIME},2,,,`,
      `,0044 7700/900301,,in,${TIME},3,,,`,
      `,${BUYER},GB.301,in,${TIME},4,,,`,
      `,,GB.301,in,${TIME},5,,,`,
      `,GB.301,,in,${TIME},6,,,`,
    );
    await take('national.csv', `phone,direction,time,text\n07700 900301,in,${TIME},7`, '--country', 'gb');
    expect(await world.rows('select 1 from conversation where merged_into is null')).toHaveLength(1);
    expect(await texts()).toEqual(['1', '2', '3', '4', '5', '6', '7', 'Hello']);
  });

  it('a line may name its own number', async () => {
    await take(
      'a.csv',
      `phone_number_id,phone,direction,time,text\n${OTHER_NUMBER_ID},${BUYER},in,${TIME},x\n,${BUYER},in,${TIME},x`,
    );
    expect(await world.rows('select phone_number_id from conversation order by 1')).toEqual([
      { phone_number_id: NUMBER_ID },
      { phone_number_id: OTHER_NUMBER_ID },
    ]);
  });

  it('an identifier belongs to whoever had it at the time of the line', async () => {
    await world.take(messages(message({ from: BUYER, from_user_id: 'GB.301', timestamp: at(0) })));
    const moved = { type: 'user_changed_number', wa_id: '447700900999' };
    await world.take(
      messages(message({ type: 'system', text: undefined, from: BUYER, system: moved, timestamp: at(60) })),
    );
    await takeCsv(`,${BUYER},,in,${at(30)},of the first,,,`, `,${BUYER},,in,${at(90)},of the next,,,`);
    expect(
      await world.rows(
        'select text from message where conversation_id = (select conversation_id from message where text = $1) order by 1',
        ['Hello'],
      ),
    ).toEqual([{ text: 'Hello' }, { text: 'of the first' }]);
    expect(await texts()).toContain('of the next');
  });
});

it('an import wakes nobody, and opens no window, turn, episode or follow-up', async () => {
  const now = Math.floor(Date.now() / 1000);
  await takeCsv(`,${BUYER},,in,${now - 60},Hello,,,`, `,${BUYER},,out,${now - 50},Hi,,anna,`);
  for (const table of ['episode', 'turn', 'follow_up', 'send', 'decision', 'wait', 'webhook_item'])
    expect(await world.rows(`select 1 from ${table}`)).toEqual([]);
  expect(await world.rows('select look_wanted, owner, needs_human from conversation')).toEqual([
    { look_wanted: 0, owner: 'automation', needs_human: false },
  ]);
});

it('a conversation that is only remembered stands in the list where its last message does', async () => {
  await takeCsv(`,${BUYER},,in,${TIME},Hello,,,`);
  expect(
    await world.rows(
      `select last_activity_at - $1::timestamptz < interval '1 second' as is_old from conversation`,
      [TIME],
    ),
  ).toEqual([{ is_old: true }]);
});

describe('each message is there once', () => {
  const asked = { id: 'wamid.1', text: { body: 'Oak?' } };
  const own = `wamid.1,${BUYER},,in,${TIME},Oak?,,,`;
  const other = `77,${BUYER},,in,${TIME},Oak?,,,`;
  const none = `,${BUYER},,in,2026-03-02T11:00:00.4+01:00,Oak?,,,`;
  const cases = [own, other, none].flatMap((line) =>
    ([history(past(asked)), messages(past(asked))] as const).flatMap((body) => [
      [line, body, true] as const,
      [line, body, false] as const,
    ]),
  );

  it.each(cases)('with what WhatsApp reports: %s', async (line, body, isReportFirst) => {
    if (isReportFirst) await world.take(body);
    await takeCsv(line);
    if (!isReportFirst) await world.take(body);
    await takeCsv(line);
    expect(await said()).toEqual([
      { direction: 'inbound', author: 'buyer', type: 'text', text: 'Oak?', whatsapp_id: 'wamid.1' },
    ]);
    const isLive = JSON.stringify(body).includes('"field":"messages"');
    expect(
      await world.rows('select is_imported, webhook_item_id is not null as has_item from message'),
    ).toEqual([{ is_imported: !isLive, has_item: true }]);
    expect(await world.rows('select 1 from conversation where look_wanted > 0')).toHaveLength(isLive ? 1 : 0);
  });

  it.each([true, false])('the agent that only the export knows stays (export first: %s)', async (isFirst) => {
    const ours = history(past({ id: 'wamid.2', from: OURS, to: BUYER, text: { body: 'Yes' } }));
    const line = `,${BUYER},,out,${TIME},Yes,,anna,`;
    if (isFirst) await takeCsv(line);
    await world.take(ours);
    if (!isFirst) await takeCsv(line);
    expect(await said()).toMatchObject([{ author: 'agent:anna', whatsapp_id: 'wamid.2' }]);
  });

  it('the same words twice in one second are two messages when their ids say so', async () => {
    await takeCsv(
      `1,${BUYER},,in,${TIME},ok,,,`,
      `2,${BUYER},,in,${TIME},ok,,,`,
      `,${BUYER},,in,${TIME},ok,,,`,
    );
    expect(await texts()).toEqual(['ok', 'ok']);
    const both = history(
      past({ id: 'wamid.1', text: { body: 'ok' } }),
      past({ id: 'wamid.2', text: { body: 'ok' } }),
    );
    await world.take(both);
    await takeCsv(`2,${BUYER},,in,${TIME},ok,,,`, `1,${BUYER},,in,${TIME},ok,,,`);
    expect((await said()).map((one) => one.whatsapp_id)).toEqual(['wamid.1', 'wamid.2']);
  });

  it('a medium that the history brings takes the place of its line', async () => {
    await takeCsv(`wamid.3,${BUYER},,in,${TIME},,image,,`);
    await world.take(history(past({ id: 'wamid.3', type: 'media_placeholder', text: undefined })));
    await takeCsv(`wamid.3,${BUYER},,in,${TIME},,image,,`);
    const image = past({
      id: 'wamid.3',
      type: 'image',
      text: undefined,
      image: { id: '9', caption: 'Mine' },
    });
    await world.take(bodyOf(change({ messages: [image] }, 'history')));
    expect(await said()).toMatchObject([{ type: 'image', text: 'Mine', whatsapp_id: 'wamid.3' }]);
  });
});
