import { randomUUID } from 'node:crypto';
import { startConversation } from '../../api/ingest/start-conversation';
import { NUMBER_ID, addFollowUp, addSend } from '../commands/world';
import type { Scene } from '../commands/world';
import { LedgerWorld } from '../store/ledger-world';
import { addTemplate, templateMessage } from './world';

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
  await addTemplate(ledger.world.pool, { name: 'hello' });
});
afterAll(() => ledger.close());

/** Somebody sets the property of the contact in HubSpot; nobody watches what becomes of it. */
async function orderFor(scene: Scene) {
  const { result } = await startConversation(ledger.world.pool, {
    phoneNumberId: NUMBER_ID,
    identifier: scene.waId,
    actor: 'hubspot',
    idempotencyKey: randomUUID(),
    arguments: {
      message: templateMessage('hello'),
      optIn: { how: 'web form', when: '2026-01-05T10:00:00.000Z', evidence: 'contact 1' },
      leavesOwner: true,
    },
  });
  return result;
}
async function ordered(scene: Scene): Promise<string> {
  const result = await orderFor(scene);
  if (result.kind !== 'done' || result.answer.send_id === null) throw new Error('not planned');
  return result.answer.send_id;
}
const change = (scene: Scene, sql: string) =>
  ledger.world.pool.query(`update conversation set ${sql} where id = $1`, [scene.id]);
const control = async (scene: Scene): Promise<unknown> => {
  const { rows } = await ledger.world.pool.query<Record<string, unknown>>(
    'select owner, needs_human, reason_code, epoch from conversation where id = $1',
    [scene.id],
  );
  return rows[0];
};

describe('a buyer who waits', () => {
  test('for a held answer gets it: only a follow-up would be one message too many', async () => {
    const scene = await ledger.scene();
    const reply = await addSend(ledger.world, scene, { status: 'held' });
    const followUp = await addSend(ledger.world, scene, { kind: 'follow_up', status: 'held' });
    await addFollowUp(ledger.world, scene);
    const template = await ordered(scene);
    expect((await ledger.row(reply)).status).toBe('held');
    expect((await ledger.row(followUp)).status).toBe('recalled');
    const planned = `select count(*)::int from follow_up where conversation_id = $1 and status = 'planned'`;
    expect(await ledger.world.value(planned, [scene.id])).toBe(0);
    for (const sendId of [template, reply])
      expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
  });

  test('for a person goes on waiting', async () => {
    const scene = await ledger.scene();
    await change(scene, `needs_human = true, reason_code = 'send.unconfirmed'`);
    const before = await control(scene);
    await ordered(scene);
    expect(await control(scene)).toEqual(before);
  });

  test.each(['unassigned', 'phone', 'meta'])(
    'gets nothing from HubSpot where the owner is %s, and keeps waiting',
    async (owner) => {
      const scene = await ledger.scene();
      await change(scene, `owner = '${owner}', needs_human = true, reason_code = 'route.complaint'`);
      const before = await control(scene);
      expect(await orderFor(scene)).toMatchObject({ kind: 'refused', refusal: 'not_with_automation' });
      expect(await control(scene)).toEqual(before);
      const sends = 'select count(*)::int from send where conversation_id = $1';
      expect(await ledger.world.value(sends, [scene.id])).toBe(0);
    },
  );

  test.each([
    ['who writes again before it leaves', 'gate.newer_message'],
    ['whom somebody on the phone takes up before it leaves', 'gate.owner'],
  ])('%s does not get it, and a person is told', async (_what, reasonCode) => {
    const scene = await ledger.scene();
    const template = await ordered(scene);
    if (reasonCode === 'gate.owner') await change(scene, `owner = 'phone'`);
    else
      await ledger.world.pool.query(
        `insert into message (conversation_id, direction, author, whatsapp_id, type, body, sent_at)
         values ($1, 'inbound', 'buyer', $2, 'text', '{}', now())`,
        [scene.id, `wamid.${randomUUID()}`],
      );
    expect(await ledger.deliver(template)).toEqual({ status: 'refused', reasonCode });
    expect(ledger.takenOf(template)).toEqual([]);
    expect(await control(scene)).toMatchObject({ needs_human: true, reason_code: reasonCode });
  });
});
