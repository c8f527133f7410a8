import request from 'supertest';
import type { Response } from 'supertest';
import { buyerDetail, conversationDetail, joinBuyersAnswer, undoJoinAnswer } from '../../api/contract';
import type { BuyerDetail } from '../../api/contract';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { message, messages } from '../ingest/bodies';
import type { Json } from '../ingest/bodies';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { problemOf } from './expectations';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.end());

let people = 0;

/** Two buyers who have proved to be one, by a message that names both. */
async function joined(): Promise<{
  surviving: BuyerDetail;
  joinedId: string;
  say: (sender: Json) => Promise<void>;
}> {
  people += 1;
  const phone = { from: `4477009002${String(people).padStart(2, '0')}` };
  const user = { from_user_id: `GB.9${people}` };
  const say = async (sender: Json): Promise<void> => {
    const { pool } = api.world;
    await assignItems(pool, await captureBody(pool, Buffer.from(JSON.stringify(messages(message(sender))))));
  };
  for (const sender of [phone, user, { ...phone, ...user }]) await say(sender);
  const ids = await api.world.pool.query<{ surviving: string; joined: string }>(
    'select surviving_buyer_id as surviving, joined_buyer_id as joined from buyer_join order by id desc limit 1',
  );
  const { surviving, joined: joinedId } = ids.rows[0] ?? { surviving: '', joined: '' };
  return { surviving: await buyer(surviving), joinedId, say };
}

const buyer = async (id: string): Promise<BuyerDetail> =>
  buyerDetail.parse((await api.get(`/v1/buyers/${id}`)).body);

async function undo(
  joinId: number | string,
  options: { json?: object; key?: string } = {},
): Promise<Response> {
  const call = request(api.app)
    .post(`/v1/buyer-joins/${joinId}/undo`)
    .set('Authorization', 'Bearer test-token-anna');
  if (options.key !== undefined) call.set('Idempotency-Key', options.key);
  return options.json === undefined ? call : call.send(options.json);
}

test('a buyer shows the joins, and undoing one gives both their conversations', async () => {
  const { surviving, joinedId } = await joined();
  const joinId = surviving.joins[0]?.id ?? 0;
  expect(surviving.joins).toEqual([
    {
      id: expect.any(Number) as number,
      joined_at: expect.any(String) as string,
      other_buyer_id: joinedId,
      is_survivor: true,
      is_conflict: false,
      undone_at: null,
    },
  ]);
  expect((await buyer(joinedId)).joins).toMatchObject([
    { id: joinId, other_buyer_id: surviving.id, is_survivor: false },
  ]);

  const response = await undo(joinId, { json: { reason: 'two sisters' }, key: 'sisters' });
  const answer = undoJoinAnswer.parse(response.body);
  expect(answer).toMatchObject({ outcome: 'done', repeated: false, join_id: joinId });

  const [ours, theirs] = [await buyer(surviving.id), await buyer(joinedId)];
  expect(theirs.joined_into).toBeNull();
  expect(answer.buyers).toEqual([
    { id: ours.id, conversation_ids: ours.conversation_ids },
    { id: theirs.id, conversation_ids: theirs.conversation_ids },
  ]);
  expect([...ours.conversation_ids, ...theirs.conversation_ids]).toHaveLength(2);
  expect(ours.joins).toMatchObject([{ id: joinId, undone_at: expect.any(String) as string }]);
  expect(api.handedOver).toEqual(
    expect.arrayContaining([...ours.conversation_ids, ...theirs.conversation_ids]),
  );

  const detail = conversationDetail.parse(
    (await api.get(`/v1/conversations/${String(ours.conversation_ids[0])}`)).body,
  );
  expect(detail.commands).toMatchObject([
    { kind: 'undo_join', actor: 'anna', reason: 'two sisters', outcome: 'done' },
  ]);
  expect(detail.decisions.map(({ reason_code: code, explanation }) => [code, explanation])).toEqual([
    ['identity.joined', 'Two buyers proved to be one person, so their conversations were joined.'],
    [
      'identity.join_undone',
      'A person undid the joining of two buyers: each has the own conversation again.',
    ],
  ]);

  const again = await undo(joinId, { json: { reason: 'two sisters' }, key: 'sisters' });
  expect(undoJoinAnswer.parse(again.body)).toEqual({ ...answer, repeated: true });
  expect(problemOf(await undo(joinId)).answer).toBe('409 join_already_undone');
});

test('what cannot be undone is refused with what to do first', async () => {
  const { surviving, say } = await joined();
  const identity = surviving.identities.find(({ kind }) => kind === 'wa_id');
  await say({ from_parent_user_id: 'GB.ENT.77' });
  await say({ from: identity?.value, from_parent_user_id: 'GB.ENT.77' });
  const [first, second] = (await buyer(surviving.id)).joins;
  const refused = await undo(first?.id ?? 0);
  expect(problemOf(refused).answer).toBe('409 later_join_first');
  expect(refused.body).toMatchObject({ later_join_id: second?.id });
  expect(problemOf(await undo('999999')).answer).toBe('404 join_not_found');
  expect(problemOf(await undo('first')).answer).toBe('404 join_not_found');
  expect(problemOf(await undo(second?.id ?? 0, { json: { resaon: 'x' } })).answer).toBe(
    '422 invalid_request',
  );
});

test('a key that another command has is refused', async () => {
  const { surviving } = await joined();
  const [conversationId] = surviving.conversation_ids;
  await api.command(conversationId ?? '', 'take-over', { key: 'taken' });
  expect(problemOf(await undo(surviving.joins[0]?.id ?? 0, { key: 'taken' })).answer).toBe(
    '422 idempotency_key_reused',
  );
  expect((await buyer(surviving.id)).joins[0]?.undone_at).toBeNull();
});

describe('a join by hand', () => {
  async function joinByHand(
    ids: readonly string[],
    options: { key?: string; json?: object } = {},
  ): Promise<Response> {
    const call = request(api.app).post('/v1/buyer-joins').set('Authorization', 'Bearer test-token-anna');
    if (options.key !== undefined) call.set('Idempotency-Key', options.key);
    return call.send(options.json ?? { buyer_ids: ids, reason: 'it is one woman after all' });
  }

  test('mends a mistaken undo, is told the same under its key, and can be undone itself', async () => {
    const { surviving, joinedId, say } = await joined();
    await undo(surviving.joins[0]?.id ?? 0);
    const ids = [joinedId, surviving.id];
    const answer = joinBuyersAnswer.parse((await joinByHand(ids, { key: 'mend' })).body);
    expect(answer).toMatchObject({ buyer_id: surviving.id, joined_buyer_id: joinedId, repeated: false });
    const one = await buyer(surviving.id);
    expect(one.conversation_ids).toEqual(answer.conversation_ids);
    expect(one.conversation_ids).toHaveLength(1);
    expect((await buyer(joinedId)).joined_into).toBe(surviving.id);
    expect(api.handedOver).toEqual(expect.arrayContaining([...answer.conversation_ids]));
    // Evidence agrees from now on, and asks nobody.
    const [phone, user] = ['wa_id', 'bsuid'].map(
      (kind) => one.identities.find((row) => row.kind === kind)?.value,
    );
    await say({ from: phone, from_user_id: user });
    expect((await buyer(surviving.id)).conversation_ids).toHaveLength(1);

    const again = joinBuyersAnswer.parse((await joinByHand(ids, { key: 'mend' })).body);
    expect(again).toEqual({ ...answer, repeated: true });
    expect(problemOf(await joinByHand([joinedId, joinedId], { key: 'mend' })).answer).toBe(
      '422 idempotency_key_reused',
    );
    expect((await undo(answer.join_id)).status).toBe(200);
    expect((await buyer(joinedId)).joined_into).toBeNull();
  });

  test('is refused where it cannot be', async () => {
    const first = await joined();
    const second = await joined();
    const nobody = '00000000-0000-4000-8000-000000000000';
    const answers = [
      await joinByHand([first.surviving.id, first.surviving.id]),
      await joinByHand([first.surviving.id, first.joinedId]),
      await joinByHand([second.surviving.id, first.joinedId]),
      await joinByHand([first.surviving.id, nobody]),
    ];
    expect(answers.map((one) => problemOf(one).answer)).toEqual([
      '409 same_buyer',
      '409 same_buyer',
      '409 buyer_joined',
      '404 buyer_not_found',
    ]);
    expect(answers[2]?.body).toMatchObject({ joined_into: first.surviving.id });
    const withoutReason = await joinByHand([], {
      json: { buyer_ids: [first.surviving.id, second.surviving.id] },
    });
    expect(problemOf(withoutReason).answer).toBe('422 invalid_request');
  });

  test('of one pair at the same moment happens once', async () => {
    const { surviving, joinedId } = await joined();
    await undo(surviving.joins[0]?.id ?? 0);
    const answers = await Promise.all([1, 2, 3].map(() => joinByHand([surviving.id, joinedId])));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });
});
