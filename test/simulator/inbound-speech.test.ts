import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { waitFor } from '../support/wait-for';
import { changesOf, onlyChange } from './bodies';
import { buyerWrites } from './cloud-api';
import { startInbox } from './inbox';
import type { Inbox } from './inbox';

const ZOE = '12025550123';
const USER_ID = 'US.13491208655302741918';
const PARENT_ID = 'US.ENT.11815799212886844830';

describe('what the simulated Meta says', () => {
  let inbox: Inbox;
  let simulator: Simulator;

  beforeEach(async () => {
    inbox = await startInbox();
    simulator = await startSimulator({ webhookUrl: inbox.url });
  });
  afterEach(async () => {
    await simulator.stop();
    await inbox.stop();
  });

  const control = async (path: string, json: unknown, bodies = 1) => {
    const answer = await http(`${simulator.url}/control/whatsapp/${path}`, { json });
    expect(answer.status).toBe(200);
    await waitFor(() => inbox.received.length >= bodies, { what: `${bodies} bodies`, everyMs: 5 });
    return answer.body;
  };
  const said = async (says: unknown) => {
    await control('messages', { from: { wa_id: ZOE }, says });
    return onlyChange(inbox).value.messages[0];
  };

  it.each([
    [{ image: { caption: 'our kitchen' } }, { type: 'image', image: { caption: 'our kitchen' } }],
    [{ voice: {} }, { type: 'audio', audio: { voice: true, mime_type: 'audio/ogg; codecs=opus' } }],
    [{ document: { filename: 'plan.pdf' } }, { type: 'document', document: { filename: 'plan.pdf' } }],
    [{ sticker: { animated: true } }, { type: 'sticker', sticker: { animated: true } }],
    [{ location: { latitude: 1, longitude: 2 } }, { type: 'location', location: { latitude: 1 } }],
    [
      { contact: { wa_id: ZOE, origin: 'contact_request' } },
      { type: 'contacts', contacts: [{ phones: [{ wa_id: ZOE }], origin: 'contact_request' }] },
    ],
    [
      { contact: { phone: '+1 202', origin: 'other', origin_on_message: true } },
      { type: 'contacts', origin: 'other' },
    ],
    [
      { button_reply: { id: 'yes', title: 'Yes' } },
      { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'yes' } } },
    ],
    [
      { flow_reply: { response: { size: 4 } } },
      { interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"size":4}' } } },
    ],
    [
      { flow_reply: { response: '{"size":' } },
      { interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"size":' } } },
    ],
    [{ button: { payload: 'p', text: 'Yes' } }, { type: 'button', button: { payload: 'p', text: 'Yes' } }],
    [{ reaction: { to: 'wamid.1', emoji: '👍' } }, { reaction: { message_id: 'wamid.1', emoji: '👍' } }],
    [{ edit: { of: 'wamid.1', text: 'new' } }, { edit: { original_message_id: 'wamid.1' } }],
    [{ revoke: { of: 'wamid.1' } }, { type: 'revoke', revoke: { original_message_id: 'wamid.1' } }],
    [{ unsupported: { type: 'poll_creation' } }, { type: 'unsupported', errors: [{ code: 131051 }] }],
    [
      { order: { products: [{ product_retailer_id: 'a', quantity: '2', item_price: 3, currency: 'USD' }] } },
      { type: 'order', order: { product_items: [{ quantity: '2' }] } },
    ],
  ])('says %j in Meta’s form', async (says, form) => {
    expect(await said(says)).toMatchObject(form);
  });

  it('takes a reaction back in both ways', async () => {
    expect((await said({ reaction: { to: 'wamid.1' } }))?.['reaction']).toEqual({ message_id: 'wamid.1' });
    inbox.received.length = 0;
    expect((await said({ reaction: { to: 'wamid.1', emoji: '' } }))?.['reaction']).toEqual({
      message_id: 'wamid.1',
      emoji: '',
    });
  });

  it('leaves out the errors of an unsupported message when told so', async () => {
    const message = await said({ unsupported: { errors: false } });
    expect(message).toMatchObject({ type: 'unsupported' });
    expect(message).not.toHaveProperty('errors');
  });

  it.each([
    [{ wa_id: ZOE, user_id: null }, { from: ZOE }, ['from_user_id', 'from_parent_user_id']],
    [
      { wa_id: ZOE, user_id: USER_ID, parent_user_id: PARENT_ID },
      { from: ZOE, from_user_id: USER_ID, from_parent_user_id: PARENT_ID },
      [],
    ],
    [{ user_id: USER_ID, username: 'zoe' }, { from_user_id: USER_ID }, ['from']],
    [{ user_id: USER_ID, user_id_in_from: true }, { from: USER_ID }, []],
  ])('shows a buyer as %j', async (from, fields, missing) => {
    await control('messages', { from, text: 'hi' });
    const [message] = onlyChange(inbox).value.messages;
    expect(message).toMatchObject(fields);
    for (const name of missing) expect(message).not.toHaveProperty(name);
  });

  it('moves a buyer to a new number and keeps the person', async () => {
    await control('messages', { from: { wa_id: ZOE, user_id: USER_ID }, text: 'old number' });
    inbox.received.length = 0;
    await control('identity-changes', {
      of: { wa_id: ZOE },
      kind: 'user_changed_number',
      new_wa_id: '12025550199',
      new_user_id: 'US.2',
    });
    const { value } = onlyChange(inbox);
    expect(value).not.toHaveProperty('contacts');
    expect(value.messages[0]).toMatchObject({
      type: 'system',
      from: ZOE,
      system: {
        type: 'user_changed_number',
        wa_id: '12025550199',
        user_id: 'US.2',
        previous_user_id: USER_ID,
      },
    });
    await buyerWrites(simulator.url, { from: { wa_id: '12025550199' }, text: 'new number' });
    const phone = await http(`${simulator.url}/control/whatsapp/phones/12025550199`);
    expect(phone.body).toMatchObject({ messages: [{ text: 'old number' }, { text: 'new number' }] });
  });

  it('echoes what is written on the phone app, and the buyer has it', async () => {
    await control('echoes', { to: { wa_id: ZOE }, text: 'I take this one' });
    expect(onlyChange(inbox)).toMatchObject({
      field: 'smb_message_echoes',
      value: { message_echoes: [{ from: '12025550100', to: ZOE, text: { body: 'I take this one' } }] },
    });
    const phone = await http(`${simulator.url}/control/whatsapp/phones/${ZOE}`);
    expect(phone.body).toMatchObject({ messages: [{ direction: 'out', text: 'I take this one' }] });
  });

  it('shares the past in parts, the last one first, and pictures afterwards', async () => {
    const messages = [
      { from: 'buyer', text: 'one', seconds_ago: 300 },
      { from: 'us', text: 'two', seconds_ago: 200 },
      { from: 'buyer', says: { image: {} }, seconds_ago: 100 },
    ];
    const threads = [{ with: { wa_id: ZOE }, messages }];
    await control('history', { threads, chunks: 3, order: 'backward', late_media: true }, 4);
    const changes = changesOf(inbox).flat();
    const chunks = changes.flatMap(({ value }) => value.history ?? []);
    const orders = chunks.map((chunk) => chunk['metadata']).sort();
    expect(orders).toHaveLength(3);
    expect(JSON.stringify(chunks)).toContain('media_placeholder');
    expect(changes.every(({ field }) => field === 'history')).toBe(true);
    expect(changes.flatMap(({ value }) => value.messages)).toMatchObject([{ type: 'image' }]);
  });

  it('reports that the past is not shared', async () => {
    await control('history', { declined: true });
    expect(onlyChange(inbox).value.history).toMatchObject([{ errors: [{ code: 2_593_109 }] }]);
  });

  it('reports calls of buyers', async () => {
    await control('buyer-calls', { from: { wa_id: ZOE } });
    expect(onlyChange(inbox)).toMatchObject({
      field: 'calls',
      value: { calls: [{ from: ZOE, event: 'connect', direction: 'USER_INITIATED' }] },
    });
  });

  it('reports preferences, the address book and any field there is', async () => {
    await control('preferences', { of: { wa_id: ZOE }, value: 'stop' });
    expect(onlyChange(inbox)).toMatchObject({
      field: 'user_preferences',
      value: { user_preferences: [{ wa_id: ZOE, value: 'stop' }] },
    });
    inbox.received.length = 0;
    await control('app-contacts', { contact: { wa_id: ZOE, name: 'Zoe Example' } });
    expect(onlyChange(inbox).value.state_sync).toMatchObject([
      { type: 'contact', action: 'add', contact: { phone_number: ZOE, first_name: 'Zoe' } },
    ]);
    for (const field of ['account_update', 'template_category_update', 'calls', 'never_heard_of']) {
      inbox.received.length = 0;
      await control('fields', { field });
      expect(onlyChange(inbox).field).toBe(field);
    }
  });

  it('lets Meta’s own agent have a message', async () => {
    await control('messages', { from: { wa_id: ZOE }, text: 'hi', field: 'standby' });
    expect(onlyChange(inbox)).toMatchObject({ field: 'standby', value: { messages: [{ type: 'text' }] } });
  });
});
