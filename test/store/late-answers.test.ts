import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { addSend } from '../commands/world';
import type { Scene } from '../commands/world';
import { bodyOf, change } from '../ingest/bodies';
import { LedgerWorld } from './ledger-world';
import type { Fate } from './whatsapp-server';

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

/** Statuses of Meta about a send, through the webhook's door, in this order. */
async function report(sendId: string, whatsappId: string, ...statuses: readonly string[]): Promise<void> {
  for (const status of statuses) {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const errors = [{ code: 131026, title: 'Undeliverable' }];
    const one = { id: whatsappId, status, timestamp, biz_opaque_callback_data: sendId };
    const body = bodyOf(change({ statuses: [status === 'failed' ? { ...one, errors } : one] }));
    const { pool } = ledger.world;
    await assignItems(pool, await captureBody(pool, Buffer.from(JSON.stringify(body))));
  }
}

describe('the answer of an attempt that was given up for lost', () => {
  /** The lease ends during the call, and another attempt finds the claim; then something happens, then WhatsApp answers. */
  async function answerLate(
    fate: Fate,
    before: (lost: { scene: Scene; sendId: string }) => Promise<void> = () => Promise.resolve(),
  ) {
    const scene = await ledger.scene();
    const sendId = await addSend(ledger.world, scene, { status: 'planned' });
    ledger.whatsapp.meanwhile = async () => {
      await ledger.world.pool.query(
        `update send set claim_until = now() - interval '1 second' where id = $1`,
        [sendId],
      );
      expect(await ledger.deliver(sendId)).toEqual({
        status: 'unconfirmed',
        reasonCode: 'send.attempt_lost',
      });
      expect(await asked(scene)).toBe('send.unconfirmed');
      await before({ scene, sendId });
    };
    ledger.whatsapp.fate = fate;
    const delivery = await ledger.deliver(sendId);
    ledger.whatsapp.fate = 'accept';
    return { scene, sendId, delivery };
  }
  const resolve =
    (verdict: 'it_left' | 'it_did_not_leave') => async (lost: { scene: Scene; sendId: string }) => {
      const { kind } = await ledger.command(lost.scene, {
        kind: 'resolve_send',
        arguments: { sendId: lost.sendId, verdict },
      });
      expect(kind).toBe('done');
    };

  test('is believed when it refuses for now: the message leaves later, and nobody is asked any more', async () => {
    const { scene, sendId, delivery } = await answerLate('refuse_for_now');
    expect(delivery).toEqual({ status: 'planned', reasonCode: 'whatsapp.transient' });
    expect(await ledger.row(sendId)).toEqual({ status: 'planned', reason_code: 'whatsapp.transient' });
    expect(await asked(scene)).toBeUndefined();
    const lookWanted = 'select look_given < look_wanted from conversation where id = $1';
    expect(await ledger.world.value(lookWanted, [scene.id])).toBe(true);
    await ledger.comeDue(sendId);
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
    expect(ledger.takenOf(sendId)).toHaveLength(1);
  });

  test('is believed when it refuses for good: the message has failed, and people hear why', async () => {
    const { scene, sendId } = await answerLate('refuse');
    expect((await ledger.row(sendId)).status).toBe('failed');
    expect(await asked(scene)).toBe((await ledger.row(sendId)).reason_code);
  });

  test('is believed when it takes the message: nobody is asked any more', async () => {
    const { scene, sendId } = await answerLate('accept');
    expect(await ledger.row(sendId)).toEqual({ status: 'accepted', reason_code: null });
    expect(await asked(scene)).toBeUndefined();
  });

  test('ends it when it refuses what a person thought to have left, and people hear of it', async () => {
    const { scene, sendId } = await answerLate('refuse_for_now', resolve('it_left'));
    expect(await ledger.row(sendId)).toEqual({ status: 'failed', reason_code: 'whatsapp.transient' });
    expect(await asked(scene)).toBe('whatsapp.transient');
  });

  test('brings nothing back that a person gave up', async () => {
    const { scene, sendId } = await answerLate('refuse_for_now', resolve('it_did_not_leave'));
    expect(await ledger.row(sendId)).toEqual({ status: 'failed', reason_code: 'whatsapp.transient' });
    expect(await ledger.deliver(sendId)).toEqual({ status: 'failed', reasonCode: null });
    expect(await asked(scene)).toBe('send.unconfirmed');
  });

  test('does not count against a status that tells more', async () => {
    const { scene, sendId } = await answerLate('refuse', ({ sendId: id }) =>
      report(id, 'wamid.late1', 'delivered'),
    );
    expect(await ledger.row(sendId)).toEqual({ status: 'delivered', reason_code: null });
    expect(await asked(scene)).toBeUndefined();
  });
});

describe('a failure that a better status overtakes', () => {
  async function unconfirmed() {
    const scene = await ledger.scene();
    const sendId = await addSend(ledger.world, scene, { status: 'planned' });
    ledger.whatsapp.fate = 'cut';
    await ledger.deliver(sendId);
    ledger.whatsapp.fate = 'accept';
    return { scene, sendId, whatsappId: ledger.takenOf(sendId)[0]?.id ?? '' };
  }
  /** Everything that a failure changes, as it stands in the end. */
  const standing = async (scene: Scene, sendId: string) => ({
    ...(await ledger.row(sendId)),
    asked: await asked(scene),
    error: await ledger.world.value('select error from send where id = $1', [sendId]),
    unreachable: await ledger.world.value('select unreachable_reason from buyer where id = $1', [
      scene.buyerId,
    ]),
  });

  test('settles what was unconfirmed, and asks people', async () => {
    const { scene, sendId, whatsappId } = await unconfirmed();
    await report(sendId, whatsappId, 'failed');
    expect(await standing(scene, sendId)).toMatchObject({
      status: 'failed',
      reason_code: 'whatsapp.unreachable',
      asked: 'whatsapp.unreachable',
      unreachable: 'whatsapp.unreachable',
    });
  });

  test.each([
    [['failed', 'delivered']],
    [['delivered', 'failed']],
    [['failed', 'sent', 'read', 'delivered']],
  ])('leaves nothing behind, in whatever order they come: %j', async (statuses) => {
    const { scene, sendId, whatsappId } = await unconfirmed();
    await report(sendId, whatsappId, ...statuses);
    expect(await standing(scene, sendId)).toEqual({
      status: statuses.includes('read') ? 'read' : 'delivered',
      reason_code: null,
      asked: undefined,
      error: null,
      unreachable: null,
    });
  });

  test('leaves the questions of others as they are', async () => {
    const { scene, sendId, whatsappId } = await unconfirmed();
    await report(sendId, whatsappId, 'failed');
    await ledger.world.pool.query(`update conversation set reason_code = 'route.complaint' where id = $1`, [
      scene.id,
    ]);
    await report(sendId, whatsappId, 'delivered');
    expect(await asked(scene)).toBe('route.complaint');
    const other = await unconfirmed();
    await report(other.sendId, other.whatsappId, 'failed');
    const second = await addSend(ledger.world, other.scene, { status: 'planned' });
    await ledger.world.pool.query(
      `update send set status = 'failed', reason_code = 'whatsapp.unreachable' where id = $1`,
      [second],
    );
    await report(other.sendId, other.whatsappId, 'delivered');
    expect(await asked(other.scene)).toBe('whatsapp.unreachable');
  });
});
