import fc from 'fast-check';
import { inTransaction } from '../../platform/database';
import { monthOf } from '../../platform/months';
import { recountAll, countSend } from '../../store/budget.store';
import { markUnconfirmed, putBack } from '../../store/send-queue.store';
import { settleSend } from '../../store/send-queue.store';
import type { Scene } from '../commands/world';
import { BudgetWorld } from './budget-world';

let at: BudgetWorld;
beforeAll(async () => {
  at = await BudgetWorld.start();
});
afterAll(() => at.stop());

const PRICINGS = [
  undefined,
  { billable: true, pricing_model: 'PMP', type: 'regular', category: 'service' },
  { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' },
  { billable: false, pricing_model: 'PMP', type: 'free_entry_point', category: 'referral_conversion' },
  { pricing_model: 'PMP', type: 'regular', category: 'utility' },
];

/** What the call to WhatsApp came to; after the last two the message is not on its way. */
const endings = fc.constantFrom('accepted', 'unconfirmed', 'failed', 'put_back');
const statuses = fc.array(
  fc.record({
    status: fc.constantFrom('sent', 'delivered', 'read', 'failed'),
    pricing: fc.constantFrom(...PRICINGS),
  }),
  { maxLength: 6 },
);
const histories = fc.array(fc.record({ ending: endings, statuses }), { minLength: 1, maxLength: 4 });

async function live(scene: Scene, history: { ending: string; statuses: readonly object[] }): Promise<string> {
  const sendId = await at.claimed(scene);
  const wamid = `wamid.${sendId}`;
  await inTransaction(at.world.pool, async (client) => {
    if (history.ending === 'unconfirmed')
      await markUnconfirmed(client, sendId, { reasonCode: 'send.unconfirmed', code: null });
    if (history.ending === 'failed')
      await settleSend(client, { sendId, status: 'failed', reasonCode: 'whatsapp.content' });
    if (history.ending === 'put_back')
      await putBack(client, { sendId, delayMs: 0, reasonCode: 'whatsapp.transient' });
    await countSend(client, sendId);
  });
  // What is put back has not left, so that nothing is reported of it.
  if (history.ending !== 'put_back')
    for (const status of history.statuses) await at.report({ id: wamid, sendId, ...status });
  return sendId;
}

it('counts each send exactly once, whatever is reported in whatever order and number', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (given) => {
      const scene = await at.conversation();
      for (const history of given) await live(scene, history);
      const counted = await at.sums();
      await inTransaction(at.world.pool, (client) => recountAll(client, (ms) => monthOf(ms, 'UTC')));
      expect(counted).toEqual(await at.sums());
      expect(counted).toEqual(await at.truth());
    }),
    { numRuns: 15, seed: 20_261_122 },
  );
});

it('ends in the same sums for every order of the same reports', async () => {
  const reports = [
    { status: 'sent', pricing: PRICINGS[1] },
    { status: 'delivered', pricing: PRICINGS[1] },
    { status: 'read', pricing: undefined },
  ];
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2, 1, 0],
    [2, 0],
  ]) {
    await at.forget();
    const scene = await at.conversation();
    await live(scene, { ending: 'accepted', statuses: order.map((index) => reports[index] ?? {}) });
    expect(await at.sums()).toEqual([
      expect.objectContaining({ category: 'service', sent: 1, delivered: 1, billable: 1, free: 0 }),
    ]);
  }
});
