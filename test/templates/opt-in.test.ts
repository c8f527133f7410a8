import { randomUUID } from 'node:crypto';
import type { Scene } from '../commands/world';
import { activateShippedPolicy } from '../ingest/policy';
import { LedgerWorld } from '../store/ledger-world';
import { addTemplate, templateMessage } from './world';

const DAY_MS = 86_400_000;

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
  await addTemplate(ledger.world.pool, { name: 'hello' });
});
beforeEach(() => activateShippedPolicy(ledger.world.pool));
afterAll(() => ledger.close());

describe('a template outside the window needs an opt-in', () => {
  const tell = (days: number) =>
    activateShippedPolicy(ledger.world.pool, [
      [/^sending:\n/m, `templates: { written_opt_in_days: ${days} }\nsending:\n`],
    ]);
  const order = (scene: Scene) =>
    ledger.command(scene, { kind: 'send_message', arguments: { message: templateMessage('hello') } });
  const isAllowed = async (scene: Scene) => {
    const result = await order(scene);
    return result.kind === 'done' ? true : result.refusal;
  };
  const wrote = (days: number) => ledger.world.conversation({ wroteAgoMs: days * DAY_MS });

  test('for which a message of the last 30 days counts, or of as many as the policy says', async () => {
    expect(await isAllowed(await wrote(29))).toBe(true);
    expect(await isAllowed(await wrote(31))).toBe('no_opt_in');
    expect(await isAllowed(await wrote(3 * 365))).toBe('no_opt_in');
    await tell(90);
    expect(await isAllowed(await wrote(31))).toBe(true);
    await tell(0);
    expect(await isAllowed(await wrote(2))).toBe('no_opt_in');
  });

  test('for which imported history counts never', async () => {
    const scene = await wrote(2);
    await ledger.world.pool.query('update message set is_imported = true where id = $1', [scene.messageId]);
    expect(await isAllowed(scene)).toBe('no_opt_in');
  });

  test('for which a recorded one counts, however long ago the buyer wrote', async () => {
    const scene = await wrote(3 * 365);
    await ledger.world.pool.query(
      `insert into consent (key, buyer_id, value, source, reason_code, occurred_at, decision_id)
       values ($1, $2, 'opt_in', 'command', 'command.start_conversation', now() - interval '2 years', $3)`,
      [randomUUID(), scene.buyerId, scene.decisionId],
    );
    expect(await isAllowed(scene)).toBe(true);
  });

  test('also at the moment when it leaves', async () => {
    const scene = await wrote(2);
    const result = await order(scene);
    const sendId = result.kind === 'done' ? (result.answer.send_id ?? '') : '';
    await tell(1);
    await ledger.deliver(sendId);
    expect(await ledger.row(sendId)).toEqual({ status: 'refused', reason_code: 'template.no_opt_in' });
    const asked = 'select reason_code from conversation where id = $1 and needs_human';
    expect(await ledger.world.value(asked, [scene.id])).toBe('template.no_opt_in');
  });
});
