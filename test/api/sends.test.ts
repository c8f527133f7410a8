import { sendDetail, sendList } from '../../api/contract';
import type { SendDetail } from '../../api/contract';
import { addSend } from '../commands/world';
import type { Scene } from '../commands/world';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { bodyOf, expectDone, problemOf } from './expectations';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.end());

type Options = Parameters<TestApi['command']>[2];
const order = (sendId: string, what: string, options?: Options) => api.sendCommand(sendId, what, options);
const read = async (sendId: string): Promise<SendDetail> =>
  sendDetail.parse((await api.get(`/v1/sends/${sendId}`)).body);
const needsHuman = (scene: Scene) =>
  api.world.value('select needs_human from conversation where id = $1', [scene.id]);

describe('cancel', () => {
  test.each(['draft', 'planned', 'held'])('takes back what is %s, with the reason', async (status) => {
    const scene = await api.world.conversation();
    const sendId = await addSend(api.world, scene, { status });
    await api.world.pool.query(`update conversation set next_action_kind = 'held_send' where id = $1`, [
      scene.id,
    ]);
    const answer = expectDone(
      await order(sendId, 'cancel', { key: status, json: { reason: 'wrong price' } }),
    );
    expect(answer).toMatchObject({
      kind: 'cancel_send',
      conversation: { id: scene.id, owner: 'automation' },
    });
    const next = 'select next_action_kind from conversation where id = $1';
    expect(await api.world.value(next, [scene.id])).toBeNull();
    expect(await read(sendId)).toMatchObject({
      status: 'recalled',
      reason_code: 'command.cancel_send',
      explanation: 'A person took a message back before it left.',
    });
    expect(
      expectDone(await order(sendId, 'cancel', { key: status, json: { reason: 'wrong price' } })),
    ).toEqual({
      ...answer,
      repeated: true,
    });
    expect(await api.world.value('select reason from command where conversation_id = $1', [scene.id])).toBe(
      'wrong price',
    );
    expect(api.handedOver).toContain(scene.id);
  });

  test('of a reply asks a person, as the buyer waits; of a follow-up nobody', async () => {
    const scene = await api.world.conversation();
    const followUpId = await addSend(api.world, scene, { kind: 'follow_up', status: 'held' });
    expectDone(await order(followUpId, 'cancel'));
    expect(await needsHuman(scene)).toBe(false);
    expectDone(await order(await addSend(api.world, scene, { status: 'held' }), 'cancel'));
    expect(await needsHuman(scene)).toBe(true);
  });

  test.each(['claimed', 'accepted', 'delivered', 'recalled', 'unconfirmed'])(
    'comes too late for what is %s, and says so',
    async (status) => {
      const sendId = await addSend(api.world, await api.world.conversation(), { status, leaseMs: 60_000 });
      const response = await order(sendId, 'cancel');
      expect(problemOf(response).answer).toBe('409 send_too_late');
      expect(bodyOf(response)).toMatchObject({ send_status: status });
      expect((await read(sendId)).status).toBe(status);
    },
  );

  test('of what does not exist finds nothing', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000001', 'x'])
      expect(problemOf(await order(id, 'cancel')).answer).toBe('404 send_not_found');
  });
});

describe('edit', () => {
  test('gives a held message the words of a person and keeps what it was', async () => {
    const scene = await api.world.conversation();
    const sendId = await addSend(api.world, scene, { status: 'held' });
    const json = { text: { body: 'From 25 EUR.' }, reply_to: scene.messageId };
    expectDone(await order(sendId, 'edit', { json }));
    const image = { type: 'image', image: { id: '1', caption: 'From 26 EUR.' } };
    expectDone(await order(sendId, 'edit', { by: 'ben', json: image }));
    expect(await read(sendId)).toMatchObject({
      status: 'held',
      kind: 'reply',
      author: 'agent:ben',
      type: 'image',
      text: 'From 26 EUR.',
      content: image,
      edits: [
        {
          type: 'text',
          content: { text: { body: 'From 20 EUR.' } },
          author: 'automation',
          edited_by: 'anna',
        },
        { type: 'text', content: { text: { body: 'From 25 EUR.' } }, author: 'agent:anna', edited_by: 'ben' },
      ],
    });
    const inputs = await api.world.value(`select string_agg(inputs::text, '') from decision`);
    expect(inputs).not.toContain('EUR');
  });

  test('is checked as every message, comes too late when claimed, and spares another agent’s', async () => {
    const scene = await api.world.conversation();
    const sendId = await addSend(api.world, scene, { status: 'held' });
    const tooLong = { text: { body: 'a'.repeat(4_097) } };
    expect(problemOf(await order(sendId, 'edit', { json: tooLong }))).toMatchObject({ field: 'text.body' });
    const json = { text: { body: 'x' } };
    const claimedId = await addSend(api.world, scene, { status: 'claimed' });
    expect(problemOf(await order(claimedId, 'edit', { json })).answer).toBe('409 send_too_late');
    const bens = await api.world.conversation({ owner: 'agent:ben' });
    const bensId = await addSend(api.world, bens, { status: 'planned' });
    expect(problemOf(await order(bensId, 'edit', { json })).answer).toBe('409 owned_by_other_agent');
    expectDone(await order(bensId, 'edit', { json: { ...json, force: true } }));
  });
});

describe('an edit for a buyer who opted out', () => {
  const offer = { text: { body: '50% off' } };
  const optOut = async (scene: Scene) => {
    expectDone(await api.command(scene.id, 'opt-out', { json: { reason: 'she said so on the telephone' } }));
  };

  test('leaves the confirmation as it is, whoever asks for it: its text is the policy’s', async () => {
    const scene = await api.world.conversation();
    await optOut(scene);
    const sendId = await addSend(api.world, scene, { kind: 'opt_out_confirmation', status: 'held' });
    for (const more of [{}, { force: true }, { override_opt_out: true, reason: 'x' }])
      expect(problemOf(await order(sendId, 'edit', { json: { ...offer, ...more } })).answer).toBe(
        '409 send_not_editable',
      );
    expect(await read(sendId)).toMatchObject({ status: 'held', text: 'From 20 EUR.', edits: [] });
    expectDone(await order(sendId, 'cancel'));
  });

  test('needs the override and a reason of its own, and what was overridden before is not enough', async () => {
    const scene = await api.world.conversation();
    await optOut(scene);
    const refund = {
      text: { body: 'Your refund is paid' },
      send_at: new Date(Date.now() + 3_600_000).toISOString(),
      override_opt_out: true,
      reason: 'she asked on the telephone',
    };
    const sendId = expectDone(await api.command(scene.id, 'messages', { json: refund })).send_id ?? '';
    const asBen = (more: object) =>
      order(sendId, 'edit', { by: 'ben', json: { ...offer, force: true, ...more } });
    expect(problemOf(await asBen({})).answer).toBe('409 buyer_opted_out');
    expect(problemOf(await asBen({ override_opt_out: true }))).toMatchObject({
      answer: '422 invalid_request',
      field: 'reason',
    });
    expectDone(await asBen({ override_opt_out: true, reason: 'the refund is another sum' }));
    expect(await read(sendId)).toMatchObject({ status: 'planned', author: 'agent:ben', text: '50% off' });
    const overrides = 'select overrides_opt_out from send where id = $1';
    expect(await api.world.value(overrides, [sendId])).toBe(true);
    // Said while the buyer wants messages again, new words are not meant for a later opt-out.
    expectDone(await api.command(scene.id, 'opt-in', { json: { reason: 'she wrote a letter' } }));
    expectDone(await order(sendId, 'edit', { by: 'ben', json: { ...offer, force: true } }));
    expect(await api.world.value(overrides, [sendId])).toBe(false);
  });
});

describe('a draft', () => {
  test('goes when a person approves it, under that person’s name', async () => {
    const sendId = await addSend(api.world, await api.world.conversation(), { status: 'draft' });
    expectDone(await order(sendId, 'approve'));
    expect(await read(sendId)).toMatchObject({
      status: 'planned',
      author: 'automation',
      approved_by: 'anna',
      not_before: null,
    });
    expect(problemOf(await order(sendId, 'approve', { key: 'approve again' })).answer).toBe(
      '409 send_not_draft',
    );
  });

  test('does not go when a person rejects it', async () => {
    const sendId = await addSend(api.world, await api.world.conversation(), { status: 'draft' });
    expectDone(await order(sendId, 'reject'));
    expect(await read(sendId)).toMatchObject({ status: 'recalled', reason_code: 'command.reject_send' });
  });
});

describe('an unconfirmed message', () => {
  async function unconfirmed(): Promise<{ scene: Scene; sendId: string }> {
    const scene = await api.world.conversation();
    const sendId = await addSend(api.world, scene, { status: 'unconfirmed' });
    await api.world.pool.query(
      `update conversation set needs_human = true, reason_code = 'send.unconfirmed' where id = $1`,
      [scene.id],
    );
    return { scene, sendId };
  }

  test('that left, in a person’s word, counts as said, and nobody is asked any more', async () => {
    const { scene, sendId } = await unconfirmed();
    const answer = expectDone(await order(sendId, 'resolve', { json: { verdict: 'it_left' } }));
    expect(answer.conversation.needs_human).toBe(false);
    expect(await read(sendId)).toMatchObject({ status: 'accepted', reason_code: 'send.resolved_left' });
    const { rows } = await api.world.pool.query<{ id: string }>(
      `select id, text, send_id from message where conversation_id = $1 and direction = 'outbound'`,
      [scene.id],
    );
    expect(rows).toMatchObject([{ text: 'From 20 EUR.', send_id: sendId }]);
    // Until WhatsApp has told its id, the message cannot be quoted.
    const quoting = { text: { body: 'As I said' }, reply_to: rows[0]?.id };
    expect(problemOf(await api.command(scene.id, 'messages', { json: quoting })).answer).toBe(
      '422 message_not_found',
    );
  });

  test('that did not leave is sent again as a new attempt, once, linked to the first', async () => {
    const { scene, sendId } = await unconfirmed();
    const json = { verdict: 'it_did_not_leave', send_again: true };
    const answer = expectDone(await order(sendId, 'resolve', { json }));
    const again = answer.send_id ?? '';
    expect(await read(sendId)).toMatchObject({
      status: 'failed',
      reason_code: 'send.resolved_not_left',
      repeated_by_send_id: again,
    });
    expect(await read(again)).toMatchObject({
      status: 'planned',
      kind: 'human',
      author: 'agent:anna',
      text: 'From 20 EUR.',
      repeats_send_id: sendId,
    });
    expect(answer.conversation).toMatchObject({ needs_human: false, owner: 'automation' });
    expect(problemOf(await order(sendId, 'resolve', { key: 'resolve again', json })).answer).toBe(
      '409 send_not_unconfirmed',
    );
    expect(
      await api.world.value('select count(*)::int from send where conversation_id = $1', [scene.id]),
    ).toBe(2);
  });

  test('that did not leave and is not sent again leaves the buyer to a person', async () => {
    const { scene, sendId } = await unconfirmed();
    expectDone(await order(sendId, 'resolve', { json: { verdict: 'it_did_not_leave' } }));
    expect(await needsHuman(scene)).toBe(true);
  });

  test('is not sent again over another agent’s head, whose conversation it stays', async () => {
    const { scene, sendId } = await unconfirmed();
    expectDone(await api.command(scene.id, 'take-over', { by: 'ben' }));
    const json = { verdict: 'it_did_not_leave', send_again: true };
    expect(problemOf(await order(sendId, 'resolve', { json })).answer).toBe('409 owned_by_other_agent');
    expect((await read(sendId)).status).toBe('unconfirmed');
    const forced = expectDone(await order(sendId, 'resolve', { json: { ...json, force: true } }));
    expect(forced.conversation.owner).toBe('agent:ben');
    expect(forced.send_id).not.toBeNull();
    // What nobody sends again, everybody may say.
    const other = await unconfirmed();
    expectDone(await api.command(other.scene.id, 'take-over', { by: 'ben' }));
    expectDone(await order(other.sendId, 'resolve', { json: { verdict: 'it_did_not_leave' } }));
  });

  test('is not sent again to a buyer who opted out, or outside the window', async () => {
    const json = { verdict: 'it_did_not_leave', send_again: true };
    const one = await unconfirmed();
    await api.world.pool.query('update buyer set opted_out_at = now() where id = $1', [one.scene.buyerId]);
    expect(problemOf(await order(one.sendId, 'resolve', { json })).answer).toBe('409 buyer_opted_out');
    const other = await unconfirmed();
    await api.world.pool.query(`update message set sent_at = now() - interval '25 hours' where id = $1`, [
      other.scene.messageId,
    ]);
    expect(problemOf(await order(other.sendId, 'resolve', { json })).answer).toBe('409 outside_window');
    expect((await read(other.sendId)).status).toBe('unconfirmed');
    const wrong = { verdict: 'it_left', send_again: true };
    expect(problemOf(await order(one.sendId, 'resolve', { json: wrong }))).toMatchObject({
      field: 'send_again',
    });
  });
});

describe('the ledger', () => {
  const list = async (query: string) => {
    const response = await api.get(`/v1/sends${query}`);
    expect({ status: response.status, body: bodyOf(response) }).toMatchObject({ status: 200 });
    return sendList.parse(response.body);
  };

  test('is listed by status and conversation, the newest first, page by page without gap or repeat', async () => {
    const scene = await api.world.conversation();
    const other = await api.world.conversation();
    const ids: string[] = [];
    for (const status of ['held', 'planned', 'held', 'recalled', 'held'])
      ids.push(await addSend(api.world, scene, { status }));
    await addSend(api.world, other, { status: 'held' });
    await api.world.pool.query(
      `update send set created_at = '2026-11-01T10:00:00.123456Z' where id = any($1)`,
      [ids.slice(0, 3)],
    );
    const held = (await list('?status=held')).items;
    expect(held.map(({ conversation_id: id }) => id)).toEqual(expect.arrayContaining([scene.id, other.id]));
    expect(new Set(held.map(({ status }) => status))).toEqual(new Set(['held']));
    const seen: string[] = [];
    let query = `?conversation_id=${scene.id}&status=held,planned,recalled&limit=2`;
    for (;;) {
      const page = await list(query);
      seen.push(...page.items.map(({ id }) => id));
      if (page.next_cursor === null) break;
      query = `?conversation_id=${scene.id}&limit=2&cursor=${page.next_cursor}`;
    }
    expect(seen).toEqual([...[...ids.slice(3)].reverse(), ...[...ids.slice(0, 3)].sort()]);
  });

  test('takes no unknown status and no foreign cursor', async () => {
    expect(problemOf(await api.get('/v1/sends?status=lost'))).toMatchObject({ field: 'status.0' });
    expect(problemOf(await api.get('/v1/sends?cursor=x'))).toMatchObject({ field: 'cursor' });
    expect(problemOf(await api.get('/v1/sends/x')).answer).toBe('404 send_not_found');
  });
});
