import { randomUUID } from 'node:crypto';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { runCommand } from '../../store/commands/run-command';
import { messagesBody, messagesChange, textMessage, webhookBody } from '../component/webhook-bodies';
import { startTalk } from './talk';
import type { Talk } from './talk';

const CONFIRMATION = 'You will get no more messages from us. Write START if you change your mind.';
const QUESTION =
  'Would you like to get no more messages from us? Please answer STOP, or tell us what we can do.';
const OTHER_NUMBER_ID = '100000000000002';

let talk: Talk;
beforeAll(async () => {
  talk = await startTalk();
  await talk.pool.query(`insert into number (phone_number_id, mode) values ($1, 'live')`, [OTHER_NUMBER_ID]);
});
afterAll(() => talk.end());

let buyers = 0;
const newBuyer = () => `1202556${String((buyers += 1)).padStart(4, '0')}`;

/** A webhook arrives and is assigned; the workflow has not looked yet. */
async function arrives(body: unknown): Promise<string[]> {
  return [...(await assignItems(talk.pool, await captureBody(talk.pool, Buffer.from(JSON.stringify(body)))))];
}
const writes = (waId: string, text: string, more = {}) =>
  arrives(messagesBody(textMessage(waId, text, more)));
const secondsAgo = (seconds: number) => ({ timestamp: String(Math.floor(Date.now() / 1000) - seconds) });

const order = (conversationId: string, more: object) =>
  runCommand(talk.pool, {
    conversationId,
    actor: 'anna',
    isVerified: true,
    idempotencyKey: randomUUID(),
    ...more,
  } as Parameters<typeof runCommand>[1]);
const sendText = (conversationId: string, more: object = {}) =>
  order(conversationId, {
    kind: 'send_message',
    arguments: { message: { type: 'text', text: { body: 'One more offer' } }, ...more },
  });

const isOptedOut = async (waId: string) =>
  (
    await talk.rows<{ out: boolean }>(
      `select opted_out_at is not null as out from buyer join buyer_identity on buyer_id = buyer.id where value = $1`,
      [waId],
    )
  )[0]?.out;
const stopsOf = (waId: string) =>
  talk.rows(
    `select consent.reason_code, message.text as words from consent join buyer_identity using (buyer_id)
       join message on message.id = consent.message_id where buyer_identity.value = $1 and consent.value = 'stop'`,
    [waId],
  );
const control = async (conversationId: string) =>
  (await talk.rows('select needs_human, reason_code from conversation where id = $1', [conversationId]))[0];
const decided = (conversationId: string) =>
  talk.rows(
    `select verdict, reason_code from decision where conversation_id = $1 and turn_id is not null order by id`,
    [conversationId],
  );

const followUps = (id: string) =>
  talk.rows<{ status: string }>(`select status from follow_up where conversation_id = $1`, [id]);

describe('an opt-out that has been assigned and waits for its turn', () => {
  it('blocks what a person writes, unless they give a reason', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    await order(id, { kind: 'take_over', arguments: {} });
    await writes(buyer, 'STOP');
    expect(await sendText(id)).toMatchObject({ kind: 'refused', refusal: 'buyer_opted_out' });
    expect(await order(id, { ...overriding(), reason: 'the buyer called' })).toMatchObject({ kind: 'done' });
  });

  it('stops what a person had written and had not left', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    const before = await talk.texts(buyer);
    expect(await sendText(id)).toMatchObject({ kind: 'done' });
    await writes(buyer, 'Please stop messaging me');
    await talk.settle(id);
    expect(await talk.texts(buyer)).toEqual(before);
    expect(
      await talk.rows(`select status, reason_code from send where conversation_id = $1 and kind = 'human'`, [
        id,
      ]),
    ).toEqual([{ status: 'refused', reason_code: 'gate.opted_out' }]);
  });

  it('is noted once, confirmed once, told to a person and recorded by its turn', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'How much is the set?');
    const before = await talk.texts(buyer);
    await writes(buyer, 'Please stop messaging me');
    expect(await isOptedOut(buyer)).toBe(true);
    expect(await followUps(id)).not.toContainEqual({ status: 'planned' });
    await talk.settle(id);
    expect(await talk.texts(buyer)).toEqual([...before, CONFIRMATION]);
    expect(await stopsOf(buyer)).toEqual([
      { reason_code: 'opt_out.phrase', words: 'Please stop messaging me' },
    ]);
    expect((await decided(id)).at(-1)).toEqual({ verdict: 'stop', reason_code: 'stop.opt_out' });
    expect(await control(id)).toEqual({ needs_human: true, reason_code: 'stop.opt_out' });
  });

  it('is confirmed once where two of them wait for their turns, on two numbers', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    const before = await talk.texts(buyer);
    await writes(buyer, 'STOP');
    const others = await arrives(
      webhookBody(messagesChange({ phoneNumberId: OTHER_NUMBER_ID, messages: [textMessage(buyer, 'STOP')] })),
    );
    for (const other of others) await talk.settle(other);
    await talk.settle(id);
    expect((await talk.texts(buyer)).slice(before.length)).toEqual([CONFIRMATION]);
  });

  it('holds for our other numbers as well', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    const before = await talk.texts(buyer);
    expect(await sendText(id)).toMatchObject({ kind: 'done' });
    await arrives(
      webhookBody(messagesChange({ phoneNumberId: OTHER_NUMBER_ID, messages: [textMessage(buyer, 'STOP')] })),
    );
    await talk.settle(id);
    expect(await talk.texts(buyer)).toEqual(before);
    expect(await sendText(id)).toMatchObject({ kind: 'refused', refusal: 'buyer_opted_out' });
  });

  it('does not undo an opt-in that was written after it and came before it', async () => {
    const buyer = newBuyer();
    await talk.says(buyer, 'stop');
    await talk.says(buyer, 'START');
    const [id] = await writes(buyer, 'STOP', secondsAgo(3600));
    expect(await isOptedOut(buyer)).toBe(false);
    await talk.settle(id ?? '');
    expect(await isOptedOut(buyer)).toBe(false);
  });

  it('counts as a yes to our question, too', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Cancel');
    await writes(buyer, 'Yes please');
    expect(await sendText(id)).toMatchObject({ kind: 'refused', refusal: 'buyer_opted_out' });
    await talk.settle(id);
    expect(await talk.texts(buyer)).toEqual([QUESTION, CONFIRMATION]);
  });

  it('holds, is confirmed and told to a person although its words were taken back before their turn', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    const before = await talk.texts(buyer);
    const said = textMessage(buyer, 'STOP');
    await arrives(messagesBody(said));
    await writes(buyer, '', { type: 'revoke', revoke: { original_message_id: said['id'] } });
    await talk.settle(id);
    expect(await isOptedOut(buyer)).toBe(true);
    expect((await talk.texts(buyer)).slice(before.length)).toEqual([CONFIRMATION]);
    expect(await control(id)).toEqual({ needs_human: true, reason_code: 'stop.opt_out' });
  });

  it.each(['Cancel', 'Do you deliver?', 'Yes please'])(
    'is none yet where it is doubtful: %s',
    async (words) => {
      const buyer = newBuyer();
      const id = await talk.says(buyer, 'Hello');
      await writes(buyer, words);
      expect(await isOptedOut(buyer)).toBe(false);
      expect(await sendText(id)).toMatchObject({ kind: 'done' });
    },
  );
});

const overriding = () => ({
  kind: 'send_message',
  arguments: { message: { type: 'text', text: { body: 'As you asked on the phone' } }, overrideOptOut: true },
});

describe('a message that is changed into an opt-out', () => {
  const edit = (buyer: string, aboutId: unknown, words: string) =>
    writes(buyer, '', {
      type: 'edit',
      text: undefined,
      edit: { original_message_id: aboutId, message: { type: 'text', text: { body: words } } },
    });
  const lastOf = async (conversationId: string) =>
    (
      await talk.rows<{ id: string }>(
        `select whatsapp_id as id from message where conversation_id = $1 and direction = 'inbound'
          order by captured_at desc limit 1`,
        [conversationId],
      )
    )[0]?.id;

  it('counts after it was answered: nothing more is planned, a person is told, it is confirmed once', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'How much is the set?');
    const before = await talk.texts(buyer);
    await edit(buyer, await lastOf(id), 'Please stop messaging me');
    expect(await isOptedOut(buyer)).toBe(true);
    expect(await followUps(id)).not.toContainEqual({ status: 'planned' });
    await talk.settle(id);
    expect(await control(id)).toEqual({ needs_human: true, reason_code: 'stop.opt_out' });
    expect(await talk.texts(buyer)).toEqual([...before, CONFIRMATION]);
    expect(await stopsOf(buyer)).toEqual([
      { reason_code: 'opt_out.phrase', words: 'Please stop messaging me' },
    ]);
  });

  it('counts before its turn, and once', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    const before = await talk.texts(buyer);
    const said = textMessage(buyer, 'One question');
    await arrives(messagesBody(said));
    await edit(buyer, said['id'], 'STOP');
    expect(await sendText(id)).toMatchObject({ kind: 'refused', refusal: 'buyer_opted_out' });
    await talk.settle(id);
    expect((await talk.texts(buyer)).slice(before.length)).toEqual([CONFIRMATION]);
  });

  it('counts although we never had what it said before', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    await edit(buyer, 'wamid.unknown', 'STOP');
    await talk.settle(id);
    expect(await isOptedOut(buyer)).toBe(true);
  });

  it('is asked about where it is doubtful', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    await edit(buyer, await lastOf(id), 'Cancel');
    await talk.settle(id);
    expect((await talk.texts(buyer)).at(-1)).toBe(QUESTION);
  });
});

describe('a doubtful word in a conversation that a person has', () => {
  it('is asked about of that person, who can answer', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    await order(id, { kind: 'take_over', arguments: {} });
    await writes(buyer, 'Cancel');
    await talk.settle(id);
    expect(await isOptedOut(buyer)).toBe(false);
    expect(await control(id)).toEqual({ needs_human: true, reason_code: 'route.opt_out_unclear' });
    expect(await sendText(id)).toMatchObject({ kind: 'done' });
  });
});

const BUTTONS = [
  'Stop promotions',
  'Detener promociones',
  'Parar promoções',
  'Interromper promoções',
  'Arrêter les promotions',
  'Werbung beenden',
  'Promotionen stoppen',
  'Interrompi promozioni',
  'Promoties stoppen',
  'Promosyonları durdur',
  'Hentikan promosi',
  'إيقاف العروض الترويجية',
  'प्रमोशन बंद करें',
];

describe('a pressed button or list row', () => {
  it.each(BUTTONS)('"%s" is an opt-out, at once', async (title) => {
    const buyer = newBuyer();
    await writes(buyer, '', { type: 'button', text: undefined, button: { payload: title, text: title } });
    expect(await isOptedOut(buyer)).toBe(true);
  });

  it('is one by the description of its row', async () => {
    const buyer = newBuyer();
    const row = { id: 'r1', title: 'More', description: 'Unsubscribe' };
    await writes(buyer, '', {
      type: 'interactive',
      text: undefined,
      interactive: { type: 'list_reply', list_reply: row },
    });
    expect(await isOptedOut(buyer)).toBe(true);
  });
});
