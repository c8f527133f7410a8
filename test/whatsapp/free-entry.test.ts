import { message, messages } from '../ingest/bodies';
import { SendWorld } from './send-world';

let at: SendWorld;
beforeAll(async () => {
  at = await SendWorld.start();
});
afterEach(() => at.calm());
afterAll(() => at.stop());

/** Until when free text may leave, in whole hours from now. */
const hoursLeft = async (conversationId: string) =>
  Math.round(
    Number(
      await at.world.value('select extract(epoch from (window_closes_at($1) - now())) / 3600', [
        conversationId,
      ]),
    ),
  );

it('an answer to an ad that failed opens no free entry; the next one that leaves does', async () => {
  const scene = await at.conversation();
  const referral = { source_url: 'https://fb.me/x', source_id: '1', source_type: 'ad', ctwa_clid: 'c' };
  await at.take(
    messages(message({ from: scene.waId, timestamp: String(Math.floor(Date.now() / 1_000)), referral })),
  );
  await at.world.pool.query('update message set turn_id = (select id from turn where conversation_id = $1)', [
    scene.id,
  ]);
  expect(await hoursLeft(scene.id)).toBe(24);

  const answer = await at.plan(scene);
  expect(await at.deliver(answer)).toMatchObject({ status: 'accepted' });
  expect(await hoursLeft(scene.id)).toBe(72);
  await at.reportFailed(answer, 131026);
  expect(await hoursLeft(scene.id)).toBe(24);

  await at.deliver(await at.plan(scene, { kind: 'human' }));
  expect(await hoursLeft(scene.id)).toBe(72);
});
