import { momentOf } from '../support/moment';
import { SendWorld } from './send-world';

let at: SendWorld;
beforeAll(async () => {
  at = await SendWorld.start();
});
afterEach(() => at.calm());
afterAll(() => at.stop());

/** Why nothing leaves at all; null while something may. */
const appStop = () => at.world.value(`select stopped_reason from channel where scope = 'app'`);

describe('a message that failed after WhatsApp had taken it', () => {
  async function accepted() {
    const scene = await at.conversation();
    const sendId = await at.plan(scene);
    expect(await at.deliver(sendId)).toMatchObject({ status: 'accepted' });
    return { scene, sendId };
  }

  it.each([
    [131026, 'whatsapp.unreachable'],
    [131053, 'whatsapp.media'],
    [130472, 'whatsapp.experiment'],
    [131056, 'whatsapp.pair_limit'],
    [131000, 'whatsapp.transient'],
    [999_999, 'whatsapp.unknown'],
    [null, 'send.failed'],
  ])('(%s) is never sent again by itself, and a person is asked', async (code, reasonCode) => {
    const { scene, sendId } = await accepted();
    await at.reportFailed(sendId, code);
    expect(await at.row(sendId)).toMatchObject({ status: 'failed', reason_code: reasonCode });
    expect(await at.question(scene)).toBe(reasonCode);
    await expect(at.dueAtMs(scene)).rejects.toThrow('nothing is planned');
  });

  it('for a buyer out of reach keeps automation from writing', async () => {
    const { scene, sendId } = await accepted();
    await at.reportFailed(sendId, 131026);
    expect(await at.deliver(await at.plan(scene))).toMatchObject({ reasonCode: 'gate.unreachable' });
  });

  it('for a payment matter stops everything, once, and not by an old report after a resumption', async () => {
    const { sendId } = await accepted();
    const late = await accepted();
    await at.reportFailed(sendId, 131042);
    expect(await appStop()).toBe('whatsapp.billing');
    await at.world.pool.query(
      `update channel set stopped_at = null, stopped_reason = null, resumed_at = clock_timestamp()`,
    );
    await at.reportFailed(late.sendId, 131042);
    expect(await appStop()).toBeNull();
  });

  it('of days ago says nothing about the channel any more', async () => {
    const { sendId } = await accepted();
    await at.letPass(2 * 3_600);
    await at.reportFailed(sendId, 190);
    expect(await appStop()).toBeNull();
  });

  it('for a closed window while ours is open leaves once more as a new send, then a person is asked', async () => {
    const { scene, sendId } = await accepted();
    const reported = await momentOf(() => at.reportFailed(sendId, 131047));
    expect(await at.row(sendId)).toMatchObject({ status: 'failed', reason_code: 'whatsapp.needs_template' });
    expect(await at.question(scene)).toBeUndefined();
    expect(await at.dueAfter(reported, scene, 5)).toBe(5);
    const again = String(
      await at.world.value(`select id from send where conversation_id = $1 and status = 'planned'`, [
        scene.id,
      ]),
    );
    await at.letPass(6);
    expect(await at.deliver(again)).toMatchObject({ status: 'accepted' });
    await at.reportFailed(again, 131047);
    expect(await at.question(scene)).toBe('whatsapp.needs_template');
    await expect(at.dueAtMs(scene)).rejects.toThrow('nothing is planned');
  });
});
