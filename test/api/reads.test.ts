import { buyerDetail, conversationDetail, conversationList, policyList } from '../../api/contract';
import type { ConversationList } from '../../api/contract';
import { NUMBER_ID, addFollowUp, addSend } from '../commands/world';
import type { Scene } from '../commands/world';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { bodyOf } from './expectations';

const ANY_STRING: unknown = expect.any(String);

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.end());

async function list(query = ''): Promise<ConversationList> {
  const response = await api.get(`/v1/conversations${query}`);
  expect({ status: response.status, body: bodyOf(response) }).toMatchObject({ status: 200 });
  return conversationList.parse(response.body);
}

async function statusOf(scene: Scene): Promise<string> {
  return conversationDetail.parse((await api.get(`/v1/conversations/${scene.id}`)).body).status;
}

describe('the list', () => {
  test('shows who a conversation belongs to and what is next', async () => {
    const scene = await api.world.conversation({ needsHuman: true });
    await addFollowUp(api.world, scene);
    const { items, next_cursor: next } = await list();
    expect(next).toBeNull();
    expect(items).toEqual([
      expect.objectContaining({
        id: scene.id,
        buyer: {
          id: scene.buyerId,
          name: 'Nora Example',
          names: [{ source: 'whatsapp', name: 'Nora Example', first_name: null }],
          wa_id: scene.waId,
          late_replies: 0,
          expected_late_replies: 0,
        },
        number_id: NUMBER_ID,
        owner: 'automation',
        status: 'needs_human',
        episode: { id: scene.episodeId, opened_at: ANY_STRING, closed_at: null },
        next_action: { kind: 'follow_up', at: ANY_STRING },
      }),
    ]);
  });

  test('pages through all conversations without gap or repeat, also those of one microsecond', async () => {
    const scenes = await Promise.all(Array.from({ length: 9 }, () => api.world.conversation()));
    await api.world.pool.query(`update conversation set last_activity_at = '2026-11-01T10:00:00.123456Z'`);
    await api.world.pool.query(
      `update conversation set last_activity_at = '2026-11-01T10:00:00.123457Z' where id = any($1)`,
      [scenes.slice(0, 3).map((scene) => scene.id)],
    );
    const seen: string[] = [];
    let query = '?limit=2';
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await list(query);
      seen.push(...page.items.map((item) => item.id));
      if (page.next_cursor === null) break;
      query = `?limit=2&cursor=${page.next_cursor}`;
    }
    expect(seen).toHaveLength(9);
    expect(new Set(seen)).toEqual(new Set(scenes.map((scene) => scene.id)));
    expect(new Set(seen.slice(0, 3))).toEqual(new Set(scenes.slice(0, 3).map((scene) => scene.id)));
  });

  test('finds by number of the buyer, owner and need of a person', async () => {
    const anna = await api.world.conversation({ owner: 'agent:anna' });
    const asking = await api.world.conversation({ needsHuman: true });
    const ids = async (query: string): Promise<string[]> => (await list(query)).items.map((item) => item.id);
    expect(await ids(`?buyer_wa_id=${anna.waId}`)).toEqual([anna.id]);
    expect(await ids(`?buyer_wa_id=%2B${anna.waId}`)).toEqual([anna.id]);
    expect(await ids('?buyer_wa_id=12025550000')).toEqual([]);
    expect(await ids('?owner=agent:anna')).toEqual([anna.id]);
    expect(await ids('?needs_human=true')).toEqual([asking.id]);
    expect(await ids('?needs_human=false')).toEqual([anna.id]);
  });
});

describe('the status', () => {
  test('is open while the buyer was last, waiting after our word, closed after the episode, idle before it', async () => {
    const scene = await api.world.conversation();
    expect(await statusOf(scene)).toBe('open');
    await api.world.pool.query(
      `insert into message (conversation_id, episode_id, direction, author, whatsapp_id, type, body, sent_at)
       values ($1, $2, 'outbound', 'automation', 'wamid.ours', 'text', '{}', now())`,
      [scene.id, scene.episodeId],
    );
    expect(await statusOf(scene)).toBe('waiting');
    await api.command(scene.id, 'close');
    expect(await statusOf(scene)).toBe('closed');
    await api.world.pool.query('update conversation set needs_human = true where id = $1', [scene.id]);
    expect(await statusOf(scene)).toBe('needs_human');
    const silent = await api.world.conversation({ wroteAgoMs: null });
    await api.world.pool.query('update decision set episode_id = null where conversation_id = $1', [
      silent.id,
    ]);
    await api.world.pool.query('delete from episode where conversation_id = $1', [silent.id]);
    expect(await statusOf(silent)).toBe('idle');
  });
});

describe('one conversation', () => {
  test('shows all that happened in it, as the contract says', async () => {
    const scene = await api.world.conversation();
    const { pool } = api.world;
    const link = await pool.query<{ id: number }>(
      `insert into identity_link (buyer_id, status, contact_id, confidence, reason_code)
       values ($1, 'linked', '501', 1, 'identity.phone_exact') returning id`,
      [scene.buyerId],
    );
    const followUpId = await addFollowUp(api.world, scene);
    const sendId = await addSend(api.world, scene, { status: 'delivered' });
    const message = await pool.query<{ id: string }>(
      `insert into message (conversation_id, episode_id, direction, author, whatsapp_id, type, text, body, sent_at, send_id)
       values ($1, $2, 'outbound', 'automation', 'wamid.ours', 'text', 'From 20 EUR.', '{}', now(), $3) returning id`,
      [scene.id, scene.episodeId, sendId],
    );
    await pool.query(
      `insert into wait (conversation_id, buyer_id, message_id, started_at, state) values ($1, $2, $3, now(), 'live')`,
      [scene.id, scene.buyerId, message.rows[0]?.id],
    );
    await pool.query(
      `insert into crm_record (object_kind, object_key, hubspot_id) values ('contact', $1, '501')`,
      [scene.buyerId],
    );
    await api.command(scene.id, 'take-over', { json: { reason: 'big order' } });
    await api.command(scene.id, 'take-over', { by: 'ben' });

    const response = await api.get(`/v1/conversations/${scene.id}`);
    const detail = conversationDetail.parse(response.body);

    expect(detail.owner).toBe('agent:anna');
    expect(detail.identity).toMatchObject({ status: 'linked', contact_id: '501', confidence: 1 });
    expect(detail.messages.map(({ direction, text, status }) => [direction, text, status])).toEqual([
      ['inbound', 'What does it cost?', null],
      ['outbound', 'From 20 EUR.', 'delivered'],
    ]);
    expect(detail.decisions.map(({ kind, reason_code: code }) => [kind, code])).toEqual([
      ['episode', 'episode.first'],
      ['command', 'command.take_over'],
      ['command', 'command.owned_by_other_agent'],
    ]);
    expect(detail.decisions[1]).toMatchObject({
      explanation: 'An agent took the conversation over.',
      policy_version: 1,
      identity_link_id: link.rows[0]?.id,
    });
    expect(detail.decisions[2]?.flip).toBe('force=true');
    expect(detail.follow_ups).toMatchObject([{ id: followUpId, attempt: 1, status: 'ended' }]);
    expect(detail.sends).toMatchObject([{ id: sendId, kind: 'reply', status: 'delivered' }]);
    expect(detail.waits).toMatchObject([{ state: 'live', ended_at: null }]);
    expect(detail.commands).toMatchObject([
      { actor: 'anna', outcome: 'done', reason: 'big order', refusal: null },
      { actor: 'ben', outcome: 'refused', refusal: 'owned_by_other_agent' },
    ]);
    expect(detail.crm).toEqual(
      expect.arrayContaining([
        {
          object_kind: 'contact',
          object_key: scene.buyerId,
          hubspot_id: '501',
          synced_at: ANY_STRING,
          pending: true,
        },
        {
          object_kind: 'communication',
          object_key: scene.episodeId,
          hubspot_id: null,
          synced_at: null,
          pending: true,
        },
      ]),
    );
  });

  test('shows the newest 200 of a list, oldest first', async () => {
    const scene = await api.world.conversation();
    await api.world.pool.query(
      `insert into message (conversation_id, direction, author, whatsapp_id, type, text, body, sent_at)
       select $1, 'inbound', 'buyer', 'wamid.n' || n, 'text', 'n' || n, '{}', now() + n * interval '1 second'
         from generate_series(1, 250) n`,
      [scene.id],
    );
    const { messages } = conversationDetail.parse((await api.get(`/v1/conversations/${scene.id}`)).body);
    expect(messages).toHaveLength(200);
    expect([messages[0]?.text, messages.at(-1)?.text]).toEqual(['n51', 'n250']);
  });

  test('a pause for good reads as infinity', async () => {
    const scene = await api.world.conversation();
    await api.command(scene.id, 'pause', { json: { forever: true } });
    const detail = conversationDetail.parse((await api.get(`/v1/conversations/${scene.id}`)).body);
    expect(detail.paused_until).toBe('infinity');
  });
});

test('a buyer is shown with identities and links of all times and the counted waits', async () => {
  const scene = await api.world.conversation();
  const { pool } = api.world;
  await pool.query('update buyer set late_replies = 2, expected_late_replies = 1.25 where id = $1', [
    scene.buyerId,
  ]);
  await pool.query(
    `insert into buyer_identity (buyer_id, kind, value, valid_to) values ($1, 'username', 'nora.example', now())`,
    [scene.buyerId],
  );
  await pool.query(
    `insert into identity_link (buyer_id, status, confidence, reason_code, candidates, ended_at, end_reason)
     values ($1, 'ambiguous', 0, 'identity.several_candidates', '["501","502"]', now(), 'chosen by a person'),
            ($1, 'linked', 1, 'identity.phone_exact', '[]', null, null)`,
    [scene.buyerId],
  );
  const buyer = buyerDetail.parse((await api.get(`/v1/buyers/${scene.buyerId}`)).body);
  expect(buyer).toMatchObject({
    late_replies: 2,
    expected_late_replies: 1.25,
    identities: [
      { kind: 'wa_id', value: scene.waId, valid_to: null },
      { kind: 'username', value: 'nora.example' },
    ],
    links: [{ status: 'ambiguous', candidates: ['501', '502'] }, { status: 'linked' }],
    conversation_ids: [scene.id],
  });
});

test('the versions of the policy are listed', async () => {
  const { items } = policyList.parse((await api.get('/v1/policies')).body);
  expect(items).toMatchObject([{ name: 'test', status: 'active' }]);
});
