import { randomUUID } from 'node:crypto';
import { inTransaction } from '../../platform/database';
import { loadReplyModel } from '../../platform/reply-model';
import { updateWaits } from '../../store/wait.store';
import { createWorld } from '../commands/world';
import type { Scene, World } from '../commands/world';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BEGIN_MS = Date.parse('2026-03-02T10:00:00Z');
const model = loadReplyModel();

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.end());

/** A conversation in which nobody has written yet. */
const newScene = () => world.conversation({ wroteAgoMs: null });

/** A message of one side, so long after the beginning; captured when it was written. */
async function say(scene: Scene, direction: 'inbound' | 'outbound', afterMs: number): Promise<void> {
  await world.pool.query(
    `insert into message (conversation_id, episode_id, direction, author, whatsapp_id, type, body, sent_at, captured_at)
     values ($1, $2, $3, $4, $5, 'text', '{}', $6, $6)`,
    [
      scene.id,
      scene.episodeId,
      direction,
      direction === 'inbound' ? 'buyer' : 'automation',
      `wamid.${randomUUID()}`,
      new Date(BEGIN_MS + afterMs),
    ],
  );
}

async function update(scene: Scene, afterMs: number): Promise<void> {
  await inTransaction(world.pool, (client) =>
    updateWaits(client, scene.id, { model, nowMs: BEGIN_MS + afterMs }),
  );
}

async function waitsOf(scene: Scene) {
  const { rows } = await world.pool.query<{
    state: string;
    ended_by: string | null;
    late_replies: number | null;
  }>('select state, ended_by, late_replies from wait where conversation_id = $1 order by id', [scene.id]);
  return rows.map((row) => `${row.state} ${row.ended_by ?? 'runs'} ${row.late_replies ?? '-'}`);
}

/** D and E of the buyer. */
async function countsOf(scene: Scene): Promise<{ late: number; expected: number }> {
  const { rows } = await world.pool.query<{ late: number; expected: number }>(
    'select late_replies as late, expected_late_replies as expected from buyer where id = $1',
    [scene.buyerId],
  );
  return rows[0] ?? { late: Number.NaN, expected: Number.NaN };
}

/** Replies an average buyer gives in a live conversation from half an hour until the given time. */
function expectedLive(untilHours: number): number {
  return model.hazards.live.reduce((sum, hazard, bin) => {
    const from = model.binsHours[bin] ?? Infinity;
    const to = Math.min(model.binsHours[bin + 1] ?? from, untilHours);
    return sum + hazard * Math.max(0, to - from);
  }, 0);
}

describe('waits', () => {
  it('a silence of three days counts as expected, not as given, and once', async () => {
    const scene = await newScene();
    await say(scene, 'inbound', 0);
    await say(scene, 'outbound', MINUTE_MS);
    await update(scene, 71 * HOUR_MS);
    expect(await waitsOf(scene)).toEqual(['live runs -']);
    for (const hours of [74, 75, 200]) await update(scene, hours * HOUR_MS);
    expect(await waitsOf(scene)).toEqual(['live horizon 0']);
    const { late, expected } = await countsOf(scene);
    expect(late).toBe(0);
    expect(expected).toBeCloseTo(expectedLive(72), 6);
  });

  it('a reply after the three days is no late reply', async () => {
    const scene = await newScene();
    await say(scene, 'inbound', 0);
    await say(scene, 'outbound', MINUTE_MS);
    await say(scene, 'inbound', 80 * HOUR_MS);
    await update(scene, 80 * HOUR_MS);
    expect(await waitsOf(scene)).toEqual(['live horizon 0']);
    expect((await countsOf(scene)).expected).toBeCloseTo(expectedLive(72), 6);
  });

  it('a reply within the day counts as late, with what was expected until then', async () => {
    const scene = await newScene();
    await say(scene, 'inbound', 0);
    await say(scene, 'outbound', MINUTE_MS);
    await say(scene, 'inbound', MINUTE_MS + 5 * HOUR_MS);
    await update(scene, 6 * HOUR_MS);
    await update(scene, 90 * HOUR_MS);
    expect(await waitsOf(scene)).toEqual(['live reply 1']);
    const { late, expected } = await countsOf(scene);
    expect(late).toBe(1);
    expect(expected).toBeCloseTo(expectedLive(5), 6);
  });

  it('our next message ends a wait and begins another one', async () => {
    const scene = await newScene();
    await say(scene, 'inbound', 0);
    await say(scene, 'outbound', MINUTE_MS);
    await say(scene, 'outbound', MINUTE_MS + 20 * HOUR_MS);
    await update(scene, 21 * HOUR_MS);
    expect(await waitsOf(scene)).toEqual(['live our_message 0', 'warm runs -']);
    expect((await countsOf(scene)).expected).toBeCloseTo(expectedLive(20), 6);
  });

  it('messages of ours within minutes are one wait, from the last of them', async () => {
    const scene = await newScene();
    await say(scene, 'inbound', 0);
    await say(scene, 'outbound', MINUTE_MS);
    await update(scene, MINUTE_MS);
    await say(scene, 'outbound', 4 * MINUTE_MS);
    await say(scene, 'inbound', 4 * MINUTE_MS + 2 * HOUR_MS);
    await update(scene, 3 * HOUR_MS);
    expect(await waitsOf(scene)).toEqual(['live reply 1']);
    expect((await countsOf(scene)).expected).toBeCloseTo(expectedLive(2), 6);
  });

  it('how the buyer stands to us is told by the last message of a burst', async () => {
    const scene = await newScene();
    await say(scene, 'inbound', 0);
    await say(scene, 'outbound', 8 * MINUTE_MS);
    await say(scene, 'outbound', 12 * MINUTE_MS);
    await update(scene, HOUR_MS);
    expect(await waitsOf(scene)).toEqual(['warm runs -']);
  });

  it('a buyer who never wrote is waited for as a cold one', async () => {
    const scene = await newScene();
    await say(scene, 'outbound', 0);
    await update(scene, HOUR_MS);
    expect(await waitsOf(scene)).toEqual(['cold runs -']);
  });
});
