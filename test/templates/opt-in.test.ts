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

describe('advertising', () => {
  /** A buyer who wants it, known as this. */
  async function agreed(kind: 'wa_id' | 'bsuid', value: string): Promise<Scene> {
    const scene = await ledger.world.conversation();
    await ledger.world.pool.query('update buyer_identity set valid_to = now() where value = $1', [value]);
    await ledger.world.pool.query('update buyer_identity set kind = $2, value = $3 where buyer_id = $1', [
      scene.buyerId,
      kind,
      value,
    ]);
    await ledger.world.pool.query(
      `insert into consent (key, buyer_id, value, source, reason_code, occurred_at, decision_id)
       values ($1, $2, 'opt_in', 'command', 'command.start_conversation', now(), $3)`,
      [randomUUID(), scene.buyerId, scene.decisionId],
    );
    return scene;
  }
  const advertise = async (scene: Scene) => {
    const message = templateMessage('offer');
    const result = await ledger.command(scene, { kind: 'send_message', arguments: { message } });
    return result.kind === 'done' ? 'done' : result.refusal;
  };
  beforeAll(() => addTemplate(ledger.world.pool, { name: 'offer', category: 'MARKETING' }));

  test.each([
    ['wa_id', '12025550123', 'marketing_blocked'],
    ['bsuid', 'US.13491208655302741918', 'marketing_blocked'],
    // Of no country that anybody knows.
    ['wa_id', '10005550123', 'marketing_blocked'],
    ['wa_id', '16045550123', 'done'],
    ['wa_id', '447700900123', 'done'],
    ['bsuid', 'GB.13491208655302741918', 'done'],
  ] as const)('for %s %s: %s', async (kind, value, outcome) => {
    expect(await advertise(await agreed(kind, value))).toBe(outcome);
  });

  test('goes where the policy says that WhatsApp delivers it again, and not where it says that it does not', async () => {
    await activateShippedPolicy(ledger.world.pool, [
      [/^sending:\n/m, 'templates: { marketing_blocked_countries: [ES] }\nsending:\n'],
    ]);
    expect(await advertise(await agreed('wa_id', '12025550124'))).toBe('done');
    expect(await advertise(await agreed('wa_id', '34612345678'))).toBe('marketing_blocked');
  });
});
