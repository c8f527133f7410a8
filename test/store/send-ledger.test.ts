import { randomUUID } from 'node:crypto';
import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { planFollowUp } from '../../activities/conversation/follow-up';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { loadReplyModel } from '../../platform/reply-model';
import { addSend } from '../commands/world';
import type { Scene } from '../commands/world';
import { bodyOf, change } from '../ingest/bodies';
import { LedgerWorld } from './ledger-world';

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
});
afterAll(() => ledger.close());
beforeEach(() => {
  ledger.whatsapp.fate = 'accept';
});

const asked = (scene: Scene) =>
  ledger.world.value('select reason_code from conversation where id = $1 and needs_human', [scene.id]);

/** The buyer chooses in WhatsApp to get no more messages. */
async function optOut(scene: Scene): Promise<void> {
  const stop = {
    wa_id: scene.waId,
    value: 'stop',
    category: 'marketing_messages',
    timestamp: Math.floor(Date.now() / 1000),
  };
  const body = bodyOf(change({ user_preferences: [stop] }, 'user_preferences'));
  await assignItems(
    ledger.world.pool,
    await captureBody(ledger.world.pool, Buffer.from(JSON.stringify(body))),
  );
}

describe('a held message', () => {
  test('does not leave before its time, and leaves then through the gate', async () => {
    const scene = await ledger.scene();
    const sendId = await addSend(ledger.world, scene, { status: 'held' });
    await ledger.putOff(sendId);
    expect(await ledger.deliver(sendId)).toEqual({ status: 'held', reasonCode: 'gate.not_yet' });
    await ledger.comeDue(sendId);
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
    expect(ledger.takenOf(sendId)).toHaveLength(1);
  });

  const stops: readonly (readonly [string, (scene: Scene) => Promise<unknown>])[] = [
    ['a take-over', (scene) => ledger.command(scene, { kind: 'take_over', arguments: {} })],
    ['a pause', (scene) => ledger.command(scene, { kind: 'pause', arguments: { forever: true } })],
    ['a message of an agent', (scene) => ledger.write(scene)],
    ['an opt-out in WhatsApp', (scene) => optOut(scene)],
    ['the end of the episode', (scene) => ledger.command(scene, { kind: 'close', arguments: {} })],
  ];
  test.each(stops)('is recalled by %s, with the reason', async (_name, stop) => {
    const scene = await ledger.scene();
    const sendId = await addSend(ledger.world, scene, { status: 'held' });
    await stop(scene);
    expect(await ledger.row(sendId)).toMatchObject({
      status: 'recalled',
      reason_code: expect.stringMatching(/^(command|stop)\./) as unknown,
    });
    expect(await ledger.deliver(sendId)).toEqual({ status: 'recalled', reasonCode: null });
    expect(ledger.takenOf(sendId)).toEqual([]);
  });

  test('is recalled by a newer message of the buyer, and both messages are answered together', async () => {
    const scene = await ledger.scene();
    await ledger.world.pool.query(
      `update decision set turn_id = (select turn_id from message where id = $2) where id = $1`,
      [scene.decisionId, scene.messageId],
    );
    const heldIds = [
      await addSend(ledger.world, scene, { status: 'held' }),
      await addSend(ledger.world, scene, { kind: 'follow_up', status: 'held' }),
    ];
    const promiseId = await addSend(ledger.world, scene, { kind: 'assurance', status: 'held' });
    for (const sendId of [...heldIds, promiseId]) await ledger.putOff(sendId);
    await ledger.world.pool.query(
      `insert into message (conversation_id, episode_id, direction, author, whatsapp_id, type, text, body, sent_at, captured_at)
       values ($1, $2, 'inbound', 'buyer', $3, 'text', 'And by Friday?', '{}', now() - interval '1 minute',
         now() - interval '1 minute')`,
      [scene.id, scene.episodeId, `wamid.${randomUUID()}`],
    );
    const step = await chooseNextStep(ledger.world.pool, loadReplyModel(), scene.id);
    expect(step.kind).toBe('turn');
    for (const sendId of heldIds)
      expect(await ledger.row(sendId)).toEqual({ status: 'recalled', reason_code: 'gate.newer_message' });
    expect((await ledger.row(promiseId)).status).toBe('held');
    const texts = `select string_agg(text, ' ' order by captured_at) from message where turn_id = $1`;
    expect(await ledger.world.value(texts, [step.kind === 'turn' ? step.turnId : null])).toMatch(
      /(What does it cost\? And by Friday\?|And by Friday\? What does it cost\?)/,
    );
  });

  test('is what happens next in the conversation, with its time', async () => {
    const scene = await ledger.scene();
    const sendId = await addSend(ledger.world, scene, { kind: 'assurance', status: 'held' });
    await ledger.putOff(sendId);
    let step = await chooseNextStep(ledger.world.pool, loadReplyModel(), scene.id);
    if (step.kind === 'plan-follow-up') {
      await planFollowUp(ledger.world.pool, { conversationId: scene.id, messageId: step.messageId });
      step = await chooseNextStep(ledger.world.pool, loadReplyModel(), scene.id);
    }
    expect(step).toMatchObject({ kind: 'wait', view: { nextActionKind: 'held_send' } });
    const next = 'select next_action_kind from conversation where id = $1';
    expect(await ledger.world.value(next, [scene.id])).toBe('held_send');
  });

  test('that a person edited leaves with the person’s words', async () => {
    const scene = await ledger.scene();
    const sendId = await addSend(ledger.world, scene, { status: 'held' });
    const message = { type: 'text', text: { body: 'From 25 EUR.' } } as const;
    await ledger.command(scene, { kind: 'edit_send', arguments: { sendId, message } });
    await ledger.deliver(sendId);
    expect(ledger.takenOf(sendId)).toMatchObject([{ body: { text: { body: 'From 25 EUR.' } } }]);
    expect(
      await ledger.world.value(`select author || ': ' || text from message where send_id = $1`, [sendId]),
    ).toBe('agent:anna: From 25 EUR.');
  });
});

describe('the confirmation of an opt-out', () => {
  async function confirming(): Promise<{ scene: Scene; sendId: string }> {
    const scene = await ledger.scene();
    await ledger.command(scene, { kind: 'opt_out', arguments: {} });
    const sendId = await addSend(ledger.world, scene, { kind: 'opt_out_confirmation', status: 'held' });
    await ledger.putOff(sendId);
    return { scene, sendId };
  }

  test('leaves while the opt-out stands', async () => {
    const { sendId } = await confirming();
    await ledger.comeDue(sendId);
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
  });

  test('does not leave when the buyer wants messages again before it does', async () => {
    const { scene, sendId } = await confirming();
    await ledger.command(scene, { kind: 'opt_in', arguments: {} });
    await ledger.comeDue(sendId);
    expect(await ledger.deliver(sendId)).toEqual({ status: 'refused', reasonCode: 'gate.opted_in' });
    expect(ledger.takenOf(sendId)).toEqual([]);
  });
});

describe('an answer', () => {
  test('marks what it answers as read; a reaction in its place does not', async () => {
    const scene = await ledger.scene();
    const wamid = await ledger.world.value('select whatsapp_id from message where id = $1', [
      scene.messageId,
    ]);
    const answer = async (): Promise<string> => {
      const sendId = await addSend(ledger.world, scene, { status: 'planned' });
      await ledger.world.pool.query('update send set answers_message_id = $2 where id = $1', [
        sendId,
        scene.messageId,
      ]);
      return sendId;
    };
    const reacting = await answer();
    const message = {
      type: 'reaction',
      reaction: { message_id: scene.messageId ?? '', emoji: '👍' },
    } as const;
    await ledger.command(scene, { kind: 'edit_send', arguments: { sendId: reacting, message } });
    expect(await ledger.deliver(reacting)).toMatchObject({ status: 'accepted' });
    expect(ledger.whatsapp.marked).not.toContain(wamid);
    const { rows } = await ledger.world.pool.query(
      `select type, refers_to_whatsapp_id from message where send_id = $1`,
      [reacting],
    );
    expect(rows).toEqual([{ type: 'reaction', refers_to_whatsapp_id: wamid }]);
    await ledger.deliver(await answer());
    expect(ledger.whatsapp.marked).toContain(wamid);
  });

  const wamidOf = (messageId: string | null) =>
    ledger.world.value('select whatsapp_id from message where id = $1', [messageId]);

  test('of a person marks what the buyer had written when they wrote it, and nothing later', async () => {
    const scene = await ledger.scene();
    const sendId = await ledger.write(scene);
    const { rows } = await ledger.world.pool.query<{ whatsapp_id: string }>(
      `insert into message (conversation_id, direction, author, whatsapp_id, type, body, sent_at)
       values ($1, 'inbound', 'buyer', $2, 'text', '{}', now()) returning whatsapp_id`,
      [scene.id, `wamid.${randomUUID()}`],
    );
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
    expect(ledger.whatsapp.marked).toContain(await wamidOf(scene.messageId));
    expect(ledger.whatsapp.marked).not.toContain(rows[0]?.whatsapp_id);
  });

  test('that HubSpot ordered marks nothing: nobody has read it', async () => {
    const scene = await ledger.scene();
    const result = await ledger.command(
      scene,
      { kind: 'send_message', arguments: { message: { type: 'text', text: { body: 'Hello' } } } },
      'hubspot',
    );
    if (result.kind !== 'done') throw new Error('not planned');
    await ledger.world.pool.query(`update conversation set owner = 'automation' where id = $1`, [scene.id]);
    expect(await ledger.deliver(result.answer.send_id ?? '')).toMatchObject({ status: 'accepted' });
    expect(ledger.whatsapp.marked).not.toContain(await wamidOf(scene.messageId));
  });
});

describe('a message for later', () => {
  const sendAt = () => new Date(Date.now() + 3_600_000).toISOString();

  test('is refused at its time when the window has closed, and its author hears of it', async () => {
    const scene = await ledger.scene();
    const sendId = await ledger.write(scene, { sendAt: sendAt() });
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'planned', reasonCode: 'gate.not_yet' });
    await ledger.world.pool.query(`update message set sent_at = now() - interval '25 hours' where id = $1`, [
      scene.messageId,
    ]);
    await ledger.comeDue(sendId);
    expect(await ledger.deliver(sendId)).toEqual({ status: 'refused', reasonCode: 'gate.window' });
    expect(await asked(scene)).toBe('gate.window');
  });

  test('is refused when another agent has taken over, and leaves after a hand-back', async () => {
    const scene = await ledger.scene();
    const overtaken = await ledger.write(scene, { sendAt: sendAt() });
    const later = await ledger.write(scene, { sendAt: sendAt() });
    await ledger.command(scene, { kind: 'take_over', arguments: { force: true } }, 'ben');
    await ledger.comeDue(overtaken);
    expect(await ledger.deliver(overtaken)).toEqual({ status: 'refused', reasonCode: 'gate.other_agent' });
    await ledger.command(scene, { kind: 'hand_back', arguments: {} }, 'ben');
    await ledger.comeDue(later);
    expect(await ledger.deliver(later)).toMatchObject({ status: 'accepted' });
  });

  test('never leaves once it was cancelled', async () => {
    const scene = await ledger.scene();
    const sendId = await ledger.write(scene, { sendAt: sendAt() });
    await ledger.command(scene, { kind: 'cancel_send', arguments: { sendId } });
    await ledger.comeDue(sendId);
    expect(await ledger.deliver(sendId)).toEqual({ status: 'recalled', reasonCode: null });
    expect(ledger.takenOf(sendId)).toEqual([]);
  });
});

describe('a status that comes after a person has decided', () => {
  async function unconfirmed(scene: Scene): Promise<{ sendId: string; whatsappId: string }> {
    const sendId = await ledger.write(scene);
    ledger.whatsapp.fate = 'cut';
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'unconfirmed' });
    ledger.whatsapp.fate = 'accept';
    return { sendId, whatsappId: ledger.takenOf(sendId)[0]?.id ?? '' };
  }
  const resolve = (
    scene: Scene,
    order: { sendId: string; verdict: 'it_left' | 'it_did_not_leave'; sendAgain?: true },
  ) => ledger.command(scene, { kind: 'resolve_send', arguments: order });
  test('that it did not leave, but it had, is applied, and people are told; a second attempt is recalled', async () => {
    const scene = await ledger.scene();
    const { sendId, whatsappId } = await unconfirmed(scene);
    const resolved = await resolve(scene, { sendId, verdict: 'it_did_not_leave', sendAgain: true });
    const again = resolved.kind === 'done' ? (resolved.answer.send_id ?? '') : '';
    await ledger.report(sendId, whatsappId, 'sent');
    expect(await ledger.row(sendId)).toEqual({ status: 'sent', reason_code: null });
    expect(await ledger.row(again)).toEqual({ status: 'recalled', reason_code: 'send.first_attempt_left' });
    expect(await ledger.deliver(again)).toEqual({ status: 'recalled', reasonCode: null });
    expect(await asked(scene)).toBe('send.resolution_disproved');
    await ledger.report(sendId, whatsappId, 'read');
    await ledger.report(sendId, whatsappId, 'sent');
    expect((await ledger.row(sendId)).status).toBe('read');
    const said = 'select count(*)::int from message where send_id = any($1)';
    expect(await ledger.world.value(said, [[sendId, again]])).toBe(1);
  });

  test('that it left gives the message WhatsApp’s own id', async () => {
    const scene = await ledger.scene();
    const { sendId, whatsappId } = await unconfirmed(scene);
    await resolve(scene, { sendId, verdict: 'it_left' });
    await ledger.report(sendId, whatsappId, 'delivered');
    expect(await ledger.row(sendId)).toEqual({ status: 'delivered', reason_code: null });
    const { rows } = await ledger.world.pool.query('select whatsapp_id from message where send_id = $1', [
      sendId,
    ]);
    expect(rows).toEqual([{ whatsapp_id: whatsappId }]);
    expect(await asked(scene)).toBeUndefined();
  });

  test('that it left, but WhatsApp failed, asks people', async () => {
    const scene = await ledger.scene();
    const { sendId, whatsappId } = await unconfirmed(scene);
    await resolve(scene, { sendId, verdict: 'it_left' });
    await ledger.report(sendId, whatsappId, 'failed');
    expect(await ledger.row(sendId)).toEqual({ status: 'failed', reason_code: 'send.failed' });
    expect(await asked(scene)).toBe('send.failed');
  });
});
