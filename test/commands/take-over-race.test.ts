import { inTransaction } from '../../platform/database';
import type { CommandRequest } from '../../store/commands/command.types';
import { runCommand } from '../../store/commands/run-command';
import { addSend, createWorld } from './world';
import type { Scene, World } from './world';

/** Far longer than any pause of a busy machine, so that what is tried is the order of events and not their speed. */
const PATIENT = { timeoutMs: 60_000, pollMs: 10 };

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.end());

/** Claims a send as the worker does: buyer, then conversation, then the check of owner and epoch. */
async function claim(scene: Scene, sendId: string): Promise<boolean> {
  return inTransaction(world.pool, async (client) => {
    await client.query('select 1 from buyer where id = $1 for update', [scene.buyerId]);
    await client.query('select 1 from conversation where id = $1 for update', [scene.id]);
    const claimed = await client.query(
      `update send s set status = 'claimed', claimed_at = clock_timestamp(), claim_until = clock_timestamp() + interval '60 seconds'
         from conversation c
        where s.id = $1 and c.id = s.conversation_id and s.status = 'planned' and s.epoch = c.epoch
          and c.owner = 'automation' and (c.paused_until is null or c.paused_until <= clock_timestamp())`,
      [sendId],
    );
    return claimed.rowCount === 1;
  });
}

async function claimAndSettle(scene: Scene, sendId: string, call: { ms: number }): Promise<boolean> {
  if (!(await claim(scene, sendId))) return false;
  await world.pool.query(`update send set status = 'accepted' where id = $1 and pg_sleep($2) is not null`, [
    sendId,
    call.ms / 1_000,
  ]);
  return true;
}

/** A repeatable stand-in for chance. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // The low digits of this generator repeat soon; the high ones do not.
    return (state >>> 16) % sides;
  };
}

function order(scene: Scene, key: string, kind: 'take_over' | 'pause'): CommandRequest {
  const common = { conversationId: scene.id, actor: 'anna', isVerified: true, idempotencyKey: key };
  return kind === 'take_over'
    ? { ...common, kind, arguments: {} }
    : { ...common, kind, arguments: { forever: true } };
}

test('after the answer of a take-over or pause no automated send is claimed, and all earlier ones have settled', async () => {
  const dice = createDice(20_261_122);
  const seen = { claimedBefore: 0, recalled: 0 };
  for (let round = 0; round < 60; round += 1) {
    const scene = await world.conversation();
    const sends = await Promise.all(
      Array.from({ length: 3 }, () => addSend(world, scene, { status: 'planned' })),
    );
    const claimAll = () =>
      sends.map(async (id) => {
        await world.pool.query('select pg_sleep($1)', [dice(30) / 1_000]);
        return claimAndSettle(scene, id, { ms: dice(20) });
      });
    const orderIt = async () => {
      await world.pool.query('select pg_sleep($1)', [dice(30) / 1_000]);
      const kind = dice(2) === 0 ? 'take_over' : 'pause';
      return await runCommand(world.pool, order(scene, `race-${String(round)}`, kind), PATIENT);
    };
    // The first two rounds have one end each, at whatever speed; in the others both begin at once.
    const early = round === 1 ? [] : claimAll();
    if (round === 0) await Promise.all(early);
    const answer = await orderIt();
    const claims = round === 1 ? claimAll() : early;
    const openAtAnswer = await world.value(
      `select count(*)::int from send where conversation_id = $1 and status in ('claimed', 'planned')`,
      [scene.id],
    );
    const leftAtAnswer = await world.value(
      `select count(*)::int from send where conversation_id = $1 and status = 'accepted'`,
      [scene.id],
    );
    expect(answer.kind).toBe('done');
    expect(openAtAnswer).toBe(0);
    const later = await addSend(world, scene, { status: 'planned' });
    expect(await claim(scene, later)).toBe(false);
    const claimed = (await Promise.all(claims)).filter(Boolean).length;
    expect(claimed).toBe(leftAtAnswer);
    seen.claimedBefore += claimed;
    seen.recalled += 3 - claimed;
  }
  // Both sides of the race were really met.
  expect(seen.claimedBefore).toBeGreaterThan(0);
  expect(seen.recalled).toBeGreaterThan(0);
});
