import { conversationDetail } from '../../api/contract';
import { readConversation } from '../../api/read/conversation';
import { listMessages } from '../../api/read/conversation-messages';
import { readWaitingMessages } from '../../store/message.store';
import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { useWorld } from './world';

const FROM = '447700900110';

const world = useWorld();

const from = (more: Json): Json => message({ from: FROM, ...more });
async function theConversation() {
  const [row] = await world.rows<{ id: string }>('select id from conversation');
  const found = await readConversation(world.pool, row?.id ?? '');
  return conversationDetail.parse(found);
}
const shown = async () => (await theConversation()).messages;

const waiting = async () => readWaitingMessages(world.pool, (await theConversation()).id);

describe('what is no message of a person', () => {
  it.each([
    [
      'a report of an unknown kind',
      { type: 'system', system: { type: 'customer_moved_to_mars', body: 'gone' } },
    ],
    ['a system message without a body', { type: 'system' }],
    [
      'a changed security code',
      { type: 'system', system: { type: 'customer_identity_changed' }, identity: {} },
    ],
    ['a first opening of the chat', { type: 'request_welcome' }],
  ])('%s is kept and shown, and starts nothing', async (_what, content) => {
    expect(await world.take(messages(from({ text: undefined, ...content })))).toEqual([]);
    const { events, messages: said } = await theConversation();
    expect(said).toEqual([]);
    expect(events).toEqual([expect.objectContaining({ kind: 'notice', type: content.type })]);
  });
});

describe('messages with little or strange content', () => {
  it.each([
    [
      'unsupported with errors',
      { type: 'unsupported', errors: [{ code: 131051 }], unsupported: { type: 'gif' } },
    ],
    ['unsupported without errors', { type: 'unsupported' }],
    [
      'an order',
      { type: 'order', order: { catalog_id: '1', text: 'Two please', product_items: [{ quantity: '2' }] } },
    ],
    ['a button without context', { type: 'button', button: { payload: 'YES', text: 'Yes' } }],
    [
      'a form with a broken answer',
      {
        type: 'interactive',
        interactive: { type: 'nfm_reply', nfm_reply: { body: 'Sent', response_json: '{"a":' } },
      },
    ],
    [
      'a form whose answer is no object',
      {
        type: 'interactive',
        interactive: { type: 'nfm_reply', nfm_reply: { body: 'Sent', response_json: '7' } },
      },
    ],
    ['a form without content', { type: 'interactive' }],
    ['a time that cannot be', { timestamp: '99999999999999', type: 'text', text: { body: 'later' } }],
    ['a type that is no word', { type: 7 }],
    ['a contact without a name', { type: 'contacts', contacts: [{ phones: [{ phone: '+447700900199' }] }] }],
  ])('%s is kept whole, shown, and looked at', async (_what, content) => {
    const sent = from({ text: undefined, ...content });
    expect(await world.take(messages(sent))).toHaveLength(1);
    const [row] = await world.rows<{ body: Json }>('select body from message');
    expect(row?.body).toMatchObject(JSON.parse(JSON.stringify({ ...content, type: undefined })) as Json);
    expect(await shown()).toHaveLength(1);
    expect(await waiting()).toHaveLength(1);
  });

  it('words are found in the answer of a form, an order and a button', async () => {
    const contents = [
      { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { body: 'Sent' } } },
      { type: 'order', order: { text: 'Two please' } },
      { type: 'button', button: { text: 'Yes' } },
    ];
    for (const [index, content] of contents.entries())
      await world.take(messages(from({ text: undefined, timestamp: at(index), ...content })));
    const { id } = await theConversation();
    expect((await listMessages(world.pool, id)).map(({ text }) => text)).toEqual([
      'Sent',
      'Two please',
      'Yes',
    ]);
  });

  it('a message without a sender is kept aside with its error', async () => {
    await world.take(messages(message({ from: undefined })));
    expect(await world.rows('select kind, error from webhook_item')).toEqual([
      { kind: 'message', error: 'no_sender' },
    ]);
  });

  it('a message of a group stays raw', async () => {
    await world.take(messages(from({ group_id: 'group-1' })));
    expect(await world.rows('select kind from webhook_item')).toEqual([{ kind: 'unknown' }]);
    expect(await world.rows('select 1 from conversation')).toEqual([]);
  });
});

describe('errors that Meta reports', () => {
  const errors = [{ code: 131000, title: 'Something went wrong' }];

  it('alone are kept with their code', async () => {
    await world.take(bodyOf(change({ errors })));
    expect(await world.rows('select kind, error, raw from webhook_item')).toEqual([
      {
        kind: 'unknown',
        error: 'whatsapp:131000',
        raw: { phone_number_id: '100000000000001', reported_error: errors[0] },
      },
    ]);
  });

  it('beside an incomplete message do not cost the message', async () => {
    const incomplete = from({ type: 'interactive', text: undefined });
    await world.take(bodyOf(change({ messages: [incomplete], errors })));
    expect(await shown()).toEqual([expect.objectContaining({ type: 'interactive', text: null })]);
    expect(await world.rows('select error from webhook_item where error is not null')).toHaveLength(1);
  });
});

describe('a contact that the buyer sent', () => {
  const card = (origin: Json) => ({
    type: 'contacts',
    text: undefined,
    from: undefined,
    from_user_id: 'GB.77',
    contacts: [{ phones: [{ phone: '+44 7700 900112', wa_id: '447700900112' }], ...origin }],
  });
  const phones = () => world.rows(`select value from buyer_identity where kind = 'wa_id'`);

  it('on our request adds their own phone', async () => {
    await world.take(messages(from(card({ origin: 'contact_request' }))));
    expect(await phones()).toEqual([{ value: '447700900112' }]);
  });

  it('on our request, as older bodies say it, adds it too', async () => {
    await world.take(messages(from({ ...card({}), origin: 'contact_request' })));
    expect(await phones()).toEqual([{ value: '447700900112' }]);
  });

  it('on our request, but without its country code, adds nothing: it may be anybody’s in another country', async () => {
    const national = { origin: 'contact_request', contacts: [{ phones: [{ phone: '07700 900112' }] }] };
    await world.take(messages(from({ ...card({}), ...national })));
    expect(await phones()).toEqual([]);
  });

  it('of somebody else adds nothing', async () => {
    await world.take(messages(from(card({ origin: 'other' }))));
    expect(await phones()).toEqual([]);
  });
});
