import { randomUUID } from 'node:crypto';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { addSend } from '../commands/world';
import type { Scene } from '../commands/world';
import { bodyOf, change, message, messages } from '../ingest/bodies';
import { LedgerWorld } from './ledger-world';

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
});
afterAll(() => ledger.close());
afterEach(async () => {
  ledger.whatsapp.fate = 'accept';
  await ledger.world.pool.query('delete from channel');
});

async function take(body: unknown): Promise<void> {
  const { pool } = ledger.world;
  await assignItems(pool, await captureBody(pool, Buffer.from(JSON.stringify(body))));
}

/** A `failed` status about a send, through the webhook's door; without a code it names no error. */
async function reportFailed(sendId: string, whatsappId: string, code?: number): Promise<void> {
  await report(sendId, whatsappId, {
    status: 'failed',
    ...(code !== undefined && { errors: [{ code, title: 'Failed' }] }),
  });
}

async function report(sendId: string, whatsappId: string, more: { readonly status: string }): Promise<void> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const one = { id: whatsappId, timestamp, biz_opaque_callback_data: sendId, ...more };
  await take(bodyOf(change({ statuses: [one] })));
}

const newId = () => `wamid.${randomUUID()}`;
const asked = (scene: Scene) =>
  ledger.world.value('select reason_code from conversation where id = $1 and needs_human', [scene.id]);
const buyer = (column: string, scene: Scene) =>
  ledger.world.value(`select ${column} from buyer where id = $1`, [scene.buyerId]);
const isOptedOut = (scene: Scene) => buyer('opted_out_at is not null', scene);
const mark = (scene: Scene) =>
  buyer('jsonb_build_array(unreachable_reason, unreachable_until is null)', scene);
const whatsappIdOf = async (sendId: string) =>
  String(await ledger.world.value('select whatsapp_id from send where id = $1', [sendId]));

/** A message of a person that WhatsApp took. */
async function accepted(scene: Scene) {
  const sendId = await ledger.write(scene);
  expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
  return { sendId, whatsappId: await whatsappIdOf(sendId) };
}

/** So much time passes for what a conversation said. */
async function letPass(scene: Scene, hours: number): Promise<void> {
  const back = `- interval '${hours} hours'`;
  await ledger.world.pool.query(
    `update send set claimed_at = claimed_at ${back}, created_at = created_at ${back}`,
  );
  await ledger.world.pool.query(
    `update message set sent_at = sent_at ${back}, captured_at = captured_at ${back} where conversation_id = '${scene.id}'`,
  );
}

async function writes(scene: Scene): Promise<void> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  await take(messages(message({ from: scene.waId, timestamp })));
}

const sendsOf = async (scene: Scene) =>
  Number(await ledger.world.value('select count(*) from send where conversation_id = $1', [scene.id]));

describe('a failure that comes after a person declared the message not to have left, and sent it again', () => {
  async function sentAgain(scene: Scene) {
    const sendId = await addSend(ledger.world, scene, { status: 'unconfirmed' });
    const result = await ledger.command(scene, {
      kind: 'resolve_send',
      arguments: { sendId, verdict: 'it_did_not_leave', sendAgain: true },
    });
    if (result.kind !== 'done') throw new Error('not sent again');
    return { sendId, againId: result.answer.send_id ?? '' };
  }

  test('is an opt-out where it says so: the new attempt does not leave', async () => {
    const scene = await ledger.scene();
    const { sendId, againId } = await sentAgain(scene);
    await reportFailed(sendId, newId(), 131050);
    expect(await ledger.row(sendId)).toEqual({ status: 'failed', reason_code: 'whatsapp.opted_out' });
    expect(await isOptedOut(scene)).toBe(true);
    expect(await ledger.deliver(againId)).toEqual({ status: 'refused', reasonCode: 'gate.opted_out' });
  });

  test('tells that the buyer is out of reach, without asking who knows already', async () => {
    const scene = await ledger.scene();
    const { sendId } = await sentAgain(scene);
    await reportFailed(sendId, newId(), 131026);
    expect(await mark(scene)).toEqual(['whatsapp.unreachable', true]);
    expect(await asked(scene)).toBeUndefined();
  });

  test('stops the number where it says so, and repeats nothing by itself', async () => {
    const scene = await ledger.scene();
    const { sendId, againId } = await sentAgain(scene);
    await reportFailed(sendId, newId(), 131031);
    expect(await ledger.deliver(againId)).toMatchObject({ status: 'planned' });
    expect(await ledger.world.value('select stopped_reason from channel')).toBe('whatsapp.quality');
    const other = await ledger.scene();
    await reportFailed((await sentAgain(other)).sendId, newId(), 131047);
    expect(await sendsOf(other)).toBe(2);
  });
});

describe('a failure without a cause', () => {
  test('is told its cause by a second report, and what follows from that', async () => {
    const scene = await ledger.scene();
    const { sendId, whatsappId } = await accepted(scene);
    await reportFailed(sendId, whatsappId);
    expect(await ledger.row(sendId)).toEqual({ status: 'failed', reason_code: 'send.failed' });
    await reportFailed(sendId, whatsappId, 131050);
    await reportFailed(sendId, whatsappId);
    expect(await ledger.row(sendId)).toEqual({ status: 'failed', reason_code: 'whatsapp.opted_out' });
    expect(await isOptedOut(scene)).toBe(true);
    expect(await asked(scene)).toBe('whatsapp.opted_out');
  });

  test('is told its cause also where both came before their send was known', async () => {
    const scene = await ledger.scene();
    const { sendId, whatsappId } = await accepted(scene);
    await ledger.world.pool.query(`update send set whatsapp_id = null, status = 'claimed' where id = $1`, [
      sendId,
    ]);
    for (const code of [undefined, 131050]) await reportFailed('', whatsappId, code);
    await ledger.report(sendId, whatsappId, 'accepted');
    expect(await ledger.row(sendId)).toEqual({ status: 'failed', reason_code: 'whatsapp.opted_out' });
  });

  test('is told its cause by the answer that comes after it', async () => {
    const scene = await ledger.scene();
    const sendId = await ledger.write(scene);
    ledger.whatsapp.fate = 'refuse';
    ledger.whatsapp.meanwhile = () => reportFailed(sendId, newId());
    expect(await ledger.deliver(sendId)).toEqual({ status: 'failed', reasonCode: 'whatsapp.content' });
    expect(await asked(scene)).toBe('whatsapp.content');
  });
});

describe('a closed window that WhatsApp reports later', () => {
  test('repeats nothing once the buyer has written again', async () => {
    const scene = await ledger.scene();
    const { sendId, whatsappId } = await accepted(scene);
    await writes(scene);
    await reportFailed(sendId, whatsappId, 131047);
    expect(await sendsOf(scene)).toBe(1);
    expect(await asked(scene)).toBe('whatsapp.needs_template');
  });

  test('repeats nothing of long ago, though the window is open still', async () => {
    const scene = await ledger.scene();
    const { sendId, whatsappId } = await accepted(scene);
    await letPass(scene, 0.2);
    await reportFailed(sendId, whatsappId, 131047);
    expect(await sendsOf(scene)).toBe(1);
    expect(await asked(scene)).toBe('whatsapp.needs_template');
  });

  test('repeats nothing that was called while the window was closed, though it is open now', async () => {
    const scene = await ledger.scene();
    const { sendId, whatsappId } = await accepted(scene);
    await letPass(scene, 72);
    await writes(scene);
    await reportFailed(sendId, whatsappId, 131047);
    expect(await sendsOf(scene)).toBe(1);
  });

  test('takes no key that a person may give an order', async () => {
    const scene = await ledger.scene();
    const { sendId, whatsappId } = await accepted(scene);
    await reportFailed(sendId, whatsappId, 131047);
    const keys = `select count(*) from send where conversation_id = $1 and key like 'human:%'`;
    expect(await sendsOf(scene)).toBe(2);
    expect(await ledger.world.value(keys, [scene.id])).toBe(1);
  });
});

describe('a status that adopts a message while its call is under way', () => {
  test.each(['sent', 'delivered'])('as %s stands against an answer that refuses it', async (status) => {
    const scene = await ledger.scene();
    const sendId = await addSend(ledger.world, scene, { status: 'planned' });
    ledger.whatsapp.fate = 'refuse_reach';
    ledger.whatsapp.meanwhile = () => report(sendId, newId(), { status });
    await ledger.deliver(sendId);
    expect(await ledger.row(sendId)).toEqual({ status, reason_code: null });
    expect(await asked(scene)).toBeUndefined();
    expect(await mark(scene)).toEqual([null, true]);
  });
});

describe('a failure of an attempt that was refused at once', () => {
  async function refusedForNow(scene: Scene) {
    const sendId = await addSend(ledger.world, scene, { status: 'planned' });
    ledger.whatsapp.fate = 'refuse_for_now';
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'planned' });
    ledger.whatsapp.fate = 'accept';
    return sendId;
  }

  test.each([[131016], [undefined]])('does not end what waits to leave again (%s)', async (code) => {
    const scene = await ledger.scene();
    const sendId = await refusedForNow(scene);
    await reportFailed(sendId, newId(), code);
    expect(await ledger.row(sendId)).toMatchObject({ status: 'planned' });
    expect(await asked(scene)).toBeUndefined();
    await ledger.comeDue(sendId);
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
  });

  test('does not end the next attempt, on its way or taken; a failure of that one does', async () => {
    const scene = await ledger.scene();
    const sendId = await refusedForNow(scene);
    const first = newId();
    ledger.whatsapp.meanwhile = () => reportFailed(sendId, first, 131016);
    await ledger.comeDue(sendId);
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
    await reportFailed(sendId, newId(), 131016);
    expect(await ledger.row(sendId)).toEqual({ status: 'accepted', reason_code: null });
    await reportFailed(sendId, await whatsappIdOf(sendId), 131016);
    expect(await ledger.row(sendId)).toEqual({ status: 'failed', reason_code: 'whatsapp.transient' });
  });

  test('counts for the next attempt where it proves to be of that one', async () => {
    const scene = await ledger.scene();
    const sendId = await refusedForNow(scene);
    await ledger.comeDue(sendId);
    const next = `wamid.out${ledger.whatsapp.taken.length + 1}`;
    ledger.whatsapp.meanwhile = () => reportFailed(sendId, next, 131016);
    await ledger.deliver(sendId);
    expect(await ledger.row(sendId)).toEqual({ status: 'failed', reason_code: 'whatsapp.transient' });
  });

  test('ends it where it says something else', async () => {
    const scene = await ledger.scene();
    const sendId = await refusedForNow(scene);
    await reportFailed(sendId, newId(), 131050);
    expect(await ledger.row(sendId)).toEqual({ status: 'failed', reason_code: 'whatsapp.opted_out' });
    expect(await isOptedOut(scene)).toBe(true);
  });
});

describe('a buyer out of reach until they write', () => {
  test('is not within reach sooner for a limit of a day, in whatever order both come', async () => {
    for (const codes of [
      [131026, 131049],
      [131049, 131026],
    ]) {
      const scene = await ledger.scene();
      const [first, second] = [await accepted(scene), await accepted(scene)];
      const [firstCode = 0, secondCode = 0] = codes;
      await reportFailed(first.sendId, first.whatsappId, firstCode);
      await reportFailed(second.sendId, second.whatsappId, secondCode);
      expect(await mark(scene)).toEqual(['whatsapp.unreachable', true]);
      const other = await ledger.scene();
      const [early, late] = [await accepted(other), await accepted(other)];
      await reportFailed(late.sendId, late.whatsappId, secondCode);
      await reportFailed(early.sendId, early.whatsappId, firstCode);
      expect(await mark(other)).toEqual(['whatsapp.unreachable', true]);
    }
  });

  test('rests for a day only once they have written since', async () => {
    const scene = await ledger.scene();
    const first = await accepted(scene);
    await reportFailed(first.sendId, first.whatsappId, 131026);
    await writes(scene);
    const second = await accepted(scene);
    await reportFailed(second.sendId, second.whatsappId, 131049);
    expect(await mark(scene)).toEqual(['whatsapp.marketing_cap', false]);
  });
});

test('a limit of the recipient that is reported days later holds nobody any more', async () => {
  const scene = await ledger.scene();
  const { sendId, whatsappId } = await accepted(scene);
  await letPass(scene, 6 * 24);
  await reportFailed(sendId, whatsappId, 131056);
  const held = 'select recipient_not_before is not null from conversation where id = $1';
  expect(await ledger.world.value(held, [scene.id])).toBe(false);
});
