import fc from 'fast-check';
import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { decideRoute } from '../../activities/conversation/decide-route';
import { reconstructContext } from '../../activities/conversation/reconstruct-context';
import { resolveIdentity } from '../../activities/conversation/resolve-identity';
import { loadReplyModel } from '../../platform/reply-model';
import { runCommand } from '../../store/commands/run-command';
import { identityOf, phases } from './many-buyers';
import type { BuyerName, Order, Phase } from './many-buyers';
import { createOwnerWorld } from './owner-world';
import type { OwnerWorld } from './owner-world';

let world: OwnerWorld;
beforeAll(async () => {
  world = await createOwnerWorld();
});
afterAll(() => world.end());

async function conversationOf(name: BuyerName): Promise<string> {
  const [row] = await world.rows<{ id: string }>(
    `select conversation.id from conversation join buyer_identity using (buyer_id)
      where merged_into is null and value = $1`,
    [identityOf(name)],
  );
  if (row === undefined) throw new Error('every buyer has written');
  return row.id;
}

let keys = 0;
async function carryOut({ kind, who, agent, untilDay }: Order): Promise<void> {
  const conversationId = await conversationOf(who);
  if (kind === 'turn') {
    await takeTurn(conversationId);
    return;
  }
  keys += 1;
  const common = { conversationId, actor: agent, isVerified: true, idempotencyKey: `order:${keys}` };
  if (kind === 'pause')
    await runCommand(world.pool, { ...common, kind, arguments: { until: `2199-01-0${untilDay}T00:00:00Z` } });
  else if (kind === 'take_over')
    await runCommand(world.pool, { ...common, kind, arguments: { force: true } });
  else await runCommand(world.pool, { ...common, kind, arguments: {} });
  await putBack();
}

/** Orders are given now, and what WhatsApp tells was an hour ago: they count as given in the middle of that. */
async function putBack(): Promise<void> {
  await world.pool.query(
    `update conversation
        set ordered_at = greatest(first + interval '450 seconds', phone_at + interval '1 millisecond'),
            owner_at = greatest(first + interval '450 seconds', phone_at + interval '1 millisecond')
       from (select min(sent_at) as first from message) as said
      where ordered_at > now() - interval '10 minutes'`,
  );
}

async function takeTurn(conversationId: string): Promise<void> {
  const next = await chooseNextStep(world.pool, loadReplyModel(), conversationId);
  if (next.kind !== 'turn') return;
  await resolveIdentity(world.pool, next.turnId);
  await reconstructContext(world.pool, next.turnId);
  await decideRoute(world.pool, next.turnId);
}

/** What automation may do in the one conversation in the end. */
async function outcome(all: readonly Phase[], orders: readonly (readonly number[])[]): Promise<unknown> {
  await world.empty();
  for (const [index, phase] of all.entries()) {
    for (const place of orders[index] ?? []) await world.take(phase.webhooks[place]);
    for (const one of phase.orders) await carryOut(one);
  }
  const unassigned = await world.rows(
    'select kind, error from webhook_item where assigned_at is null or error is not null',
  );
  const living = await world.rows(
    `select owner, paused_until::text, needs_human, case when needs_human then reason_code end as reason,
            to_ms(phone_at) as phone, ordered_owner
       from conversation where merged_into is null`,
  );
  return { unassigned, living };
}

it('several buyers who prove to be one: owner, pause and question are the same in whatever order it was told', async () => {
  const places = (all: readonly Phase[]) => all.map(({ webhooks }) => webhooks.map((_, index) => index));
  const shuffled = (all: readonly Phase[]) =>
    fc.tuple(
      ...places(all).map((order) =>
        fc.shuffledSubarray(order, { minLength: order.length, maxLength: order.length }),
      ),
    );
  const given = phases.chain((all) =>
    fc.record({ all: fc.constant(all), orders: fc.array(shuffled(all), { minLength: 4, maxLength: 4 }) }),
  );
  const seen = new Set<unknown>();
  await fc.assert(
    fc.asyncProperty(given, async ({ all, orders }) => {
      const found = await outcome(all, places(all));
      expect(found).toMatchObject({ unassigned: [], living: [{}] });
      seen.add((found as { living: { owner: string }[] }).living[0]?.owner);
      for (const order of orders) expect(await outcome(all, order)).toEqual(found);
    }),
    { numRuns: 20, seed: 37, endOnFailure: true },
  );
  // The property speaks of every kind of owner.
  expect([...seen].sort()).toEqual(
    expect.arrayContaining(['agent:anna', 'agent:ben', 'automation', 'phone', 'unassigned']),
  );
});
