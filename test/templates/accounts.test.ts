import { randomUUID } from 'node:crypto';
import { startConversation } from '../../api/ingest/start-conversation';
import { listTemplates } from '../../api/read/templates';
import { NUMBER_ID } from '../commands/world';
import type { Scene } from '../commands/world';
import { activateShippedPolicy } from '../ingest/policy';
import { LedgerWorld } from '../store/ledger-world';
import { ACCOUNT, addTemplate, templateMessage } from './world';

const OTHER_ACCOUNT = '100000000000010';
const DAY_MS = 86_400_000;

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.world.pool.query('delete from template');
  await belongsTo(ACCOUNT);
});

/** Which account the number belongs to, as webhooks told. */
const belongsTo = (wabaId: string | null) =>
  ledger.world.pool.query('update number set waba_id = $2 where phone_number_id = $1', [NUMBER_ID, wabaId]);
const there = (more: Omit<Parameters<typeof addTemplate>[1], 'name' | 'wabaId'> = {}) =>
  addTemplate(ledger.world.pool, { name: 'hello', wabaId: OTHER_ACCOUNT, ...more });
const here = (more: Omit<Parameters<typeof addTemplate>[1], 'name' | 'wabaId'> = {}) =>
  addTemplate(ledger.world.pool, { name: 'hello', ...more });
const silent = () => ledger.world.conversation({ wroteAgoMs: 2 * DAY_MS });
const order = (scene: Scene) =>
  ledger.command(scene, { kind: 'send_message', arguments: { message: templateMessage('hello') } });

async function write(): Promise<string> {
  const result = await order(await silent());
  if (result.kind !== 'done' || result.answer.send_id === null) throw new Error('not planned');
  return result.answer.send_id;
}

describe('a template that another account has, too', () => {
  test('is judged as the account of the number has it when it is ordered', async () => {
    await there();
    expect(await order(await silent())).toMatchObject({ kind: 'refused', refusal: 'template_not_found' });
    await here({ status: 'PAUSED' });
    expect(await order(await silent())).toMatchObject({ kind: 'refused', refusal: 'template_not_approved' });
    await here({ components: [{ type: 'BODY', text: 'Hi {{1}}' }] });
    expect(await order(await silent())).toMatchObject({
      kind: 'refused',
      refusal: 'template_parameters_wrong',
    });
  });

  test('is judged as the account of the number has it when it leaves', async () => {
    await here();
    await there({ status: 'PAUSED' });
    expect(await ledger.deliver(await write())).toMatchObject({ status: 'accepted' });
    const late = await write();
    await there();
    await here({ status: 'PAUSED' });
    await ledger.deliver(late);
    expect(await ledger.row(late)).toEqual({ status: 'refused', reason_code: 'template.paused' });
  });

  test('lends no language to a number of another account', async () => {
    await activateShippedPolicy(ledger.world.pool, [
      [/^sending:\n/m, 'templates:\n  fallback_language: de\nsending:\n'],
    ]);
    await there({ language: 'en' });
    await there({ language: 'de' });
    expect(await order(await silent())).toMatchObject({ kind: 'refused', refusal: 'template_not_found' });
    await here({ language: 'de' });
    expect(await order(await silent())).toMatchObject({
      kind: 'done',
      answer: { template: { language: 'de' } },
    });
    await activateShippedPolicy(ledger.world.pool);
  });

  test('is judged by the number when somebody writes first', async () => {
    await there();
    const begin = () =>
      startConversation(ledger.world.pool, {
        phoneNumberId: NUMBER_ID,
        identifier: '12025550177',
        actor: 'anna',
        idempotencyKey: randomUUID(),
        arguments: {
          message: templateMessage('hello'),
          optIn: { how: 'web form', when: '2026-01-05T10:00:00.000Z', evidence: 'order 4711' },
        },
      });
    expect((await begin()).result).toMatchObject({ refusal: 'template_not_found' });
    await here();
    expect((await begin()).result).toMatchObject({ kind: 'done' });
  });

  test('is listed for a number as its account has it', async () => {
    await here();
    await there({ status: 'PAUSED' });
    const listed = await listTemplates(ledger.world.pool, { number_id: NUMBER_ID });
    expect(listed.items.map((one) => [one.waba_id, one.status])).toEqual([[ACCOUNT, 'APPROVED']]);
  });
});

describe('a number whose account no webhook has told yet', () => {
  beforeEach(() => belongsTo(null));

  test('uses the only account that is known', async () => {
    await here();
    expect(await order(await silent())).toMatchObject({ kind: 'done' });
  });

  test('uses none of several', async () => {
    await here();
    await there();
    expect(await order(await silent())).toMatchObject({ kind: 'refused', refusal: 'template_not_found' });
  });
});
