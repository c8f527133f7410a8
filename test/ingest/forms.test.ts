import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { BUYER, createOwnerWorld, OURS } from './owner-world';
import type { OwnerWorld } from './owner-world';

let world: OwnerWorld;
beforeAll(async () => {
  world = await createOwnerWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

const echoes = (more: Json, contacts: readonly Json[] = []): Json =>
  bodyOf(
    change(
      {
        ...(contacts.length > 0 ? { contacts } : {}),
        message_echoes: [message({ from: OURS, timestamp: at(20), ...more })],
      },
      'smb_message_echoes',
    ),
  );

describe('a message that WhatsApp could not pass on at first', () => {
  const notice = messages(
    message({
      id: 'wamid.late',
      from: BUYER,
      timestamp: at(5),
      type: 'unsupported',
      text: undefined,
      errors: [{ code: 131051 }],
    }),
  );
  const content = messages(message({ id: 'wamid.late', from: BUYER, timestamp: at(5) }));

  it.each([
    ['after its notice', [notice, content]],
    ['before its notice', [content, notice]],
  ])('is shown with its content when that comes %s', async (_when, bodies) => {
    for (const body of bodies) await world.take(body);
    expect((await world.conversation()).messages).toEqual([
      expect.objectContaining({ type: 'text', text: 'Hello', error: null }),
    ]);
  });
});

it.each([
  ['first', ['{"type":"regular","category":"service"}', undefined]],
  ['last', [undefined, '{"type":"regular","category":"service"}']],
])('a status that comes twice counts with the price that came %s', async (_when, prices) => {
  await world.ask(0);
  await world.planReply();
  await world.pool.query(`update send set status = 'accepted', whatsapp_id = 'wamid.priced'`);
  for (const pricing of prices)
    await world.take(
      bodyOf(
        change({
          statuses: [
            {
              id: 'wamid.priced',
              status: 'sent',
              timestamp: at(30),
              ...(pricing === undefined ? {} : { pricing: JSON.parse(pricing) as unknown }),
            },
          ],
        }),
      ),
    );
  expect(await world.rows(`select pricing ->> 'category' as category, status from send`)).toEqual([
    { category: 'service', status: 'sent' },
  ]);
  expect(await world.rows('select 1 from send_status')).toHaveLength(1);
});

it('numbers that are too long to be exact keep all their digits, and strings stay as they are', async () => {
  const body = JSON.stringify(
    messages(
      message({
        id: 'wamid.long',
        from: BUYER,
        text: { body: 'no "12345678901234567890" \\ 98765432109876543210 here' },
        image: { id: 'LONG', size: 1.25, short: 12 },
      }),
    ),
  ).replace('"LONG"', '12345678901234567891');
  await world.take(Buffer.from(body));
  const [row] = await world.rows(
    `select body -> 'image' ->> 'id' as id, body -> 'image' -> 'size' as size, body -> 'image' -> 'short' as short, text from message`,
  );
  expect(row).toEqual({
    id: '12345678901234567891',
    size: 1.25,
    short: 12,
    text: 'no "12345678901234567890" \\ 98765432109876543210 here',
  });
});

it('an echo that names its recipient only beside it is said to them', async () => {
  await world.ask(0);
  await world.take(echoes({ id: 'wamid.beside' }, [{ wa_id: BUYER, profile: { name: 'Nora' } }]));
  const { messages: said, owner } = await world.conversation();
  expect([said.length, owner]).toEqual([2, 'phone']);
});

it.each([
  ['edit', { edit: { message: 'odd' } }],
  ['revoke', { revoke: {} }],
])(
  'an %s on the phone app of which nothing tells the message takes over all the same',
  async (type, more) => {
    await world.ask(0);
    await world.take(echoes({ id: 'wamid.odd', to: BUYER, type, text: undefined, ...more }));
    expect(await world.owner()).toBe('phone');
  },
);

it('a contact that the buyer gave us in the past adds no phone and wakes nobody', async () => {
  const card = message({
    id: 'wamid.card',
    from_user_id: 'GB.77',
    type: 'contacts',
    text: undefined,
    contacts: [{ origin: 'contact_request', phones: [{ wa_id: '447700900112' }] }],
  });
  const thread = { id: 'GB.77', context: { user_id: 'GB.77' }, messages: [card] };
  expect(await world.take(bodyOf(change({ history: [{ threads: [thread] }] }, 'history')))).toEqual([]);
  expect(await world.rows(`select value from buyer_identity where kind = 'wa_id'`)).toEqual([]);
});

it('a new caption without the id of its file adds no file', async () => {
  const picture = { id: '9001', mime_type: 'image/jpeg' };
  await world.take(
    messages(message({ id: 'wamid.picture', from: BUYER, type: 'image', text: undefined, image: picture })),
  );
  const edit = {
    original_message_id: 'wamid.picture',
    message: { type: 'image', image: { caption: 'Oak' } },
  };
  await world.take(messages(message({ from: BUYER, type: 'edit', text: undefined, edit, timestamp: at(9) })));
  expect(await world.rows('select whatsapp_media_id, status from media')).toEqual([
    { whatsapp_media_id: '9001', status: 'pending' },
  ]);
  expect((await world.conversation()).messages).toEqual([expect.objectContaining({ text: 'Oak' })]);
});

it('a body without any entry is kept and shown as empty', async () => {
  await world.take({ object: 'whatsapp_business_account', entry: [] });
  expect(await world.rows('select kind, field, error from webhook_item')).toEqual([
    { kind: 'unknown', field: 'body', error: 'empty_body' },
  ]);
});
