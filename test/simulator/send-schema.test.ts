import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { anyText, buyerWrites, codeOf, errorOf, post, textLike, textWith } from './cloud-api';

const ZOE = '12025550123';
const LINK = 'https://example.com/file';
const reply = (id: string, title = `Choice ${id}`) => ({ type: 'reply', reply: { id, title } });
const rows = (count: number, prefix = 'r') =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, title: `Row ${index}` }));
const interactive = (type: string, action: unknown, more: object = {}) => ({
  type: 'interactive',
  interactive: { type, body: { text: 'Please choose' }, action, ...more },
});
const template = (components: unknown) => ({
  type: 'template',
  template: { name: 'offer', language: { code: 'en', policy: 'deterministic' }, components },
});

/** One request for each kind of message that the Cloud API knows, as its reference writes them. */
const VALID: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['a text', { type: 'text', text: { body: 'Hello', preview_url: true } }],
  ['a text without a type', { text: { body: 'Hello' } }],
  ['a text of the greatest length', { text: { body: 'x'.repeat(4096) } }],
  ['an image by link', { type: 'image', image: { link: LINK, caption: 'A' } }],
  ['a video by id', { type: 'video', video: { id: '1' } }],
  ['a voice note', { type: 'audio', audio: { id: '1', voice: true } }],
  ['a document', { type: 'document', document: { link: LINK, filename: 'offer.pdf', caption: 'B' } }],
  ['a sticker', { type: 'sticker', sticker: { id: '1' } }],
  ['a place', { type: 'location', location: { latitude: 38.9, longitude: '-77.03', name: 'Shop' } }],
  [
    'a contact',
    {
      type: 'contacts',
      contacts: [
        {
          name: { formatted_name: 'Anna Example', first_name: 'Anna' },
          phones: [{ phone: '+12025550177', type: 'WORK', wa_id: '12025550177' }],
          birthday: '1990-01-31',
        },
      ],
    },
  ],
  ['a reaction', { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍🏽' } }],
  ['a reaction that is taken back', { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '' } }],
  ['a bare template', template(undefined)],
  [
    'a template with every part',
    template([
      { type: 'header', parameters: [{ type: 'image', image: { link: LINK } }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Zoe', parameter_name: 'first_name' },
          { type: 'currency', currency: { fallback_value: '$10', code: 'USD', amount_1000: 10_000 } },
          { type: 'date_time', date_time: { fallback_value: 'today' } },
        ],
      },
      {
        type: 'button',
        sub_type: 'quick_reply',
        index: '0',
        parameters: [{ type: 'payload', payload: 'yes' }],
      },
      { type: 'button', sub_type: 'url', index: 1, parameters: [{ type: 'text', text: 'a1' }] },
      {
        type: 'button',
        sub_type: 'copy_code',
        index: 2,
        parameters: [{ type: 'coupon_code', coupon_code: 'X1' }],
      },
    ]),
  ],
  ['three buttons', interactive('button', { buttons: [reply('a'), reply('b'), reply('c')] })],
  [
    'a list',
    interactive(
      'list',
      { button: 'Open', sections: [{ title: 'One', rows: rows(10) }] },
      { footer: { text: 'f' } },
    ),
  ],
  [
    'a link button',
    interactive('cta_url', {
      name: 'cta_url',
      parameters: { display_text: 'Look', url: 'https://example.com' },
    }),
  ],
  [
    'a flow',
    interactive('flow', {
      name: 'flow',
      parameters: { flow_message_version: '3', flow_id: '1', flow_cta: 'Start', flow_token: 't' },
    }),
  ],
  ['a question for the place', interactive('location_request_message', { name: 'send_location' })],
  ['a question for the phone', interactive('request_contact_info', { name: 'request_contact_info' })],
  [
    'a question for the address',
    interactive('address_message', { name: 'address_message', parameters: { country: 'IN' } }),
  ],
  ['a product', interactive('product', { catalog_id: '1', product_retailer_id: '2' })],
  [
    'several products',
    interactive(
      'product_list',
      { catalog_id: '1', sections: [{ title: 's', product_items: [] }] },
      { header: { type: 'text', text: 'h' } },
    ),
  ],
  ['a catalogue', interactive('catalog_message', { name: 'catalog_message' })],
  ['a call button', interactive('voice_call', { name: 'voice_call', parameters: { display_text: 'Call' } })],
  ['a question to call', interactive('call_permission_request', { name: 'call_permission_request' })],
  ['order details', interactive('order_details', { name: 'review_and_pay', parameters: {} })],
  ['an order status', interactive('order_status', { name: 'review_order', parameters: {} })],
  ['a carousel', interactive('carousel', { cards: [{ card_index: 0 }, { card_index: 1 }] })],
  ['a reply', { context: { message_id: 'wamid.y' }, text: { body: 'x' } }],
  ['a mark of the greatest length', { text: { body: 'x' }, biz_opaque_callback_data: 'x'.repeat(512) }],
];

/** What WhatsApp refuses, with its code and a part of its explanation. */
const REFUSED: readonly (readonly [string, Readonly<Record<string, unknown>>, number, string])[] = [
  ['a text without words', { type: 'text', text: {} }, 100, "text['body']"],
  ['an empty text', { type: 'text', text: { body: '' } }, 100, "text['body']"],
  ['a caption too long', { type: 'image', image: { link: LINK, caption: 'x'.repeat(1025) } }, 100, 'caption'],
  ['a link that is none', { type: 'image', image: { link: 'file:///a' } }, 100, 'link'],
  ['media without source', { type: 'audio', audio: {} }, 100, 'id or link'],
  ['a received type', { type: 'order', order: {} }, 131051, 'order'],
  ['a place without length', { type: 'location', location: { latitude: 1 } }, 131008, 'longitude'],
  ['a place off the map', { type: 'location', location: { latitude: 91, longitude: 1 } }, 131009, 'latitude'],
  ['a contact without name', { type: 'contacts', contacts: [{}] }, 131008, 'name'],
  [
    'a contact with one name only',
    { type: 'contacts', contacts: [{ name: { formatted_name: 'A' } }] },
    131009,
    'name',
  ],
  ['a reaction to nothing', { type: 'reaction', reaction: { emoji: '👍' } }, 131008, 'message_id'],
  ['a word as a reaction', { type: 'reaction', reaction: { message_id: 'x', emoji: 'ok' } }, 131009, 'emoji'],
  ['two emojis', { type: 'reaction', reaction: { message_id: 'x', emoji: '👍👍' } }, 131009, 'emoji'],
  ['no buttons', interactive('button', { buttons: [] }), 131009, 'buttons'],
  [
    'four buttons',
    interactive('button', { buttons: ['a', 'b', 'c', 'd'].map((id) => reply(id)) }),
    131009,
    'buttons',
  ],
  ['a title too long', interactive('button', { buttons: [reply('a', 'x'.repeat(21))] }), 131009, 'title'],
  ['a button id too long', interactive('button', { buttons: [reply('x'.repeat(257), 'a')] }), 131009, 'id'],
  ['equal buttons', interactive('button', { buttons: [reply('a', '1'), reply('a', '2')] }), 131009, 'unique'],
  [
    'buttons without words',
    { type: 'interactive', interactive: { type: 'button', action: { buttons: [reply('a')] } } },
    131008,
    'body',
  ],
  ['eleven rows', interactive('list', { button: 'b', sections: [{ rows: rows(11) }] }), 131009, 'rows'],
  [
    'eleven rows in two sections',
    interactive('list', {
      button: 'b',
      sections: [
        { title: 'a', rows: rows(6) },
        { title: 'b', rows: rows(5, 's') },
      ],
    }),
    131009,
    'rows',
  ],
  [
    'sections without titles',
    interactive('list', { button: 'b', sections: [{ rows: rows(1) }, { rows: rows(1, 's') }] }),
    131009,
    'titles',
  ],
  ['an unknown interaction', interactive('quiz', {}), 131009, 'type'],
  ['a wrong action', interactive('cta_url', { name: 'url', parameters: {} }), 131009, 'name'],
  ['a template without language', { type: 'template', template: { name: 'offer' } }, 131008, 'language'],
  [
    'a template name with capitals',
    { type: 'template', template: { name: 'Offer', language: { code: 'en' } } },
    131009,
    'name',
  ],
  [
    'a template parameter without text',
    template([{ type: 'body', parameters: [{ type: 'text' }] }]),
    131008,
    'text',
  ],
  [
    'a button without place',
    template([{ type: 'button', parameters: [{ type: 'payload', payload: 'x' }] }]),
    131009,
    'index',
  ],
];

describe('what may be sent', () => {
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator({ whatsappAccessToken: 'wa-token' });
  });
  beforeEach(async () => {
    await http(`${simulator.url}/control/reset`, { json: {} });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
  });
  afterAll(() => simulator.stop());

  const send = (message: object) =>
    post(simulator.url, { messaging_product: 'whatsapp', recipient_type: 'individual', to: ZOE, ...message });

  it.each(VALID)('takes %s', async (_name, message) => {
    const answer = await send(message);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: ZOE, wa_id: ZOE }],
        messages: [{ id: textLike(/^wamid\./) }],
      },
    });
  });

  it.each(REFUSED)('refuses %s', async (...[, message, code, detail]) => {
    const answer = await send(message);
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe(code);
    expect(errorOf(answer)).toMatchObject({
      message: textLike(new RegExp(`^\\(#${code}\\) .+`)),
      type: 'OAuthException',
      error_data: { messaging_product: 'whatsapp', details: textWith(detail) },
      fbtrace_id: anyText,
    });
    const calls = await http(`${simulator.url}/control/whatsapp/sends`);
    expect(calls.body).toEqual({ sends: [] });
  });

  it('tells the state of a template in its answer, and of nothing else', async () => {
    expect((await send(template(undefined))).body).toMatchObject({
      messages: [{ message_status: 'accepted' }],
    });
    const { body } = await send({ text: { body: 'x' } });
    expect(body).not.toMatchObject({ messages: [{ message_status: 'accepted' }] });
  });

  it('refuses a message of the business to itself', async () => {
    expect(codeOf(await send({ to: '12025550100', text: { body: 'x' } }))).toBe(131021);
  });
});
