import fc from 'fast-check';
import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { decideRoute } from '../../activities/conversation/decide-route';
import { reconstructContext } from '../../activities/conversation/reconstruct-context';
import { resolveIdentity } from '../../activities/conversation/resolve-identity';
import { joinByHand } from '../../api/ingest/join-by-hand';
import { loadReplyModel } from '../../platform/reply-model';
import { NUMBER_ID, OTHER_NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { deliveries } from './bundles';
import { facts } from './facts';
import { lentFacts } from './lent-facts';
import { activateShippedPolicy } from './policy';
import { buyers, living } from './two-people';
import { broken, goneBack, standing } from './undo-invariants';
import { undo } from './undo-world';
import { useWorld } from './world';

const world = useWorld();
const model = loadReplyModel();
beforeAll(() =>
  activateShippedPolicy(world.pool, [
    [/^ {2}modes: \{\}$/m, `  modes: { "${NUMBER_ID}": live, "${OTHER_NUMBER_ID}": live }`],
    [/^ {2}quiet_gap_ms: .*$/m, '  quiet_gap_ms: 0'],
  ]),
);

/** One of some by a number that is drawn. */
const pick = <T>(some: readonly T[], drawn: number): T | undefined => some[drawn % Math.max(1, some.length)];

/** Begins a turn somewhere, and mostly decides it. */
async function step(drawn: number): Promise<void> {
  const place = pick(await living(world), drawn);
  if (place === undefined) return;
  const next = await chooseNextStep(world.pool, model, place.id);
  if (next.kind !== 'turn' || drawn % 3 === 0) return;
  await resolveIdentity(world.pool, next.turnId);
  await reconstructContext(world.pool, next.turnId);
  await decideRoute(world.pool, next.turnId);
}

let answers = 0;
/** A turn that was decided is answered: the answer waits, is on its way, or nobody knows whether it has left. */
async function answer(drawn: number): Promise<void> {
  const decisions = await world.rows<{ id: number }>(
    `select id from decision where kind = 'route' order by id`,
  );
  const decision = pick(decisions, drawn);
  answers += 1;
  await world.rows(
    `insert into send (key, conversation_id, kind, author, status, type, body, epoch, decision_id, reason_code, settled_at)
     select $2, conversation.id, 'reply', 'automation', $3, 'text', '{}', conversation.epoch, decision.id,
            case when $3 = 'unconfirmed' then 'whatsapp.time_out' end, case when $3 = 'unconfirmed' then now() end
       from decision join conversation on conversation.id = decision.conversation_id
      where decision.id = $1 and owner = 'automation'`,
    [decision?.id ?? 0, `answer:${answers}`, drawn % 2 === 0 ? 'planned' : 'unconfirmed'],
  );
}

async function joinTwo(drawn: number): Promise<void> {
  const all = await buyers(world);
  const [one, other] = [pick(all, drawn), pick(all, drawn + 1)];
  if (one === undefined || other === undefined) return;
  const order = { buyerIds: [one.id, other.id], actor: 'anna', reason: 'one person' } as const;
  await joinByHand(world.pool, order);
}

/** What an undo breaks: nothing that was whole before. */
async function undoOne(drawn: number): Promise<boolean> {
  const joins = await world.rows<{ id: number }>('select id from buyer_join order by id desc');
  const join = pick(joins, drawn);
  if (join === undefined) return false;
  const before = Object.keys(await broken(world));
  const result = await undo(world, { joinId: join.id });
  const after = Object.entries(await broken(world)).filter(([name]) => !before.includes(name));
  expect(Object.fromEntries(after)).toEqual({});
  return result.kind === 'done';
}

const action = fc.tuple(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant('take' as const) },
    { weight: 4, arbitrary: fc.constant('step' as const) },
    { weight: 2, arbitrary: fc.constant('answer' as const) },
    { weight: 1, arbitrary: fc.constant('join' as const) },
    { weight: 3, arbitrary: fc.constant('undo' as const) },
  ),
  fc.nat(12),
);

it('undoing a join after anything has happened leaves everything in one place and nothing able to leave twice', async () => {
  const seen = { undone: 0, moved: 0 };
  const cases = fc.tuple(
    fc.oneof(facts, lentFacts).chain(deliveries),
    fc.array(action, { minLength: 12, maxLength: 40, size: 'max' }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ([bodies, actions]) => {
      await world.empty();
      const rest: Json[] = [...bodies];
      for (const [kind, drawn] of actions) {
        const before = await standing(world);
        if (kind === 'take') await world.take(rest.shift() ?? {});
        else if (kind === 'step') await step(drawn);
        else if (kind === 'answer') await answer(drawn);
        else if (kind === 'join') await joinTwo(drawn);
        else if (await undoOne(drawn)) seen.undone += 1;
        expect(await goneBack(world, before)).toEqual([]);
      }
      seen.moved += (await world.rows(`select 1 from decision where verdict = 'move'`)).length;
    }),
    {
      numRuns: 40,
      seed: 41,
      endOnFailure: true,
    },
  );
  expect(seen.undone).toBeGreaterThan(10);
  expect(seen.moved).toBeGreaterThan(1);
});
