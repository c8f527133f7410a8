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

describe('take over', () => {
  test('makes the agent the owner, raises the epoch, recalls what automation planned and asks for a look', async () => {
    const scene = await api.world.conversation({ needsHuman: true });
    const sends = await Promise.all(
      ['planned', 'held', 'draft'].map((status) => addSend(api.world, scene, { status })),
    );
    const followUpId = await addFollowUp(api.world, scene);

    const answer = expectDone(await api.command(scene.id, 'take-over', { json: { reason: 'I know her' } }));

    expect(answer.conversation).toMatchObject({
      owner: 'agent:anna',
      epoch: 1,
      needs_human: false,
      reason_code: 'command.take_over',
    });
    expect([...answer.recalled].sort()).toEqual([...sends].sort());
    expect(answer.ended_follow_ups).toEqual([followUpId]);
    expect(answer.under_way).toEqual([]);
    expect(await statusOf('send', sends[0] ?? '')).toBe('recalled');
    expect(await statusOf('follow_up', followUpId)).toBe('ended');
    expect(api.handedOver).toContain(scene.id);
    expect(
      await api.world.value('select look_wanted - look_given from conversation where id = $1', [scene.id]),
    ).toBe(1);
    expect(
      await api.world.value('select next_action_kind from conversation where id = $1', [scene.id]),
    ).toBeNull();
  });

  test('writes who, when and why, the decision with its policy, and the mirror for HubSpot', async () => {
    const scene = await api.world.conversation();
    const answer = expectDone(await api.command(scene.id, 'take-over', { json: { reason: 'I know her' } }));
    const { rows } = await api.world.pool.query(
      `select c.actor, c.reason, c.outcome, c.is_verified, c.kind, d.kind as decision_kind, d.verdict, d.policy_version_id
         from command c join decision d on d.key = 'command:' || c.idempotency_key where c.id = $1`,
      [answer.command_id],
    );
    expect(rows).toEqual([
      {
        actor: 'anna',
        reason: 'I know her',
        outcome: 'done',
        is_verified: true,
        kind: 'take_over',
        decision_kind: 'command',
        verdict: 'take_over',
        policy_version_id: 1,
      },
    ]);
    const outbox = await api.world.pool.query(
      `select object_kind, object_key from crm_outbox where decision_id = $1 order by object_kind`,
      [answer.decision_id],
    );
    expect(outbox.rows).toEqual([
      { object_kind: 'communication', object_key: scene.episodeId },
      { object_kind: 'contact', object_key: scene.buyerId },
    ]);
  });

  test('another agent is refused, unless by force, and the refusal is in the audit log', async () => {
    const scene = await api.world.conversation();
    expectDone(await api.command(scene.id, 'take-over'));
    const problem = problemOf(await api.command(scene.id, 'take-over', { by: 'ben' }));
    expect(problem.answer).toBe('409 owned_by_other_agent');
    expect(problem).toMatchObject({ owner: 'agent:anna' });
    expect(
      await api.world.value(
        `select count(*)::int from command where conversation_id = $1 and outcome = 'refused'`,
        [scene.id],
      ),
    ).toBe(1);
    const forced = expectDone(await api.command(scene.id, 'take-over', { by: 'ben', json: { force: true } }));
    expect(forced.conversation).toMatchObject({ owner: 'agent:ben', epoch: 2 });
  });

  test('of three agents at the same moment exactly one gets the conversation', async () => {
    for (let round = 0; round < 5; round += 1) {
      const scene = await api.world.conversation();
      const answers = await Promise.all([
        api.command(scene.id, 'take-over', { by: 'anna' }),
        api.command(scene.id, 'take-over', { by: 'ben' }),
        api.command(scene.id, 'take-over', { by: 'cleo' }),
      ]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409, 409]);
    }
  });

  test('taking over twice changes nothing the second time', async () => {
    const scene = await api.world.conversation();
    expectDone(await api.command(scene.id, 'take-over'));
    expect(expectDone(await api.command(scene.id, 'take-over')).conversation.epoch).toBe(1);
  });
});

describe('hand back', () => {
  test('gives the conversation to automation and raises the epoch', async () => {
    const scene = await api.world.conversation();
    expectDone(await api.command(scene.id, 'take-over'));
    const answer = expectDone(await api.command(scene.id, 'hand-back'));
    expect(answer.conversation).toMatchObject({ owner: 'automation', epoch: 2 });
  });

  test('is refused when automation has it already', async () => {
    const scene = await api.world.conversation();
    expect(problemOf(await api.command(scene.id, 'hand-back')).answer).toBe('409 not_owned');
  });
});

describe('pause and resume', () => {
  test('a pause until a time recalls planned sends, keeps follow-ups and survives a take-over', async () => {
    const scene = await api.world.conversation();
    const sendId = await addSend(api.world, scene, { status: 'planned' });
    const followUpId = await addFollowUp(api.world, scene);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const answer = expectDone(await api.command(scene.id, 'pause', { json: { until } }));
    expect(answer.conversation).toMatchObject({ paused_until: until, epoch: 1, owner: 'automation' });
    expect(await statusOf('send', sendId)).toBe('recalled');
    expect(await statusOf('follow_up', followUpId)).toBe('planned');
    const taken = expectDone(await api.command(scene.id, 'take-over'));
    expect(taken.conversation).toMatchObject({ paused_until: until, epoch: 2 });
  });

  test('a pause for good has no end, and resuming ends it', async () => {
    const scene = await api.world.conversation();
    const paused = expectDone(await api.command(scene.id, 'pause', { json: { forever: true } }));
    expect(paused.conversation.paused_until).toBe('infinity');
    const resumed = expectDone(await api.command(scene.id, 'resume'));
    expect(resumed.conversation).toMatchObject({ paused_until: null, epoch: 2 });
  });

  test('a time with another offset means the same instant', async () => {
    const scene = await api.world.conversation();
    const answer = expectDone(
      await api.command(scene.id, 'pause', { json: { until: '2099-01-01T02:00:00+02:00' } }),
    );
    expect(answer.conversation.paused_until).toBe('2099-01-01T00:00:00.000Z');
  });

  test('resume is refused when nothing is paused, also after the pause has run out', async () => {
    const scene = await api.world.conversation();
    expect(problemOf(await api.command(scene.id, 'resume')).answer).toBe('409 not_paused');
    await api.world.pool.query(
      `update conversation set paused_until = now() - interval '1 second' where id = $1`,
      [scene.id],
    );
    expect(problemOf(await api.command(scene.id, 'resume')).answer).toBe('409 not_paused');
  });

  test('a pause that ends in the past is a wrong field', async () => {
    const scene = await api.world.conversation();
    const problem = problemOf(
      await api.command(scene.id, 'pause', { json: { until: '2020-01-01T00:00:00Z' } }),
    );
    expect(problem.answer).toBe('422 until_not_in_future');
    expect(problem).toMatchObject({ field: 'until' });
  });
});

describe('route and follow-up rule', () => {
  test('the route is overridden and set back', async () => {
    const scene = await api.world.conversation();
    const human = expectDone(await api.command(scene.id, 'route', { json: { route: 'human' } }));
    expect(human.conversation).toMatchObject({ route_override: 'human', epoch: 0, needs_human: false });
    const rules = expectDone(await api.command(scene.id, 'route', { json: { route: null } }));
    expect(rules.conversation.route_override).toBeNull();
  });

  test('a reply that is only planned is recalled by the route "human", and a person is asked', async () => {
    const scene = await api.world.conversation();
    const sendId = await addSend(api.world, scene, { status: 'planned' });
    const answer = expectDone(await api.command(scene.id, 'route', { json: { route: 'human' } }));
    expect(answer.recalled).toEqual([sendId]);
    expect(answer.conversation.needs_human).toBe(true);
  });

  test('the follow-up rule is replaced and dropped', async () => {
    const scene = await api.world.conversation();
    const rule = { wait_seconds: [60, 120], cap: 1, enabled: true };
    const changed = expectDone(await api.command(scene.id, 'follow-up-rule', { json: rule }));
    expect(changed.conversation.follow_up_rule).toEqual(rule);
    expect(
      await api.world.value('select follow_up_rule from conversation where id = $1', [scene.id]),
    ).toEqual({
      waitSeconds: [60, 120],
      cap: 1,
      enabled: true,
    });
    const dropped = expectDone(await api.command(scene.id, 'follow-up-rule', { json: { use_policy: true } }));
    expect(dropped.conversation.follow_up_rule).toBeNull();
  });

  test('skipping ends the planned follow-up and leaves the owner', async () => {
    const scene = await api.world.conversation();
    expect(problemOf(await api.command(scene.id, 'skip-follow-up')).answer).toBe('409 no_follow_up_planned');
    const followUpId = await addFollowUp(api.world, scene);
    const sendId = await addSend(api.world, scene, { kind: 'follow_up', status: 'planned' });
    const replyId = await addSend(api.world, scene, { kind: 'reply', status: 'planned' });
    const answer = expectDone(await api.command(scene.id, 'skip-follow-up'));
    expect(answer).toMatchObject({ ended_follow_ups: [followUpId], recalled: [sendId] });
    expect(answer.conversation).toMatchObject({ owner: 'automation', epoch: 0 });
    expect(await statusOf('send', replyId)).toBe('planned');
  });
});
