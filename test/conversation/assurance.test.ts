import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { addSend } from '../commands/world';
import { messagesBody, textMessage, webhookBody } from '../component/webhook-bodies';
import { SendWorld } from '../whatsapp/send-world';
import { startTalk } from './talk';
import type { Talk } from './talk';

const TEXT = 'Somebody will be with you shortly.';
const NUMBER = { metadata: { phone_number_id: '100000000000001' } };

describe('"somebody will be with you"', () => {
  let at: SendWorld;
  beforeAll(async () => {
    at = await SendWorld.start();
  });
  afterEach(() => at.calm());
  afterAll(() => at.stop());

  const BODIES: Readonly<Record<string, (waId: string) => unknown>> = {
    'a choice in WhatsApp': (waId) =>
      webhookBody({
        field: 'user_preferences',
        value: {
          ...NUMBER,
          user_preferences: [{ wa_id: waId, value: 'stop', timestamp: Math.floor(Date.now() / 1000) }],
        },
      }),
    'an answer on the phone app': (waId) =>
      webhookBody({
        field: 'smb_message_echoes',
        value: { ...NUMBER, message_echoes: [textMessage('12025550100', 'I take this', { to: waId })] },
      }),
    STOP: (waId) => messagesBody(textMessage(waId, 'STOP')),
    'a question': (waId) => messagesBody(textMessage(waId, 'Hello?')),
  };

  it.each(
    Object.keys(BODIES).flatMap((what) => [
      [what, 'captured'],
      [what, 'assigned'],
    ]),
  )('does not leave once %s is %s', async (what, how) => {
    const scene = await at.conversation({ owner: 'unassigned' });
    const sendId = await addSend(at.world, scene, { kind: 'assurance', status: 'planned' });
    const items = await captureBody(at.world.pool, Buffer.from(JSON.stringify(BODIES[what]?.(scene.waId))));
    if (how === 'assigned') await assignItems(at.world.pool, items);
    await at.deliver(sendId);
    expect(await at.phone(scene)).toEqual([]);
    expect(['refused', 'recalled']).toContain((await at.row(sendId)).status);
  });
});

describe('"somebody will be with you" that an unread message kept from leaving', () => {
  let talk: Talk;
  beforeAll(async () => {
    talk = await startTalk((policy) =>
      policy.replace('  respond_within_ms', `  assurance: { text: '${TEXT}' }\n  respond_within_ms`),
    );
  });
  afterAll(() => talk.end());

  it('is said with the turn of that message, once', async () => {
    const buyer = '12025557001';
    await talk.simulator.write({ from: { wa_id: buyer }, text: 'This is a scandal' });
    const capture = (text: string) =>
      captureBody(talk.pool, Buffer.from(JSON.stringify(messagesBody(textMessage(buyer, text)))));
    const [id = ''] = await assignItems(talk.pool, await capture('This is a scandal, my parcel is broken'));
    const unread = await capture('And nobody answers!');
    await talk.settle(id);
    expect(await talk.texts(buyer)).toEqual([]);
    await assignItems(talk.pool, unread);
    await talk.settle(id);
    await talk.says(buyer, 'Do you hear me?');
    expect(await talk.texts(buyer)).toEqual([TEXT]);
  });
});
