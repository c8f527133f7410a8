import fc from 'fast-check';
import { conversationDetail, webhookItemList } from '../../api/contract';
import { readConversation } from '../../api/read/conversation';
import { listWebhookItems } from '../../api/read/webhook-items';
import { inTransaction } from '../../platform/database';
import { applySendReport, lockSend } from '../../store/send.store';
import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { useWorld } from './world';

const BUYER = '447700900150';
const SEND_ID = '00000000-0000-4000-8000-000000000001';
const WAMID = 'wamid.ours';

const world = useWorld();

/** A conversation with one send of ours, in this status. */
async function prepare(status: string, whatsappId: string | null = WAMID): Promise<void> {
  await world.take(messages(message({ from: BUYER, timestamp: at(0) })));
  await world.pool.query(
    `with grounds as (
       insert into decision (key, conversation_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
       select 'd', id, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1' from conversation returning *
     )
     insert into send (id, key, conversation_id, kind, author, status, type, body, epoch, decision_id, whatsapp_id,
        reason_code)
     select $1, 'k', conversation_id, 'human', 'agent:anna', $2, 'text', '{"text":{"body":"Yes"}}', 0, id, $3,
            case when $2 in ('failed', 'unconfirmed') then 'send.' || $2 end
       from grounds`,
    [SEND_ID, status, whatsappId],
  );
}

const report = (status: string, more: Json = {}): Json => ({
  id: WAMID,
  status,
  timestamp: at(100),
  recipient_id: BUYER,
  ...more,
});
const take = (...statuses: readonly Json[]) => world.take(bodyOf(change({ statuses })));
const ours = { biz_opaque_callback_data: SEND_ID };
async function shown() {
  const [row] = await world.rows<{ id: string }>('select id from conversation');
  return conversationDetail.parse(await readConversation(world.pool, row?.id ?? ''));
}
const theSend = async () => (await shown()).sends[0];
const accept = () =>
  inTransaction(world.pool, async (client) => {
    const send = await lockSend(client, SEND_ID);
    if (send === null) throw new Error('there is no such send');
    const atMs = Number(at(99)) * 1000;
    return await applySendReport(client, send, { whatsappId: WAMID, status: 'accepted', atMs });
  });

const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'service' };
const expiry = Number(at(86_400));
const billed = {
  id: 'conv-1',
  origin: { type: 'referral_conversion' },
  expiration_timestamp: String(expiry),
};
const failure = {
  code: 131026,
  title: 'Message undeliverable',
  message: 'Message undeliverable',
  error_data: { details: 'Receiver is incapable of receiving this message' },
};
const failureShown = {
  code: 131026,
  title: 'Message undeliverable',
  details: 'Receiver is incapable of receiving this message',
  class: 'recipient',
};

describe('what a message costs', () => {
  const reports = [
    report('sent', { conversation: billed, pricing: { type: 'regular', category: 'service' } }),
    report('delivered', { pricing, conversation: { id: 'conv-1', origin: { type: 'referral_conversion' } } }),
    report('read'),
    report('played', { pricing: { type: 'regular' } }),
  ];
  const price = { type: 'regular', category: 'service', billable: true, model: 'PMP' };
  const conversation = {
    id: 'conv-1',
    origin_type: 'referral_conversion',
    expires_at: new Date(expiry * 1000).toISOString(),
  };

  it('is that of the status that tells most, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(reports, { minLength: 4 }), async (order) => {
        await world.empty();
        await prepare('accepted');
        for (const one of order) await take(one);
        const expected = { pricing: price, billed_conversation: conversation };
        expect(await theSend()).toMatchObject({ ...expected, status: 'played', error: null });
      }),
      { numRuns: 8, seed: 11 },
    );
  });

  it.each([
    ['nothing', undefined, null],
    ['no object', 'free', null],
    ['values of other kinds', { type: 7, billable: 'yes', category: '' }, null],
    [
      'an unknown category',
      { category: 'tomorrow' },
      { type: null, category: 'tomorrow', billable: null, model: null },
    ],
  ])('is null where a status says %s, and the status counts all the same', async (_what, given, expected) => {
    await prepare('accepted');
    await take(report('sent', { pricing: given, conversation: given }));
    const send = await theSend();
    expect(send?.status).toBe('sent');
    expect(send?.pricing ?? null).toEqual(expected);
  });

  it('of a message from the phone app is shown with it', async () => {
    const item = message({ id: WAMID, from: '12025550100', to: BUYER, timestamp: at(0) });
    await take(report('delivered', { pricing }), report('sent'));
    await world.take(bodyOf(change({ message_echoes: [item] }, 'smb_message_echoes')));
    expect((await shown()).messages).toEqual([
      expect.objectContaining({ status: 'delivered', pricing: price, send_id: null }),
    ]);
  });
});

describe('an error', () => {
  it('of a failed message is shown with code, title, details and class', async () => {
    await prepare('accepted');
    expect(await take(report('failed', { errors: [failure] }))).toHaveLength(1);
    expect(await theSend()).toMatchObject({ status: 'failed', error: failureShown });
    expect((await shown()).needs_human).toBe(true);
  });

  it.each([
    [{ code: 131050 }, { code: 131050, title: null, details: null, class: 'recipient' }],
    [
      { code: '131056', message: 'Pair' },
      { code: 131056, title: 'Pair', details: null, class: 'recipient_rate' },
    ],
    [{ code: 131042 }, { code: 131042, title: null, details: null, class: 'billing' }],
    [{ code: 424242 }, { code: 424242, title: null, details: null, class: 'unknown' }],
    [{ title: 'no code' }, null],
  ])('reads %j', async (error, expected) => {
    await prepare('accepted');
    await take(report('failed', { errors: [error] }));
    expect(await theSend()).toMatchObject({ status: 'failed', error: expected });
  });

  it('that Meta reports beside messages is shown with its class', async () => {
    await world.take(bodyOf(change({ errors: [failure] })));
    const list = webhookItemList.parse(await listWebhookItems(world.pool, { limit: 10 }));
    expect(list.items).toEqual([
      expect.objectContaining({ error: 'whatsapp:131026', reported_error: failureShown }),
    ]);
  });

  it('of a message that could not be passed on to us is shown with the message', async () => {
    const errors = [{ code: 131051, title: 'Message type unknown' }];
    await world.take(messages(message({ from: BUYER, type: 'unsupported', text: undefined, errors })));
    expect((await shown()).messages[0]?.error).toEqual({
      code: 131051,
      title: 'Message type unknown',
      details: null,
      class: 'content',
    });
  });
});

describe('a status wakes a workflow', () => {
  it.each([
    ['sent', 'accepted', false],
    ['delivered', 'accepted', false],
    ['read', 'delivered', false],
    ['played', 'read', false],
    ['in_orbit', 'accepted', false],
    ['failed', 'delivered', false],
    ['sent', 'failed', false],
    ['failed', 'accepted', true],
    ['sent', 'unconfirmed', true],
    ['delivered', 'unconfirmed', true],
    // Its attempt is about to hear WhatsApp's answer itself.
    ['sent', 'claimed', false],
  ])('%s after %s: %s', async (status, known, wakes) => {
    await prepare(known, known === 'unconfirmed' || known === 'claimed' ? null : WAMID);
    if (known === 'failed')
      await world.pool.query(
        `insert into message (conversation_id, direction, author, whatsapp_id, type, body, sent_at, send_id)
         select conversation_id, 'outbound', author, whatsapp_id, type, body, now(), id from send`,
      );
    const wanted = async () =>
      (await world.rows<{ looks: number }>('select look_wanted::int as looks from conversation'))[0]?.looks ??
      0;
    const before = await wanted();
    const look = await take(report(status, ours));
    expect(look).toHaveLength(wakes ? 1 : 0);
    expect(await wanted()).toBe(before + (wakes ? 1 : 0));
  });

  it('not by a message that was sent elsewhere', async () => {
    expect(await take(report('failed', { errors: [failure] }))).toEqual([]);
    expect(await world.rows('select 1 from conversation')).toEqual([]);
  });
});

describe('a status that comes before the answer to its send is written down', () => {
  it('with our own id moves the send at once', async () => {
    await prepare('claimed', null);
    await take(report('delivered', { ...ours, pricing }));
    expect(await theSend()).toMatchObject({ status: 'delivered', whatsapp_id: WAMID });
    await accept();
    expect((await theSend())?.status).toBe('delivered');
    expect((await shown()).messages.filter(({ direction }) => direction === 'outbound')).toHaveLength(1);
  });

  it('with WhatsApp’s id alone is parked, and taken up with the answer', async () => {
    await prepare('claimed', null);
    await take(report('read'), report('delivered', { pricing }), report('in_orbit'));
    expect((await theSend())?.status).toBe('claimed');
    expect((await accept()).wakesWorkflow).toBe(false);
    expect(await theSend()).toMatchObject({ status: 'read', pricing: { category: 'service' } });
    expect(await world.rows('select 1 from send_status where send_id is null')).toEqual([]);
  });

  it('as a failure is taken up as well, and wakes', async () => {
    await prepare('claimed', null);
    await take(report('failed', { errors: [failure] }));
    expect((await accept()).wakesWorkflow).toBe(true);
    expect(await theSend()).toMatchObject({ status: 'failed', error: failureShown });
  });

  it('is not lost when both are written at the same moment', async () => {
    for (let round = 0; round < 12; round += 1) {
      await world.empty();
      await prepare('claimed', null);
      await Promise.all([take(report('delivered')), accept()]);
      expect((await theSend())?.status).toBe('delivered');
    }
  });
});
