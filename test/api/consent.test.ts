import type { Response } from 'supertest';
import { z } from 'zod';
import { buyerDetail, neverAutomateList } from '../../api/contract';
import { judgeClaim } from '../../domain/send/gate.decide';
import { inTransaction } from '../../platform/database';
import { lockConversation } from '../../store/conversation.store';
import { readSendForClaim } from '../../store/send-claim.store';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { expectDone, problemOf } from './expectations';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.end());

const why = { json: { reason: 'she said so on the telephone' } };

describe('what a buyer said elsewhere', () => {
  test('an opt-out is noted with its evidence, ends what automation planned, and is taken back by an opt-in', async () => {
    const scene = await api.world.conversation();
    const out = expectDone(await api.command(scene.id, 'opt-out', why));
    const again = problemOf(await api.command(scene.id, 'opt-out', why));
    expect(again.answer).toBe('409 already_opted_out');
    const refused = problemOf(await api.command(scene.id, 'messages', { json: { text: { body: 'Hi' } } }));
    expect(refused.answer).toBe('409 buyer_opted_out');
    const back = expectDone(await api.command(scene.id, 'opt-in', why));
    expect(problemOf(await api.command(scene.id, 'opt-in', why)).answer).toBe('409 not_opted_out');

    const buyer = buyerDetail.parse((await api.get(`/v1/buyers/${scene.buyerId}`)).body);
    expect(buyer.opted_out_at).toBeNull();
    expect(buyer.consents).toMatchObject([
      { value: 'stop', source: 'command', reason_code: 'command.opt_out', decision_id: out.decision_id },
      { value: 'resume', source: 'command', reason_code: 'command.opt_in', decision_id: back.decision_id },
    ]);
    expect(await api.world.value('select reason from command where id = $1', [out.command_id])).toBe(
      'she said so on the telephone',
    );
  });

  test('a person may write in spite of an opt-out, with a reason only, and the message passes the gate', async () => {
    const scene = await api.world.conversation();
    expectDone(await api.command(scene.id, 'opt-out', why));
    const message = { text: { body: 'Your parcel came back' }, override_opt_out: true };
    const mute = problemOf(await api.command(scene.id, 'messages', { json: message }));
    expect(mute).toMatchObject({ answer: '422 invalid_request', field: 'reason' });
    const sent = expectDone(
      await api.command(scene.id, 'messages', { json: { ...message, reason: 'she asked on the telephone' } }),
    );
    const send = await inTransaction(api.world.pool, (client) =>
      readSendForClaim(client, sent.send_id ?? '', 0),
    );
    expect(send?.facts).toMatchObject({ isOptedOut: true, overridesOptOut: true });
    expect(send === null ? null : judgeClaim(send.facts)).toEqual({ kind: 'go' });
  });

  test.each(['opt-out', 'opt-in'])(
    '%s without a reason is refused, as nothing would prove it',
    async (door) => {
      const scene = await api.world.conversation();
      const problem = problemOf(await api.command(scene.id, door, { json: { reason: ' ' } }));
      expect(problem).toMatchObject({ answer: '422 invalid_request', field: 'reason' });
    },
  );
});

const idOf = (answer: Response) => z.looseObject({ id: z.number() }).parse(answer.body).id;

describe('the list of people whom automation never writes to', () => {
  const add = (json: object) => api.post('/v1/never-automate', undefined, json);
  const list = async (query = '') =>
    neverAutomateList.parse((await api.get(`/v1/never-automate${query}`)).body).items;

  test('takes phones in any spelling, once, and shows who put them there and who removed them', async () => {
    const added = await add({ phone: '+1 (202) 555-0177', reason: 'a lawyer' });
    expect([added.status, (await add({ phone: '0012025550177', reason: 'again' })).status]).toEqual([
      201, 200,
    ]);
    expect(await list()).toMatchObject([
      { kind: 'wa_id', value: '12025550177', reason: 'a lawyer', added_by: 'anna', removed_at: null },
    ]);
    const path = `/v1/never-automate/${idOf(added)}/remove`;
    expect((await api.post(path, undefined, { reason: 'a mistake' })).status).toBe(200);
    expect((await api.post(path, undefined, { reason: 'a mistake' })).status).toBe(404);
    expect(await list()).toEqual([]);
    expect(await list('?removed=true')).toMatchObject([
      { value: '12025550177', removed_by: 'anna', remove_reason: 'a mistake' },
    ]);
  });

  test.each<[object, string]>([
    [{ reason: 'x' }, 'phone'],
    [{ phone: '+12025550177', user_id: 'US.1', reason: 'x' }, 'phone'],
    [{ phone: 'no number', reason: 'x' }, 'phone'],
    [{ user_id: 'foo_bar', reason: 'x' }, 'user_id'],
    [{ phone: '+12025550177' }, 'reason'],
  ])('refuses %j and names %s', async (json, field) => {
    const answer = await add(json);
    expect(problemOf(answer)).toMatchObject({ answer: '422 invalid_request', field });
  });

  test.each(['5511987650001', '551187650001'])(
    'holds for a Brazilian number in both forms: %s',
    async (waId) => {
      const scene = await api.world.conversation();
      await api.world.pool.query('update buyer_identity set value = $2 where buyer_id = $1', [
        scene.buyerId,
        waId,
      ]);
      await add({ phone: '+55 11 98765-0001', reason: 'x' });
      const locked = await inTransaction(api.world.pool, (client) => lockConversation(client, scene.id));
      expect(locked?.isNeverAutomated).toBe(true);
      await api.world.pool.query('update buyer_identity set valid_to = now() where buyer_id = $1', [
        scene.buyerId,
      ]);
    },
  );
});
