import { randomInt, randomUUID } from 'node:crypto';
import type { Scene } from '../commands/world';
import { LedgerWorld } from '../store/ledger-world';
import { startConversation } from '../../api/ingest/start-conversation';
import { NUMBER_ID, addSend } from '../commands/world';
import { activateShippedPolicy } from '../ingest/policy';
import { addTemplate, templateMessage } from './world';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
});
afterAll(() => ledger.close());
/** What WhatsApp had taken before the test. */
let takenBefore = 0;
beforeEach(async () => {
  takenBefore = ledger.whatsapp.taken.length;
  await activateShippedPolicy(ledger.world.pool);
  await ledger.world.pool.query('update send set is_business_initiated = false where is_business_initiated');
  await addTemplate(ledger.world.pool, { name: 'hello' });
  await addTemplate(ledger.world.pool, { name: 'offer', category: 'MARKETING' });
});
const taken = () => ledger.whatsapp.taken.slice(takenBefore);

/** A buyer whose window is closed. */
const silent = () => ledger.world.conversation({ wroteAgoMs: 2 * DAY_MS });

/** What an agent sends; gives the send. */
async function write(scene: Scene, name = 'hello'): Promise<string> {
  const result = await ledger.command(scene, {
    kind: 'send_message',
    arguments: { message: templateMessage(name) },
  });
  if (result.kind !== 'done' || result.answer.send_id === null) throw new Error('not planned');
  return result.answer.send_id;
}

const askedFor = (scene: Scene) =>
  ledger.world.value('select reason_code from conversation where id = $1 and needs_human', [scene.id]);

describe('a template outside the window', () => {
  test('leaves when it is approved', async () => {
    const sendId = await write(await silent());
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
    expect(await ledger.world.value('select is_business_initiated from send where id = $1', [sendId])).toBe(
      true,
    );
  });

  test.each([
    ['PAUSED', 'template.paused'],
    ['DISABLED', 'template.disabled'],
    ['DELETED', 'template.not_found'],
    ['PENDING_DELETION', 'template.not_approved'],
  ])('is refused when Meta says %s meanwhile, and a person is asked', async (status, reason) => {
    const scene = await silent();
    const sendId = await write(scene);
    await addTemplate(ledger.world.pool, { name: 'hello', status });
    await ledger.deliver(sendId);
    expect(await ledger.row(sendId)).toEqual({ status: 'refused', reason_code: reason });
    expect(await askedFor(scene)).toBe(reason);
    expect(taken()).toEqual([]);
  });

  test('is refused when Meta pauses its language meanwhile, though another language of it is approved', async () => {
    await addTemplate(ledger.world.pool, { name: 'hello', language: 'en' });
    const sendId = await write(await silent());
    await addTemplate(ledger.world.pool, { name: 'hello', status: 'PAUSED' });
    await ledger.deliver(sendId);
    expect(await ledger.row(sendId)).toEqual({ status: 'refused', reason_code: 'template.paused' });
    expect(taken()).toEqual([]);
    await ledger.world.pool.query(`delete from template where language = 'en'`);
  });

  test('is refused when Meta changed its placeholders or its category meanwhile', async () => {
    const first = await write(await silent());
    const second = await write(await silent());
    await addTemplate(ledger.world.pool, { name: 'hello', components: [{ type: 'BODY', text: 'Hi {{1}}' }] });
    await ledger.deliver(first);
    expect((await ledger.row(first)).reason_code).toBe('template.parameters');
    await addTemplate(ledger.world.pool, { name: 'hello', category: 'MARKETING' });
    await ledger.deliver(second);
    expect((await ledger.row(second)).reason_code).toBe('template.no_marketing_consent');
  });

  test('leaves nothing else out: free text is refused as before', async () => {
    const scene = await ledger.scene();
    const sendId = await ledger.write(scene);
    await ledger.world.pool.query(`update message set sent_at = now() - interval '25 hours' where id = $1`, [
      scene.messageId,
    ]);
    await ledger.deliver(sendId);
    expect(await ledger.row(sendId)).toEqual({ status: 'refused', reason_code: 'gate.window' });
  });
});

describe('the limit of buyers written to first', () => {
  const limitTo = (max: number) =>
    activateShippedPolicy(ledger.world.pool, [
      [/^sending:\n/m, `sending:\n  business_initiated_per_24h: ${max}\n`],
    ]);

  test('lets no buyer more through, puts the rest off until there is room, and holds nobody twice', async () => {
    await limitTo(2);
    const scenes = await Promise.all([silent(), silent(), silent()]);
    const sends = await Promise.all(scenes.map((scene) => write(scene)));
    const fates = await Promise.all(sends.map((id) => ledger.deliver(id)));
    expect(fates.map(({ status }) => status).sort()).toEqual(['accepted', 'accepted', 'planned']);
    const late = sends[fates.findIndex(({ status }) => status === 'planned')] ?? '';
    expect(await ledger.row(late)).toEqual({ status: 'planned', reason_code: 'gate.first_contacts' });
    const hours = await ledger.world.value(
      'select extract(epoch from not_before - now()) / 3600 from send where id = $1',
      [late],
    );
    expect(Number(hours)).toBeGreaterThan(23.9);
    expect(Number(hours)).toBeLessThan(24.1);
    // Whoever is counted already may be written to again.
    const again = await write(
      scenes[fates.findIndex(({ status }) => status === 'accepted')] ?? (await silent()),
    );
    expect(await ledger.deliver(again)).toMatchObject({ status: 'accepted' });
    // A day later there is room.
    await ledger.world.pool.query(
      `update send set claimed_at = claimed_at - interval '25 hours' where is_business_initiated`,
    );
    await ledger.comeDue(late);
    expect(await ledger.deliver(late)).toMatchObject({ status: 'accepted' });
  });

  test('is never overdrawn by claims at the same moment', async () => {
    await limitTo(3);
    const scenes = await Promise.all(Array.from({ length: 10 }, silent));
    const sends = await Promise.all(scenes.map((scene) => write(scene)));
    await Promise.all(sends.map((id) => ledger.deliver(id)));
    expect(taken()).toHaveLength(3);
  });

  test('does not touch whoever has an open window', async () => {
    await limitTo(0);
    const open = await write(await ledger.scene());
    expect(await ledger.deliver(open)).toMatchObject({ status: 'accepted' });
    expect(await ledger.world.value('select is_business_initiated from send where id = $1', [open])).toBe(
      false,
    );
  });

  test('is told beforehand to whoever writes first, with the time', async () => {
    await limitTo(1);
    const phone = () => `1202555${randomInt(1_000, 9_999)}`;
    const begin = (identifier: string) =>
      startConversation(ledger.world.pool, {
        phoneNumberId: NUMBER_ID,
        identifier,
        actor: 'anna',
        idempotencyKey: randomUUID(),
        arguments: {
          message: templateMessage('hello'),
          optIn: { how: 'web form', when: '2026-01-05T10:00:00.000Z', evidence: 'order 4711' },
        },
      });
    const first = await begin(phone());
    if (first.result.kind !== 'done') throw new Error('not begun');
    await ledger.deliver(first.result.answer.send_id ?? '');
    const { result } = await begin(phone());
    expect(result).toMatchObject({ kind: 'refused', refusal: 'first_contacts_used_up' });
    expect(result.kind === 'refused' && (result.availableAtMs ?? 0) - Date.now()).toBeGreaterThan(
      23 * HOUR_MS,
    );
  });
});

describe('the window after a message from an ad', () => {
  /** The buyer clicked an ad and wrote, and we answered, each so many hours ago. */
  async function fromAd(
    wroteHours: number,
    answeredHours: number,
    referral: object = { source_type: 'ad' },
  ): Promise<Scene> {
    const scene = await ledger.world.conversation({ wroteAgoMs: wroteHours * HOUR_MS });
    await ledger.world.pool.query(`update message set body = $2, captured_at = sent_at where id = $1`, [
      scene.messageId,
      JSON.stringify({ referral }),
    ]);
    await ledger.world.pool.query(
      `insert into message (conversation_id, episode_id, direction, author, whatsapp_id, type, body, sent_at, captured_at)
       select $1, $2, 'outbound', 'automation', $3, 'text', '{}', at, at
         from (select now() - $4 * interval '1 hour' as at) as answered`,
      [scene.id, scene.episodeId, `wamid.${randomUUID()}`, answeredHours],
    );
    return scene;
  }
  const canWrite = async (scene: Scene) =>
    (
      await ledger.command(scene, {
        kind: 'send_message',
        arguments: { message: { type: 'text', text: { body: 'Hi' } } },
      })
    ).kind === 'done';

  test.each([
    { is: 'open 71 h after our answer', wrote: 80, answered: 71, isOpen: true },
    { is: 'closed 73 h after our answer', wrote: 80, answered: 73, isOpen: false },
    { is: 'not opened by an answer after more than 24 h', wrote: 60, answered: 35, isOpen: false },
  ])('is $is', async ({ wrote, answered, isOpen }) => {
    expect(await canWrite(await fromAd(wrote, answered))).toBe(isOpen);
  });

  test('opens by the click’s id, and not by a post', async () => {
    expect(await canWrite(await fromAd(40, 39, { ctwa_clid: 'click-1' }))).toBe(true);
    expect(await canWrite(await fromAd(40, 39, { source_type: 'post' }))).toBe(false);
  });

  /** What WhatsApp tells in a status of the answer. */
  const tell = (
    scene: Scene & { readonly sendId: string },
    told: { readonly origin: string; readonly endsInHours?: number },
  ) =>
    ledger.world.pool.query(
      `with answer as (
         update message set send_id = $2 where conversation_id = $1 and direction = 'outbound' returning sent_at
       )
       update send set conversation = jsonb_build_object('id', 'c', 'origin_type', $3::text, 'expires_at', $4::text),
              claimed_at = (select sent_at from answer)
        where id = $2`,
      [
        scene.id,
        scene.sendId,
        told.origin,
        told.endsInHours === undefined
          ? null
          : new Date(Date.now() + told.endsInHours * HOUR_MS).toISOString(),
      ],
    );

  test.each([
    {
      is: 'longer than we counted',
      answered: 75,
      told: { origin: 'referral_conversion', endsInHours: 1 },
      isOpen: true,
    },
    {
      is: 'shorter than we counted',
      answered: 30,
      told: { origin: 'referral_conversion', endsInHours: -1 },
      isOpen: false,
    },
    { is: 'as we counted', answered: 30, told: { origin: 'referral_conversion' }, isOpen: true },
    { is: 'none at all', answered: 30, told: { origin: 'service' }, isOpen: false },
  ])('is $is when WhatsApp says so', async ({ answered, told, isOpen }) => {
    const scene = await fromAd(answered + 1, answered);
    const sendId = await addSend(ledger.world, scene, { status: 'sent' });
    await tell({ ...scene, sendId }, told);
    expect(await canWrite(scene)).toBe(isOpen);
  });

  test('is open when WhatsApp says so of a buyer whose ad we have not seen', async () => {
    const scene = await fromAd(30, 29, {});
    const sendId = await addSend(ledger.world, scene, { status: 'sent' });
    await tell({ ...scene, sendId }, { origin: 'referral_conversion', endsInHours: 40 });
    expect(await canWrite(scene)).toBe(true);
  });

  test('holds at the gate too', async () => {
    const scene = await fromAd(50, 49);
    const result = await ledger.command(scene, {
      kind: 'send_message',
      arguments: { message: { type: 'text', text: { body: 'Hi' } } },
    });
    if (result.kind !== 'done') throw new Error('not planned');
    expect(await ledger.deliver(result.answer.send_id ?? '')).toMatchObject({ status: 'accepted' });
  });
});
