import { createTestApi } from './app';
import type { TestApi } from './app';
import { expectDone, problemOf } from './expectations';
import { addTemplate } from '../templates/world';

let api: TestApi;
let conversationId: string;
let messageId: string;
beforeAll(async () => {
  api = await createTestApi();
  const scene = await api.world.conversation();
  await addTemplate(api.world.pool, { name: 'hello', language: 'en' });
  await addTemplate(api.world.pool, {
    name: 'order_update',
    parameterFormat: 'NAMED',
    components: [
      { type: 'BODY', text: 'Your order {{order}} is ready.' },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'See', url: 'https://shop.example.com/{{1}}' }] },
    ],
  });
  conversationId = scene.id;
  messageId = scene.messageId ?? '';
});
afterAll(() => api.end());

const write = (json: object) => api.command(conversationId, 'messages', { json });
const bodyOf = (sendId: string | null) => api.world.value('select body from send where id = $1', [sendId]);

const button = (id: string, title = 'Yes') => ({ type: 'reply', reply: { id, title } });
const buttons = (all: readonly object[], more: object = {}) => ({
  type: 'interactive',
  interactive: { type: 'button', body: { text: 'Deliver it?' }, action: { buttons: all }, ...more },
});
const row = (id: string, more: object = {}) => ({ id, title: 'Monday', ...more });
const list = (sections: readonly object[], button_ = 'Choose', text = 'When?') => ({
  type: 'interactive',
  interactive: { type: 'list', body: { text }, action: { button: button_, sections } },
});
const link = (parameters: object) => ({
  type: 'interactive',
  interactive: { type: 'cta_url', body: { text: 'See' }, action: { name: 'cta_url', parameters } },
});
const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => row(`r${from + index}`));

const FORMS: readonly object[] = [
  { type: 'text', text: { body: 'a'.repeat(4_096), preview_url: true } },
  { type: 'image', image: { id: '1', caption: 'b'.repeat(1_024) } },
  { type: 'video', video: { link: 'https://files.example.com/a.mp4' } },
  { type: 'audio', audio: { id: '1', voice: true } },
  { type: 'document', document: { link: 'https://files.example.com/a.pdf', filename: 'offer.pdf' } },
  { type: 'sticker', sticker: { id: '1' } },
  { type: 'location', location: { latitude: 52.5, longitude: -13.4, name: 'Shop' } },
  { type: 'contacts', contacts: [{ name: { formatted_name: 'Nora Example', first_name: 'Nora' } }] },
  buttons([button('a'), button('b', 'No'), button('c', 'x'.repeat(20))], {
    header: { type: 'text', text: 'h'.repeat(60) },
    footer: { text: 'f'.repeat(60) },
  }),
  list([
    { title: 'Days', rows: rows(6) },
    { title: 't'.repeat(24), rows: rows(4, 6) },
  ]),
  list([{ rows: rows(1) }], 'Choose', 'w'.repeat(4_096)),
  link({ display_text: 'Open', url: 'https://shop.example.com/offer' }),
  {
    type: 'template',
    template: {
      name: 'order_update',
      language: { code: 'en_US' },
      components: [
        { type: 'body', parameters: [{ type: 'text', text: '42', parameter_name: 'order' }] },
        { type: 'button', sub_type: 'url', index: 0, parameters: [{ type: 'text', text: 'x' }] },
      ],
    },
  },
];

test.each(FORMS)('%j is planned as WhatsApp takes it', async (form) => {
  expect(await bodyOf(expectDone(await write(form)).send_id)).toEqual(form);
});

type Wrong = readonly [what: string, form: object, field: string, message: RegExp];
const WRONG: readonly Wrong[] = [
  ['text', { text: { body: 'a'.repeat(4_097) } }, 'text.body', /4096/],
  ['blank text', { text: { body: ' \n' } }, 'text.body', /empty/],
  ['unknown type', { type: 'poll', poll: {} }, 'type', /one of text, image/],
  ['caption', { type: 'image', image: { id: '1', caption: 'b'.repeat(1_025) } }, 'image.caption', /1024/],
  ['no source', { type: 'video', video: {} }, 'video', /id.*link/],
  ['two sources', { type: 'video', video: { id: '1', link: 'https://a.example.com' } }, 'video', /not both/],
  ['unsafe link', { type: 'image', image: { link: 'http://a.example.com' } }, 'image.link', /https/],
  ['caption of audio', { type: 'audio', audio: { id: '1', caption: 'x' } }, 'audio.caption', /not a field/],
  ['latitude', { type: 'location', location: { latitude: 91, longitude: 0 } }, 'location.latitude', /90/],
  ['contacts', { type: 'contacts', contacts: [] }, 'contacts', /at least one/],
  [
    'name of a contact',
    { type: 'contacts', contacts: [{ name: { formatted_name: 'N' } }] },
    'contacts.0.name',
    /first_name/,
  ],
  [
    'four buttons',
    buttons(['a', 'b', 'c', 'd'].map((id) => button(id))),
    'interactive.action.buttons',
    /3 buttons/,
  ],
  [
    'title of a button',
    buttons([button('a', 'x'.repeat(21))]),
    'interactive.action.buttons.0.reply.title',
    /20/,
  ],
  ['id of a button', buttons([button('x'.repeat(257))]), 'interactive.action.buttons.0.reply.id', /256/],
  ['equal buttons', buttons([button('a'), button('a', 'No')]), 'interactive.action.buttons', /same id/],
  ['equal titles', buttons([button('a'), button('b')]), 'interactive.action.buttons', /same title/],
  [
    'title of a button in emoji',
    buttons([button('a', '😀'.repeat(11))]),
    'interactive.action.buttons.0.reply.title',
    /20 characters.*an emoji counts as two/,
  ],
  ['footer', buttons([button('a')], { footer: { text: 'x'.repeat(61) } }), 'interactive.footer.text', /60/],
  [
    'header',
    buttons([button('a')], { header: { type: 'text', text: 'x'.repeat(61) } }),
    'interactive.header.text',
    /60/,
  ],
  ['body', buttons([button('a')], { body: { text: 'x'.repeat(1_025) } }), 'interactive.body.text', /1024/],
  ['body of a list', list([{ rows: rows(1) }], 'Choose', 'w'.repeat(4_097)), 'interactive.body.text', /4096/],
  [
    'eleven rows',
    list([
      { title: 'a', rows: rows(6) },
      { title: 'b', rows: rows(5, 6) },
    ]),
    'interactive.action.sections',
    /10 rows/,
  ],
  ['equal rows', list([{ rows: [row('a'), row('a')] }]), 'interactive.action.sections', /same id/],
  [
    'sections without titles',
    list([{ rows: rows(1) }, { rows: rows(1, 1) }]),
    'interactive.action.sections',
    /title/,
  ],
  [
    'title of a row',
    list([{ rows: [row('a', { title: 'x'.repeat(25) })] }]),
    'interactive.action.sections.0.rows.0.title',
    /24/,
  ],
  [
    'description of a row',
    list([{ rows: [row('a', { description: 'x'.repeat(73) })] }]),
    'interactive.action.sections.0.rows.0.description',
    /72/,
  ],
  ['button of a list', list([{ rows: rows(1) }], 'x'.repeat(21)), 'interactive.action.button', /20/],
  [
    'text of a link',
    link({ display_text: 'x'.repeat(21), url: 'https://a.example.com' }),
    'interactive.action.parameters.display_text',
    /20/,
  ],
  [
    'a carousel',
    {
      type: 'interactive',
      interactive: { type: 'carousel', body: { text: 'Look' }, action: { cards: [] } },
    },
    'interactive.type',
    /carousels/,
  ],
  ['link', link({ display_text: 'x', url: 'mailto:a' }), 'interactive.action.parameters.url', /web page/],
  [
    'template',
    { type: 'template', template: { name: 'A b', language: { code: 'en' } } },
    'template.name',
    /_/,
  ],
  ['language', { type: 'template', template: { name: 'a' } }, 'template.language', /./],
  [
    'two emojis',
    { type: 'reaction', reaction: { message_id: ID(), emoji: '👍👍' } },
    'reaction.emoji',
    /one/,
  ],
  ['a word', { type: 'reaction', reaction: { message_id: ID(), emoji: 'ok' } }, 'reaction.emoji', /one/],
  [
    'quote beside a reaction',
    { type: 'reaction', reply_to: ID(), reaction: { message_id: ID(), emoji: '👍' } },
    'reply_to',
    /reaction/,
  ],
];

function ID(): string {
  return '00000000-0000-4000-8000-000000000001';
}

test.each(WRONG.map(([what, ...wrong]) => ({ what, wrong })))(
  '$what: the field and the limit are named',
  async ({ wrong }) => {
    const [form, field, message] = wrong;
    const problem = problemOf(await write(form));
    expect(problem).toMatchObject({ answer: '422 invalid_request', field });
    expect(problem.errors?.[0]?.message).toMatch(message);
  },
);

describe('a message that is about another', () => {
  test('quotes it by WhatsApp’s id, or reacts to it with one emoji, which "" takes back', async () => {
    const wamid = await api.world.value('select whatsapp_id from message where id = $1', [messageId]);
    const quoting = expectDone(await write({ text: { body: 'Yes' }, reply_to: messageId }));
    expect(await bodyOf(quoting.send_id)).toMatchObject({ context: { message_id: wamid } });
    for (const emoji of ['👍', '❤', '👨‍👩‍👧', '🇩🇪', '']) {
      const reacting = await write({ type: 'reaction', reaction: { message_id: messageId, emoji } });
      expect(await bodyOf(expectDone(reacting).send_id)).toEqual({
        type: 'reaction',
        reaction: { message_id: wamid, emoji },
      });
    }
  });

  test('is refused when that is not in this conversation', async () => {
    const other = await api.world.conversation();
    const forms = [
      { text: { body: 'Yes' }, reply_to: other.messageId },
      { type: 'reaction', reaction: { message_id: other.messageId, emoji: '👍' } },
      { text: { body: 'Yes' }, reply_to: ID() },
    ];
    for (const form of forms) expect(problemOf(await write(form)).answer).toBe('422 message_not_found');
  });
});

describe('a message for later', () => {
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

  test('stands in the ledger with its time, also where the window is closed now', async () => {
    const scene = await api.world.conversation({ wroteAgoMs: null });
    const sendAt = inMs(3_600_000);
    const json = { text: { body: 'Good morning' }, send_at: sendAt };
    const { send_id: sendId } = expectDone(await api.command(scene.id, 'messages', { json }));
    const { rows } = await api.world.pool.query(
      `select status, scheduled_for, not_before from send where id = $1`,
      [sendId],
    );
    const at = new Date(sendAt);
    expect(rows).toEqual([{ status: 'planned', scheduled_for: at, not_before: at }]);
  });

  test('is refused in the past and more than 30 days ahead', async () => {
    for (const ms of [-1_000, 30 * 86_400_000 + 60_000]) {
      const problem = problemOf(await write({ text: { body: 'Hello' }, send_at: inMs(ms) }));
      expect(problem).toMatchObject({ answer: '422 send_at_out_of_range', field: 'send_at' });
    }
  });

  test('is not recalled when another agent takes over', async () => {
    const scene = await api.world.conversation();
    const json = { text: { body: 'Good morning' }, send_at: inMs(3_600_000) };
    const { send_id: sendId } = expectDone(await api.command(scene.id, 'messages', { json }));
    const answer = expectDone(await api.command(scene.id, 'take-over', { by: 'ben', json: { force: true } }));
    expect(answer.recalled).toEqual([]);
    expect(await api.world.value('select status from send where id = $1', [sendId])).toBe('planned');
  });
});

test('outside the window only a template is taken', async () => {
  const scene = await api.world.conversation({ wroteAgoMs: 2 * 86_400_000 });
  const form = { type: 'template', template: { name: 'hello', language: { code: 'en' } } };
  expectDone(await api.command(scene.id, 'messages', { json: form }));
  const reaction = { type: 'reaction', reaction: { message_id: messageId, emoji: '👍' } };
  expect(problemOf(await api.command(scene.id, 'messages', { json: reaction })).answer).toBe(
    '409 outside_window',
  );
});
