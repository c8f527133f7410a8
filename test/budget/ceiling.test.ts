import { numberBudget } from '../../api/contract';
import { readNumberBudget } from '../../api/read/budget';
import { NUMBER_ID } from '../commands/world';
import type { Scene } from '../commands/world';
import { SendWorld } from '../whatsapp/send-world';

let at: SendWorld;
beforeAll(async () => {
  at = await SendWorld.start();
});
beforeEach(async () => {
  await at.calm();
  await at.world.pool.query('delete from budget_send; delete from budget_month');
});
afterAll(() => at.stop());

/** The terms of the budget; the rest of it is as shipped. */
async function allow(terms: Readonly<Record<string, unknown>>): Promise<void> {
  await at.world.pool.query(
    `update policy_version
        set document = jsonb_set(document, '{budget}', (document -> 'budget') - 'messages_per_month' - 'month_ceiling' || $1)
      where status = 'active'`,
    [JSON.stringify({ automated_share: 0.9, stops_people: false, ...terms })],
  );
}
const month = async () =>
  numberBudget.parse(await readNumberBudget(at.world.pool, { phoneNumberId: NUMBER_ID, month: null }));
const alarms = () =>
  at.world.value(
    `select jsonb_agg(jsonb_build_array(event, severity, number) order by id) from account_event where field = 'budget'`,
  );
const send = async (scene: Scene, kind: 'reply' | 'follow_up' | 'human' = 'reply') =>
  await at.deliver(await at.plan(scene, { kind }));

test('one message is counted once, whoever sends it and however often it is tried', async () => {
  const scene = await at.conversation();
  const first = await at.plan(scene);
  await at.deliver(first);
  await at.deliver(first);
  await send(scene, 'human');
  const shown = await month();
  expect(shown).toMatchObject({ messages: 2, currency: 'EUR', level: 'calm', cost: 0 });
  const none = { delivered: 0, billable: 0, free: 0, free_entry: 0 };
  expect(shown.categories).toEqual([
    {
      category: 'service',
      price: 0.01,
      cost: 0,
      by: [
        { author_kind: 'automation', sent: 1, ...none },
        { author_kind: 'people', sent: 1, ...none },
      ],
    },
  ]);
});

test('what certainly did not leave is not counted, known at once or later', async () => {
  await at.refuse(131026, { times: 1 });
  expect(await send(await at.conversation())).toMatchObject({ status: 'failed' });
  expect((await month()).messages).toBe(0);
  const sendId = await at.plan(await at.conversation());
  await at.deliver(sendId);
  expect((await month()).messages).toBe(1);
  await at.reportFailed(sendId, 131053);
  expect((await month()).messages).toBe(0);
});

test('under many claims at once the ceiling holds to the message, and people still write', async () => {
  await allow({ messages_per_month: 20 });
  const scenes = await Promise.all(Array.from({ length: 30 }, () => at.conversation()));
  const sends = await Promise.all(scenes.map((scene) => at.plan(scene)));
  await Promise.all(sends.map((sendId) => at.deliver(sendId)));
  // Whoever had to wait for a place in the pace of the number comes again, as the workflow would.
  await at.letPass(60);
  await Promise.all(sends.map((sendId) => at.deliver(sendId)));
  const fates = await at.world.value(
    `select jsonb_object_agg(fate, n) from (
       select coalesce(reason_code, status) as fate, count(*)::int as n from send where id = any($1) group by 1) as one`,
    [sends],
  );
  expect(fates).toEqual({ accepted: 18, 'gate.budget': 12 });
  expect(await month()).toMatchObject({ messages: 18, level: 'automation_stopped' });
  const scene = await at.conversation();
  for (let count = 0; count < 3; count += 1)
    expect(await send(scene, 'human')).toMatchObject({ status: 'accepted' });
  expect(await month()).toMatchObject({ messages: 21, level: 'used_up', used_share: 1.05 });
  expect(await alarms()).toEqual([
    ['budget.nearly_used', 'warning', NUMBER_ID],
    ['budget.automation_stopped', 'critical', NUMBER_ID],
    ['budget.used_up', 'critical', NUMBER_ID],
  ]);
});

test('over it a reply becomes a question to a person, and a follow-up is dropped', async () => {
  await allow({ messages_per_month: 1 });
  const asked = await at.conversation();
  expect(await send(asked)).toEqual({ status: 'refused', reasonCode: 'gate.budget' });
  expect(await at.question(asked)).toBe('gate.budget');
  const silent = await at.conversation();
  expect(await send(silent, 'follow_up')).toEqual({ status: 'refused', reasonCode: 'gate.budget' });
  expect(await at.question(silent)).toBeUndefined();
  expect(await at.phone(asked)).toEqual([]);
});

test('people are stopped where the policy says so, and hear of it', async () => {
  await allow({ messages_per_month: 1, stops_people: true });
  const scene = await at.conversation();
  expect(await send(scene, 'human')).toMatchObject({ status: 'accepted' });
  expect(await send(scene, 'human')).toEqual({ status: 'refused', reasonCode: 'gate.budget' });
  expect(await at.question(scene)).toBe('gate.budget');
});

test('money counts what is beyond the free ones, and the word of WhatsApp corrects the estimate', async () => {
  await allow({ month_ceiling: 0.05, free_service_messages_per_month: 2, prices: { service: 0.01 } });
  const scene = await at.conversation();
  const sends: string[] = [];
  for (let count = 0; count < 6; count += 1) {
    sends.push(await at.plan(scene));
    await at.deliver(sends.at(-1) ?? '');
  }
  expect(await month()).toMatchObject({ messages: 6, cost: 0.04, level: 'nearly_used' });
  expect(await send(scene)).toEqual({ status: 'refused', reasonCode: 'gate.budget' });
  for (const sendId of sends)
    await at.report(sendId, 'delivered', { type: 'free_entry_point', category: 'referral_conversion' });
  const corrected = await month();
  expect(corrected).toMatchObject({ messages: 6, cost: 0 });
  expect(corrected.categories.map(({ category, by }) => [category, by[0]?.delivered])).toEqual([
    ['referral_conversion', 6],
  ]);
  expect(await send(scene)).toMatchObject({ status: 'accepted' });
});

test('a number may have a ceiling of its own', async () => {
  await allow({
    messages_per_month: 100,
    numbers: { [NUMBER_ID]: { messages_per_month: 1, automated_share: 1 } },
  });
  const scene = await at.conversation();
  expect(await send(scene)).toMatchObject({ status: 'accepted' });
  expect(await send(scene)).toEqual({ status: 'refused', reasonCode: 'gate.budget' });
  expect(await month()).toMatchObject({ ceilings: { messages: 1, automated_share: 1 }, level: 'used_up' });
  await allow({ messages_per_month: 100, numbers: { '100000000000888': { messages_per_month: 1 } } });
  expect(await send(scene)).toMatchObject({ status: 'accepted' });
});
