import { addFollowUp, addSend } from '../commands/world';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { expectDone, problemOf } from './expectations';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.end());

const statusOf = (table: 'send' | 'follow_up', id: string): Promise<unknown> =>
  api.world.value(`select status from ${table} where id = $1`, [id]);

describe('writing as a human', () => {
  test('plans the message as written and takes over at once', async () => {
    const scene = await api.world.conversation();
    const replyId = await addSend(api.world, scene, { status: 'planned' });
    const answer = expectDone(
      await api.command(scene.id, 'messages', {
        json: { type: 'text', text: { body: 'Hello Nora, Anna here.' } },
      }),
    );
    expect(answer.conversation).toMatchObject({ owner: 'agent:anna', epoch: 1 });
    expect(answer.recalled).toEqual([replyId]);
    const { rows } = await api.world.pool.query(
      `select kind, author, status, type, body, epoch, episode_id, decision_id from send where id = $1`,
      [answer.send_id],
    );
    expect(rows).toEqual([
      {
        kind: 'human',
        author: 'agent:anna',
        status: 'planned',
        type: 'text',
        body: { type: 'text', text: { body: 'Hello Nora, Anna here.' } },
        epoch: 1,
        episode_id: scene.episodeId,
        decision_id: answer.decision_id,
      },
    ]);
  });

  test('the words stand in the ledger, not in the decision', async () => {
    const scene = await api.world.conversation();
    const answer = expectDone(
      await api.command(scene.id, 'messages', { json: { text: { body: 'confidential words' } } }),
    );
    const inputs = await api.world.value('select inputs::text from decision where id = $1', [
      answer.decision_id,
    ]);
    expect(inputs).not.toContain('confidential');
  });

  test('a second message keeps the epoch and the first message', async () => {
    const scene = await api.world.conversation();
    const first = expectDone(await api.command(scene.id, 'messages', { json: { text: { body: 'One' } } }));
    const second = expectDone(await api.command(scene.id, 'messages', { json: { text: { body: 'Two' } } }));
    expect(second.conversation.epoch).toBe(1);
    expect(await statusOf('send', first.send_id ?? '')).toBe('planned');
  });

  test('is refused outside the window, to a buyer who opted out, and in another agent’s conversation', async () => {
    const json = { text: { body: 'Hello' } };
    const late = await api.world.conversation({ wroteAgoMs: 24 * 3_600_000 + 1_000 });
    expect(problemOf(await api.command(late.id, 'messages', { json })).answer).toBe('409 outside_window');
    const silent = await api.world.conversation({ wroteAgoMs: null });
    expect(problemOf(await api.command(silent.id, 'messages', { json })).answer).toBe('409 outside_window');
    const optedOut = await api.world.conversation();
    await api.world.pool.query('update buyer set opted_out_at = now() where id = $1', [optedOut.buyerId]);
    expect(problemOf(await api.command(optedOut.id, 'messages', { json })).answer).toBe(
      '409 buyer_opted_out',
    );
    const bens = await api.world.conversation({ owner: 'agent:ben' });
    expect(problemOf(await api.command(bens.id, 'messages', { json })).answer).toBe(
      '409 owned_by_other_agent',
    );
    expect(
      await api.world.value('select count(*)::int from send where conversation_id = any($1)', [
        [late.id, silent.id, optedOut.id, bens.id],
      ]),
    ).toBe(0);
  });
});

describe('close', () => {
  test('closes the open episode with its outcome and ends what was planned', async () => {
    const scene = await api.world.conversation({ owner: 'agent:anna', needsHuman: true });
    const followUpId = await addFollowUp(api.world, scene);
    const sendId = await addSend(api.world, scene, { status: 'held' });
    const answer = expectDone(await api.command(scene.id, 'close'));
    expect(answer).toMatchObject({ ended_follow_ups: [followUpId], recalled: [sendId] });
    expect(answer.conversation).toMatchObject({ owner: 'agent:anna', epoch: 0, needs_human: false });
    const { rows } = await api.world.pool.query(
      'select closed_at is not null as is_closed, close_reason, outcome from episode where id = $1',
      [scene.episodeId],
    );
    expect(rows).toEqual([{ is_closed: true, close_reason: 'closed_by_human', outcome: 'closed_by_human' }]);
    expect(problemOf(await api.command(scene.id, 'close')).answer).toBe('409 no_open_episode');
  });
});
