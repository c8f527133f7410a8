import fc from 'fast-check';
import { deliveries } from './bundles';
import { lentFacts } from './lent-facts';
import { finalState } from './final-state';
import { activateShippedPolicy } from './policy';
import { useWorld } from './world';

const world = useWorld();
beforeAll(() => activateShippedPolicy(world.pool));

async function stateAfter(bodies: readonly unknown[]): Promise<unknown> {
  await world.empty();
  for (const body of bodies) await world.take(body);
  return await finalState(world);
}

it('whatever is said with a number that changes hands ends with whoever had it then, in any order', async () => {
  const moved = { seen: 0 };
  const cases = lentFacts.chain((all) => fc.tuple(deliveries(all), deliveries(all)));
  await fc.assert(
    fc.asyncProperty(cases, async ([one, other]) => {
      const state = await stateAfter(one);
      moved.seen += (await world.rows(`select 1 from decision where verdict = 'move'`)).length;
      expect(await stateAfter(other)).toEqual(state);
      expect(await world.rows('select 1 from buyer_identity where valid_to < valid_from')).toEqual([]);
    }),
    { numRuns: 60, seed: 31, endOnFailure: false },
  );
  expect(moved.seen).toBeGreaterThan(5);
});
