import {
  buyerList,
  conversationList,
  decisionList,
  messageList,
  policyDetail,
  policyList,
  timeline,
} from '../../api/contract';
import type { Timeline } from '../../api/contract';
import { NUMBER_ID, addFollowUp, addSend } from '../commands/world';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { expectDone, problemOf } from './expectations';

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.end());

const list = async (query: string): Promise<string[]> =>
  conversationList.parse((await api.get(`/v1/conversations${query}`)).body).items.map(({ id }) => id);

describe('conversations', () => {
  test('are found by number, buyer and what is due', async () => {
    const [one, other] = [await api.world.conversation(), await api.world.conversation()];
    await addFollowUp(api.world, one);
    expect(await list(`?number_id=${NUMBER_ID}`)).toHaveLength(2);
    expect(await list('?number_id=1')).toEqual([]);
    expect(await list(`?buyer_id=${other.buyerId.toUpperCase()}`)).toEqual([other.id]);
    expect(await list('?next_action_before=2099-01-01T00:00:00%2B02:00')).toEqual([one.id]);
    expect(await list('?next_action_before=2020-01-01T00:00:00Z')).toEqual([]);
  });

  test('are found by the status that they show', async () => {
    const asking = await api.world.conversation({ needsHuman: true });
    const open = await api.world.conversation();
    const waiting = await api.world.conversation();
    await api.world.pool.query(
      `insert into message (conversation_id, episode_id, direction, author, whatsapp_id, type, body, sent_at)
       values ($1, $2, 'outbound', 'automation', 'wamid.ours', 'text', '{}', now())`,
      [waiting.id, waiting.episodeId],
    );
    const closed = await api.world.conversation();
    await api.command(closed.id, 'close');
    const idle = await api.world.conversation({ wroteAgoMs: null });
    await api.world.pool.query('update decision set episode_id = null where conversation_id = $1', [idle.id]);
    await api.world.pool.query('delete from episode where conversation_id = $1', [idle.id]);
    const expected = { needs_human: asking, open, waiting, closed, idle };
    for (const [status, { id }] of Object.entries(expected)) {
      const { items } = conversationList.parse((await api.get(`/v1/conversations?status=${status}`)).body);
      expect(items.map((item) => [item.id, item.status])).toEqual([[id, status]]);
    }
  });
});

/** All pages of a list, two entries each. */
async function pages<Item>(
  path: string,
  parse: (body: unknown) => { items: Item[]; next_cursor: string | null },
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; await between()) {
    const query: string = cursor === '' ? '?limit=2' : `?limit=2&cursor=${cursor}`;
    const page = parse((await api.get(`${path}${query}`)).body);
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

describe('what happened in a conversation', () => {
  test('is one timeline of messages, sends, statuses, decisions and commands, whatever is added between pages', async () => {
    const scene = await api.world.conversation();
    const sendId = await addSend(api.world, scene, { status: 'delivered' });
    await api.world.pool.query(`update send set whatsapp_id = 'wamid.out' where id = $1`, [sendId]);
    await api.world.pool.query(
      `insert into send_status (whatsapp_id, send_id, status, occurred_at, raw)
       values ('wamid.out', $1, 'delivered', now(), '{}')`,
      [sendId],
    );
    expectDone(await api.command(scene.id, 'take-over', { json: { reason: 'big order' } }));
    const path = `/v1/conversations/${scene.id}/timeline`;
    const whole = timeline.parse((await api.get(path)).body).items;
    expect(new Set(whole.map(({ kind }) => kind))).toEqual(
      new Set(['message', 'send', 'status', 'decision', 'command']),
    );
    const times = whole.map(({ at }) => at);
    expect(times).toEqual([...times].sort().reverse());
    expect(whole.find(({ kind }) => kind === 'command')).toMatchObject({
      actor: 'anna',
      type: 'take_over',
      text: 'big order',
      explanation: 'An agent took the conversation over.',
    });
    expect(whole.find(({ kind }) => kind === 'send')).toMatchObject({
      text: 'From 20 EUR.',
      send_id: sendId,
    });
    const paged = await pages<Timeline['items'][number]>(
      path,
      (body) => timeline.parse(body),
      () => api.command(scene.id, 'take-over'),
    );
    expect(paged).toEqual(whole);
  });

  test('its messages are read page by page, those of one second in the order in which they came', async () => {
    const scene = await api.world.conversation({ wroteAgoMs: null });
    await api.world.pool.query(
      `insert into message (conversation_id, direction, author, whatsapp_id, type, text, body, sent_at, captured_at)
       select $1, 'inbound', 'buyer', 'wamid.n' || n, 'text', 'n' || n, '{}', '2026-11-01T10:00:00Z', now() + n * interval '1 ms'
         from generate_series(1, 5) n`,
      [scene.id],
    );
    const read = await pages(`/v1/conversations/${scene.id}/messages`, (body) => messageList.parse(body));
    expect(read.map(({ text }) => text)).toEqual(['n5', 'n4', 'n3', 'n2', 'n1']);
    const unknown = '/v1/conversations/3f0c2a9e-6d1b-4c58-9a47-2b7de1f0c6a4';
    for (const part of ['messages', 'timeline'])
      expect(problemOf(await api.get(`${unknown}/${part}`)).answer).toBe('404 conversation_not_found');
  });
});

test('buyers are found by phone in any spelling, by contact, and by opt-out', async () => {
  const [one, other] = [await api.world.conversation(), await api.world.conversation()];
  await api.world.pool.query(`update buyer_identity set value = '12025550177' where buyer_id = $1`, [
    one.buyerId,
  ]);
  await api.world.pool.query(
    `insert into identity_link (buyer_id, status, contact_id, confidence, reason_code)
     values ($1, 'linked', '501', 1, 'identity.phone_exact')`,
    [other.buyerId],
  );
  await api.command(other.id, 'opt-out', { json: { reason: 'said so' } });
  const found = async (query: string): Promise<string[]> =>
    buyerList.parse((await api.get(`/v1/buyers?${query}`)).body).items.map(({ id }) => id);
  expect(await found('phone=%2B1%20(202)%20555-0177')).toEqual([one.buyerId]);
  expect(await found('contact_id=501')).toEqual([other.buyerId]);
  expect(await found('opted_out=true')).toEqual([other.buyerId]);
  expect(await found('opted_out=false')).toEqual([one.buyerId]);
  expect(problemOf(await api.get('/v1/buyers?phone=none'))).toMatchObject({
    answer: '422 invalid_request',
    errors: [{ in: 'query', field: 'phone' }],
  });
  await api.world.pool.query(`update buyer_identity set value = '551187654321' where buyer_id = $1`, [
    one.buyerId,
  ]);
  expect(await found('phone=%2B55%2011%2098765-4321')).toEqual([one.buyerId]);
  expect(await pages('/v1/buyers', (body) => buyerList.parse(body))).toHaveLength(2);
});

test('decisions and versions of the policy are listed, and read one by one', async () => {
  const scene = await api.world.conversation();
  const done = expectDone(await api.command(scene.id, 'take-over'));
  const query = `conversation_id=${scene.id}&kind=command&reason_code=command.take_over`;
  const { items } = decisionList.parse((await api.get(`/v1/decisions?${query}`)).body);
  expect(items).toMatchObject([{ id: done.decision_id, verdict: 'take_over', conversation_id: scene.id }]);
  expect((await api.get(`/v1/decisions/${String(done.decision_id)}`)).body).toEqual(items[0]);
  expect(await pages('/v1/decisions', (body) => decisionList.parse(body))).toHaveLength(2);
  expect(problemOf(await api.get('/v1/decisions/999')).answer).toBe('404 decision_not_found');
  const [version] = policyList.parse((await api.get('/v1/policies')).body).items;
  const detail = policyDetail.parse((await api.get(`/v1/policies/${String(version?.id)}`)).body);
  expect(detail).toMatchObject({ ...version, document: {}, source_text: '' });
  expect(problemOf(await api.get('/v1/policies/x')).answer).toBe('404 policy_not_found');
});
