import { randomInt, randomUUID } from 'node:crypto';
import { assignItems, findUnassigned } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { startConversation } from '../../api/ingest/start-conversation';
import { NUMBER_ID } from '../commands/world';
import { bodyOf, change, message, messages } from '../ingest/bodies';
import type { Json } from '../ingest/bodies';
import { LedgerWorld } from '../store/ledger-world';
import { addTemplate, templateMessage } from '../templates/world';

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
  await addTemplate(ledger.world.pool, { name: 'hello' });
});
afterAll(() => ledger.close());
beforeEach(() => {
  ledger.whatsapp.contact = null;
});

/** We write first to a phone, and WhatsApp answers with what it knows of it. */
async function writeFirst(phone: string, contact: object | null) {
  ledger.whatsapp.contact = contact;
  const { conversationId, result } = await startConversation(ledger.world.pool, {
    phoneNumberId: NUMBER_ID,
    identifier: phone,
    actor: 'anna',
    idempotencyKey: randomUUID(),
    arguments: {
      message: templateMessage('hello'),
      optIn: { how: 'web form', when: '2026-01-05T10:00:00.000Z', evidence: 'order 4711' },
    },
  });
  if (result.kind !== 'done' || result.answer.send_id === null) throw new Error('not begun');
  const sendId = result.answer.send_id;
  expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
  const whatsappId = ledger.takenOf(sendId)[0]?.id ?? '';
  return { conversationId, sendId, whatsappId };
}
async function take(body: Json): Promise<void> {
  const { pool } = ledger.world;
  await assignItems(pool, await captureBody(pool, Buffer.from(JSON.stringify(body))));
}
/** The conversation into which a message from there comes. */
async function conversationOf(sender: Json): Promise<unknown> {
  const said = message({ ...sender, timestamp: String(Math.floor(Date.now() / 1000)) });
  await take(messages(said));
  return await ledger.world.value('select conversation_id from message where whatsapp_id = $1', [said['id']]);
}
const digits = (length: number) => String(randomInt(10 ** (length - 1), 10 ** length));
const status = (more: Json) =>
  bodyOf(
    change({ statuses: [{ status: 'sent', timestamp: String(Math.floor(Date.now() / 1000)), ...more }] }),
  );

it('a number that WhatsApp writes in another way stays one buyer when the reply comes, and is written to as WhatsApp does', async () => {
  const end = digits(7);
  const sent = await writeFirst(`551199${end}`, { input: `+551199${end}`, wa_id: `55119${end}` });
  expect(await conversationOf({ from: `55119${end}` })).toBe(sent.conversationId);
  expect(await ledger.world.value('select count(*) from buyer_join')).toBe(0);
});

it('forms that only WhatsApp knows are believed, a strange number is not', async () => {
  const end = digits(8);
  const ivory = await writeFirst(`225${end}`, { input: `+225${end}`, wa_id: `22507${end}` });
  expect(await conversationOf({ from: `22507${end}` })).toBe(ivory.conversationId);
  const stranger = `4477009${digits(5)}`;
  const other = await writeFirst(`1202555${digits(4)}`, { wa_id: stranger });
  expect(await conversationOf({ from: stranger })).not.toBe(other.conversationId);
});

it('a user id in the answer or in a status of the message names the same buyer', async () => {
  const userId = `US.${digits(12)}`;
  const phone = `1202555${digits(4)}${digits(3)}`;
  const first = await writeFirst(phone, { user_id: userId, wa_id: phone });
  expect(await conversationOf({ from_user_id: userId })).toBe(first.conversationId);

  const later = `1202555${digits(4)}${digits(3)}`;
  const laterId = `US.${digits(12)}`;
  const second = await writeFirst(later, null);
  await take(status({ id: second.whatsappId, recipient_id: later, recipient_user_id: laterId }));
  expect(await conversationOf({ from_user_id: laterId })).toBe(second.conversationId);
});

it('a status that calls its recipient by nothing that we know names nobody', async () => {
  const phone = `1202555${digits(4)}${digits(3)}`;
  const sent = await writeFirst(phone, null);
  const userId = `US.${digits(12)}`;
  await take(status({ id: sent.whatsappId, recipient_id: '447700900188', recipient_user_id: userId }));
  expect(await conversationOf({ from_user_id: userId })).not.toBe(sent.conversationId);
});

describe('a status that names two known buyers', () => {
  const strangers = async () => {
    const phone = `1202555${digits(4)}${digits(3)}`;
    const userId = `US.${digits(12)}`;
    const other = await conversationOf({ from_user_id: userId });
    return { phone, userId, other };
  };

  it('joins them, as a message does', async () => {
    const { phone, userId, other } = await strangers();
    const sent = await writeFirst(phone, null);
    await take(status({ id: sent.whatsappId, recipient_id: phone, recipient_user_id: userId }));
    expect(await conversationOf({ from_user_id: userId })).toBe(other);
    expect(await conversationOf({ from: phone })).toBe(other);
  });

  it('joins them also where it came before the answer to its message', async () => {
    const { phone, userId, other } = await strangers();
    const sent = await writeFirst(phone, null);
    const parked = `wamid.parked.${userId}`;
    await take(status({ id: parked, recipient_id: phone, recipient_user_id: userId }));
    await ledger.world.value('update send set whatsapp_id = null, status = $2 where id = $1 returning 1', [
      sent.sendId,
      'claimed',
    ]);
    await ledger.report(sent.sendId, parked, 'accepted');
    const { pool } = ledger.world;
    await assignItems(pool, await findUnassigned(pool, 0, 100));
    expect(await conversationOf({ from: phone })).toBe(other);
    expect(
      await ledger.world.value('select count(*) from send_status where whatsapp_id = $1', [parked]),
    ).toBe(1);
  });
});
