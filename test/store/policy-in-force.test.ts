import { readFileSync } from 'node:fs';
import { inTransaction } from '../../platform/database';
import { parsePolicy } from '../../platform/policy';
import { setNumberMode } from '../../store/commands/allow-automation';
import { activatePolicy } from '../../store/policy.store';
import { BudgetWorld } from '../budget/budget-world';
import { NUMBER_ID } from '../commands/world';

let at: BudgetWorld;
beforeAll(async () => {
  at = await BudgetWorld.start();
});
afterAll(() => at.stop());

const DEFAULT = readFileSync('policy/default.yaml', 'utf8');

async function activate(sourceText: string): Promise<void> {
  const parsed = parsePolicy(sourceText, 'a policy');
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  await inTransaction(at.world.pool, (client) => activatePolicy(client, { ...parsed, sourceText }));
}
const mode = () => at.world.value('select mode from number where phone_number_id = $1', [NUMBER_ID]);
const live = DEFAULT.replace('modes: {}', `modes: { '${NUMBER_ID}': live }`);

test('a new policy sets the modes that nobody chose, and leaves those that a person did', async () => {
  const order = { phoneNumberId: NUMBER_ID, actor: 'anna', reason: 'a test' };
  await activate(DEFAULT);
  await setNumberMode(at.world.pool, { ...order, mode: 'draft' });
  await activate(live);
  expect(await mode()).toBe('draft');
  await setNumberMode(at.world.pool, { ...order, mode: null });
  expect(await mode()).toBe('live');
  await activate(DEFAULT);
  expect(await mode()).toBe('observe');
  const last = await at.world.value(
    'select to_jsonb(one) from (select mode_before, mode_after, actor from number_mode_change order by id desc limit 1) as one',
  );
  expect(last).toEqual({ mode_before: 'live', mode_after: 'observe', actor: 'policy' });
});

test('a policy with another time zone counts the months anew', async () => {
  await activate(live);
  const sendId = await at.claimed(await at.conversation());
  await at.world.pool.query(`update send set claimed_at = '2026-10-31T23:30:00Z' where id = $1`, [sendId]);
  await activate(live.replace('time_zone: UTC', 'time_zone: Europe/Berlin'));
  expect(await at.sums()).toMatchObject([{ month: '2026-11', sent: 1 }]);
  await activate(live.replace('time_zone: UTC', 'time_zone: America/New_York'));
  expect(await at.sums()).toMatchObject([{ month: '2026-10', sent: 1 }]);
});
