import { randomInt } from 'node:crypto';
import request from 'supertest';
import type { Response } from 'supertest';
import { buyerDetail } from '../../api/contract';
import { createTestApi } from '../api/app';
import type { TestApi } from '../api/app';
import { expectDone, problemOf } from '../api/expectations';
import { NUMBER_ID } from '../commands/world';
import { activateShippedPolicy } from '../ingest/policy';
import { addTemplate, templateMessage } from './world';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  const { pool } = api.world;
  await activateShippedPolicy(pool, [
    [/^sending:\n/m, 'templates: { fallback_language: en_US }\nsending:\n'],
  ]);
  await addTemplate(pool, {
    name: 'order_ready',
    components: [{ type: 'BODY', text: 'Order {{1}} is ready.' }],
  });
  await addTemplate(pool, { name: 'offer', category: 'MARKETING' });
  await addTemplate(pool, { name: 'halted', status: 'PAUSED' });
});
afterAll(() => api.end());

const newPhone = () => `+1202555${randomInt(1_000, 9_999)}`;
const OPT_IN = { how: 'web form', when: '2026-01-05T10:00:00.000Z', evidence: 'order 4711' };
const { template: READY } = templateMessage('order_ready', ['4711']);

const start = (json: object, { by = 'anna', key }: { by?: string; key?: string } = {}): Promise<Response> => {
  const call = request(api.app).post('/v1/conversations').set('Authorization', `Bearer test-token-${by}`);
  if (key !== undefined) call.set('Idempotency-Key', key);
  return Promise.resolve(call.send({ number_id: NUMBER_ID, template: READY, opt_in: OPT_IN, ...json }));
};
const count = (table: string) => api.world.value(`select count(*) from ${table}`);
const sendOf = (id: string | null) =>
  api.world.value(
    `select row_to_json(one) from (select status, author, kind, body from send where id = $1) as one`,
    [id],
  );

describe('writing first', () => {
  test('makes buyer and conversation, notes the opt-in with its evidence, and plans the template', async () => {
    const phone = newPhone();
    const done = expectDone(await start({ phone, expects_answer: true }));
    expect(done.conversation.owner).toBe('agent:anna');
    expect(done.template).toEqual({ language: 'en_US', step: 'exact', category: 'UTILITY' });
    expect(await sendOf(done.send_id)).toMatchObject({
      status: 'planned',
      author: 'agent:anna',
      kind: 'human',
      body: { type: 'template', template: READY },
    });
    const buyerId = String(
      await api.world.value('select buyer_id from conversation where id = $1', [done.conversation.id]),
    );
    const buyer = buyerDetail.parse((await api.get(`/v1/buyers/${buyerId}`)).body);
    expect(buyer.consents).toMatchObject([
      { value: 'opt_in', source: 'command', occurred_at: '2026-01-05T10:00:00.000Z', details: OPT_IN },
    ]);
    expect(buyer.identities).toMatchObject([{ kind: 'wa_id', value: phone.slice(1) }]);
    expect(api.handedOver).toContain(done.conversation.id);
  });

  test('happens once for one key, however often and at once', async () => {
    const phone = newPhone();
    const answers = await Promise.all([1, 2, 3, 4].map(() => start({ phone }, { key: 'start-once' })));
    const ids = answers.map((answer) => expectDone(answer).send_id);
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter((answer) => !expectDone(answer).repeated)).toHaveLength(1);
    const other = problemOf(await start({ phone: newPhone() }, { key: 'start-once' }));
    expect(other.answer).toBe('422 idempotency_key_reused');
  });

  test('goes on in the conversation that there is, also for another spelling of the phone', async () => {
    const first = expectDone(await start({ phone: '+52 1 55 1234 5678' }));
    const second = expectDone(await start({ phone: '+52 55 1234 5678' }));
    expect(second.conversation.id).toBe(first.conversation.id);
    const byId = expectDone(await start({ user_id: 'US.13491208655302741918' }));
    expect(byId.conversation.id).not.toBe(first.conversation.id);
  });

  test('takes the fallback language and says so', async () => {
    const { template } = templateMessage('order_ready', ['4711'], 'es_MX');
    const done = expectDone(await start({ phone: newPhone(), template }));
    expect(done.template).toMatchObject({ language: 'en_US', step: 'fallback' });
    expect(await sendOf(done.send_id)).toMatchObject({ body: { template: { language: { code: 'en_US' } } } });
    expect(
      await api.world.value(`select inputs #>> '{control,template,step}' from decision where id = $1`, [
        done.decision_id,
      ]),
    ).toBe('fallback');
  });

  test.each<[string, object, readonly [answer: string, field?: string]]>([
    ['no evidence', { opt_in: { ...OPT_IN, evidence: ' ' } }, ['422 invalid_request', 'opt_in.evidence']],
    ['no opt-in', { opt_in: undefined }, ['422 invalid_request', 'opt_in']],
    ['an unknown number', { number_id: '999999999999' }, ['404 number_not_found']],
    ['an unknown template', { template: templateMessage('nothing').template }, ['422 template_not_found']],
    [
      'a paused template',
      { template: templateMessage('halted').template },
      ['409 template_not_approved', 'template'],
    ],
    [
      'missing values',
      { template: templateMessage('order_ready').template },
      ['422 template_parameters_wrong', 'template'],
    ],
    ['free text', { template: undefined, text: { body: 'Hi' } }, ['422 invalid_request', 'template']],
  ])('is refused and leaves nobody behind: %s', async (_name, change, [answer, field]) => {
    const before = [await count('buyer'), await count('conversation'), await count('send')];
    const problem = problemOf(await start({ phone: newPhone(), ...change }));
    expect(problem.answer).toBe(answer);
    expect(problem.errors?.[0]?.field).toBe(field);
    expect([await count('buyer'), await count('conversation'), await count('send')]).toEqual(before);
  });

  test('names component, placeholder and what is expected', async () => {
    const problem = problemOf(
      await start({ phone: newPhone(), template: templateMessage('order_ready').template }),
    );
    expect(problem.detail).toBe(
      'template: body {{1}}: needs a parameter of type text or currency or date_time',
    );
  });

  test('is refused to whoever opted out, even with a newer opt-in, and the opt-out stays', async () => {
    const phone = newPhone();
    const { conversation } = expectDone(await start({ phone }));
    expectDone(await api.command(conversation.id, 'opt-out', { json: { reason: 'said so' } }));
    const problem = problemOf(await start({ phone, opt_in: { ...OPT_IN, when: new Date().toISOString() } }));
    expect(problem.answer).toBe('409 buyer_opted_out');
    expect(
      await api.world.value(
        'select opted_out_at is not null from buyer join conversation on buyer_id = buyer.id where conversation.id = $1',
        [conversation.id],
      ),
    ).toBe(true);
  });

  test('is refused where the opt-in lies in the future, or another agent writes', async () => {
    const phone = newPhone();
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const problem = problemOf(await start({ phone, opt_in: { ...OPT_IN, when: later } }));
    expect(problem).toMatchObject({ answer: '422 opt_in_in_future', errors: [{ field: 'opt_in.when' }] });
    expectDone(await start({ phone }));
    expect(problemOf(await start({ phone }, { by: 'ben' })).answer).toBe('409 owned_by_other_agent');
    expectDone(await start({ phone, force: true }, { by: 'ben' }));
  });
});

describe('advertising', () => {
  const offer = templateMessage('offer');

  test('needs a recorded opt-in also in a running conversation', async () => {
    const scene = await api.world.conversation();
    const waId = '34612345600';
    await api.world.pool.query('update buyer_identity set value = $2 where buyer_id = $1', [
      scene.buyerId,
      waId,
    ]);
    const refused = problemOf(await api.command(scene.id, 'messages', { json: offer }));
    expect(refused.answer).toBe('409 no_marketing_consent');
    expectDone(await start({ phone: `+${waId}`, template: offer.template }));
    expectDone(await api.command(scene.id, 'messages', { json: offer }));
  });

  test('and a template for whoever never wrote needs one, too', async () => {
    const scene = await api.world.conversation({ wroteAgoMs: null });
    const refused = problemOf(
      await api.command(scene.id, 'messages', { json: templateMessage('order_ready', ['1']) }),
    );
    expect(refused.answer).toBe('409 no_opt_in');
  });
});
