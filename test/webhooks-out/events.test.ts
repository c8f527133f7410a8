import { judgeFollowUp } from '../../activities/conversation/follow-up';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { eventBody } from '../../api/contract';
import { EVENT_KINDS } from '../../domain/event/event.kinds';
import { messagesChange, webhookBody } from '../component/webhook-bodies';
import { openHouse } from './house';
import type { House } from './house';
import { isSignedWith } from './receiver';
import type { Received } from './receiver';

const BUYER = '12025550147';
const NAME = 'Nora Example';
const QUESTION = 'What does the starter set cost?';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.clear());
afterAll(() => house.end());

async function told(): Promise<Received[]> {
  await house.settled();
  return house.receiver.taken;
}

async function kinds(): Promise<string[]> {
  return (await told()).map(({ type }) => type);
}

/** Every body is what the documentation says it is. */
function expectDocumented(events: readonly Received[]): void {
  for (const { type, raw } of events) {
    const kind = EVENT_KINDS.find((one) => one === type);
    if (kind === undefined) throw new Error(`${type} is not documented`);
    eventBody(kind).parse(JSON.parse(raw));
  }
}

async function status(waId: string, name: string, more: object = {}): Promise<void> {
  const [sent] = await house.talk.rows<{ whatsapp_id: string }>(
    'select whatsapp_id from send where whatsapp_id is not null order by created_at desc limit 1',
  );
  const timestamp = String(Math.floor(Date.now() / 1000));
  const one = { id: sent?.whatsapp_id, status: name, timestamp, recipient_id: waId, ...more };
  const body = webhookBody(messagesChange({ statuses: [one] }));
  await assignItems(house.talk.pool, await captureBody(house.talk.pool, Buffer.from(JSON.stringify(body))));
}

test('without a subscription nothing is written down', async () => {
  await house.talk.says(BUYER, QUESTION);
  expect(await house.talk.rows('select 1 from event_outbox')).toEqual([]);
});

test('a conversation is told in its order, signed, by ids only', async () => {
  const { secret } = await house.subscribe();
  house.deliver();
  const conversationId = await house.talk.says(BUYER, QUESTION);
  await house.talk.pool.query('update buyer set display_name = $1', [NAME]);
  await status(BUYER, 'delivered');
  await status(BUYER, 'read');
  const events = await told();
  const seen = events.map(({ type }) => type);
  expect(seen[0]).toBe('message.received');
  expect(seen.filter((kind) => kind !== 'decision.recorded')).toEqual([
    'message.received',
    'message.sent',
    'follow_up.planned',
    'message.delivered',
    'message.read',
  ]);
  expect(seen.indexOf('decision.recorded')).toBeLessThan(seen.indexOf('message.sent'));
  expect(new Set(events.map(({ data }) => data.conversation_id))).toEqual(new Set([conversationId]));
  expect(events.map(({ sequence }) => sequence)).toEqual(
    [...events.map(({ sequence }) => sequence)].sort((a, b) => a - b),
  );
  expectDocumented(events);
  for (const event of events) {
    expect(await isSignedWith(event, secret)).toBe(true);
    expect(event.raw).not.toMatch(/starter|cost|USD|Nora|12025550147|2025550147|wamid/i);
  }
});

test('words, names and phones come where the subscription asks for them', async () => {
  await house.subscribe({ include: ['content'], events: ['message.received', 'message.sent'] });
  house.deliver();
  const conversationId = await house.talk.says(BUYER, QUESTION);
  await house.talk.pool.query('update buyer set display_name = $1', [NAME]);
  await house.api('post', `conversations/${conversationId}/take-over`);
  await house.talk.says(BUYER, 'Are you there?');
  const events = await told();
  expectDocumented(events);
  expect(events.map(({ type }) => type)).toEqual(['message.received', 'message.sent', 'message.received']);
  expect(events[0]?.data['content']).toMatchObject({ text: QUESTION, buyer: { phone: BUYER } });
  expect(events[2]?.data['content']).toEqual({
    text: 'Are you there?',
    buyer: { name: NAME, phone: BUYER },
    agent: null,
  });
});

test('who has the wheel is told', async () => {
  const conversationId = await house.talk.says(BUYER, QUESTION);
  const events = EVENT_KINDS.filter((kind) => kind.startsWith('conversation.'));
  await house.subscribe({ events, include: ['content'] });
  house.deliver();
  for (const order of ['take-over', 'pause', 'resume', 'hand-back']) {
    const json = order === 'pause' ? { forever: true } : {};
    expect((await house.api('post', `conversations/${conversationId}/${order}`, { json })).status).toBe(200);
  }
  expect(await kinds()).toEqual([
    'conversation.taken_over',
    'conversation.paused',
    'conversation.resumed',
    'conversation.handed_back',
  ]);
  const [first, second] = house.receiver.taken;
  expect(first?.data).toMatchObject({ owner: 'agent', content: { agent: 'anna' } });
  expect(second?.data).toMatchObject({ paused_until: 'infinity' });
  expectDocumented(house.receiver.taken);
});

test('a question to a person is told, and once that nobody answered in time', async () => {
  await house.subscribe({ events: ['conversation.needs_human', 'conversation.sla_due'] });
  house.deliver();
  await house.talk.says(BUYER, 'I want to complain, this is a disgrace!');
  await house.talk.says(BUYER, 'I want to complain, this is a disgrace!!');
  expect(await kinds()).toEqual(['conversation.needs_human']);
  await house.pass(120_000);
  await house.deliver()();
  expect(await kinds()).toEqual(['conversation.needs_human', 'conversation.sla_due']);
  expectDocumented(house.receiver.taken);
});

test('nothing is overdue where a person has answered', async () => {
  await house.subscribe({ events: ['conversation.sla_due'] });
  const conversationId = await house.talk.says(BUYER, 'I want to complain, this is a disgrace!');
  await house.api('post', `conversations/${conversationId}/messages`, {
    json: { text: { body: 'I am sorry.' } },
  });
  await house.talk.settle(conversationId);
  await house.pass(120_000);
  await house.deliver()();
  expect(await kinds()).toEqual([]);
  expect(await house.talk.texts(BUYER)).toContain('I am sorry.');
});

test('a follow-up is told when it is planned, when it leaves, and when it is dropped', async () => {
  await house.subscribe({ events: ['follow_up.planned', 'follow_up.skipped', 'follow_up.sent'] });
  house.deliver();
  const conversationId = await house.talk.says(BUYER, QUESTION);
  await house.talk.says(BUYER, 'What does the full set cost?');
  await status(BUYER, 'read');
  await house.pass(20_000);
  const [planned] = await house.talk.rows<{ id: string }>(
    `select id from follow_up where status = 'planned'`,
  );
  await judgeFollowUp(house.talk.pool, planned?.id ?? '');
  await house.talk.settle(conversationId);
  const seen = await kinds();
  expect(seen.slice(0, 4)).toEqual([
    'follow_up.planned',
    'follow_up.skipped',
    'follow_up.planned',
    'follow_up.sent',
  ]);
  expectDocumented(house.receiver.taken);
});

test('a send that failed, and one of which nobody knows, is told', async () => {
  await house.subscribe({ events: ['send.failed', 'send.unconfirmed'] });
  house.deliver();
  await house.talk.says(BUYER, QUESTION);
  await status(BUYER, 'failed', { errors: [{ code: 131_026, title: 'Message undeliverable' }] });
  expect(await kinds()).toEqual(['send.failed']);
  expect(house.receiver.taken[0]?.data).toMatchObject({
    reason_code: 'whatsapp.unreachable',
    error_code: 131_026,
    is_sent_again: false,
  });
  await house.talk.simulator.fault({
    service: 'whatsapp',
    match: { sends: true },
    kind: 'cut-after-commit',
    times: 1,
  });
  await house.talk.says('12025550148', QUESTION);
  expect(await kinds()).toEqual(['send.failed', 'send.unconfirmed']);
  expectDocumented(house.receiver.taken);
});

test('what two buyers say is told of two conversations', async () => {
  await house.subscribe({ events: ['message.received'] });
  house.deliver();
  const ids = [await house.talk.says(BUYER, QUESTION), await house.talk.says('12025550148', QUESTION)];
  const events = await told();
  expect(events.map(({ data }) => data.conversation_id).sort()).toEqual(ids.sort());
});
