import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import type { Scene } from '../commands/world';
import { bodyOf, change } from '../ingest/bodies';
import { emptyTables } from '../support/database';
import { ACCOUNT, addTemplate, templateMessage } from '../templates/world';
import { SendWorld } from './send-world';

let at: SendWorld;
beforeAll(async () => {
  at = await SendWorld.start();
});
beforeEach(async () => {
  await at.simulator.settings({ whatsapp_template_message_status: 'accepted' });
  await emptyTables(at.world.pool, ['template', 'whatsapp_account']);
  await at.world.pool.query(
    `insert into whatsapp_account (waba_id, sync_done, synced_at)
       values ('${ACCOUNT}', 1, now() - interval '10 minutes')`,
  );
  await at.world.pool.query('update number set waba_id = $1', [ACCOUNT]);
  await addTemplate(at.world.pool, { name: 'hello' });
  await at.world.pool.query(`update template set synced_at = now() - interval '10 minutes'`);
});
afterEach(() => at.calm());
afterAll(() => at.stop());

/** A message of this template that is ready to leave, to somebody else each time. */
async function plan(): Promise<{ readonly scene: Scene; readonly sendId: string }> {
  const scene = await at.conversation();
  const sendId = await at.plan(scene);
  await at.world.pool.query(`update send set type = 'template', body = $2 where id = $1`, [
    sendId,
    JSON.stringify(templateMessage('hello')),
  ]);
  return { scene, sendId };
}
const isReadSoon = () =>
  at.world.value(
    `select sync_done < sync_wanted and coalesce(sync_not_before <= now(), true) from whatsapp_account`,
  );
const statusOfTemplate = () => at.world.value(`select status from template where name = 'hello'`);

describe('a refusal that is about the template', () => {
  it.each([132000, 132001, 132007, 132012])('(%i) has the templates read again soon', async (code) => {
    const { sendId } = await plan();
    expect(await isReadSoon()).toBe(false);
    await at.refuse(code);
    expect(await at.deliver(sendId)).toEqual({ status: 'failed', reasonCode: 'whatsapp.content' });
    expect(await isReadSoon()).toBe(true);
    expect(await statusOfTemplate()).toBe('APPROVED');
  });

  it.each([
    [132015, 'PAUSED', 'template.paused'],
    [132016, 'DISABLED', 'template.disabled'],
  ])('(%i) counts at once: nobody else is sent it in vain', async (code, status, reasonCode) => {
    const [one, other] = [await plan(), await plan()];
    await at.refuse(code, { times: 1 });
    await at.deliver(one.sendId);
    expect(await statusOfTemplate()).toBe(status);
    expect(await isReadSoon()).toBe(true);
    expect(await at.deliver(other.sendId)).toEqual({ status: 'refused', reasonCode });
  });

  it('counts as well where it is reported later', async () => {
    const { sendId } = await plan();
    await at.deliver(sendId);
    await at.reportFailed(sendId, 132015);
    expect(await statusOfTemplate()).toBe('PAUSED');
  });

  it('asks nothing of Meta that was read since the call', async () => {
    const { sendId } = await plan();
    await at.deliver(sendId);
    await at.world.pool.query('update whatsapp_account set synced_at = clock_timestamp()');
    await at.reportFailed(sendId, 132001);
    expect(await isReadSoon()).toBe(false);
  });

  it('tells nothing of templates where the message is none', async () => {
    await at.refuse(131009);
    await at.deliver(await at.plan(await at.conversation()));
    expect(await isReadSoon()).toBe(false);
  });
});

describe('a message from a template that WhatsApp took and holds back', () => {
  const said = ({ id }: Scene) =>
    at.world.value(
      `select count(*)::int from message where conversation_id = $1 and direction = 'outbound'`,
      [id],
    );
  it.each([
    ['held_for_quality_assessment', 'whatsapp.template_held', undefined, 'APPROVED'],
    ['paused', 'whatsapp.template_paused', 'whatsapp.template_paused', 'PAUSED'],
  ])('(%s) is not said before a status tells that it left', async (...given) => {
    const [messageStatus, reasonCode, question, templateStatus] = given;
    const { scene, sendId } = await plan();
    await at.simulator.settings({ whatsapp_template_message_status: messageStatus });
    expect(await at.deliver(sendId)).toEqual({ status: 'accepted', reasonCode });
    expect(await at.row(sendId)).toMatchObject({ status: 'accepted', reason_code: reasonCode });
    expect(await said(scene)).toBe(0);
    expect(await at.phone(scene)).toEqual([]);
    expect(await at.question(scene)).toBe(question);
    expect([await statusOfTemplate(), await isReadSoon()]).toEqual([templateStatus, true]);
    expect(await at.world.value('select event from account_event')).toBe(reasonCode);
    await at.report(sendId, 'sent', {});
    expect(await at.row(sendId)).toMatchObject({ status: 'sent', reason_code: null });
    expect(await said(scene)).toBe(1);
    expect(await at.question(scene)).toBeUndefined();
    await at.report(sendId, 'delivered', {});
    expect(await said(scene)).toBe(1);
  });

  it('has failed when a status says so, and was never said', async () => {
    const { scene, sendId } = await plan();
    await at.simulator.settings({ whatsapp_template_message_status: 'held_for_quality_assessment' });
    await at.deliver(sendId);
    await at.reportFailed(sendId, 132015);
    expect(await at.row(sendId)).toMatchObject({ status: 'failed', reason_code: 'whatsapp.content' });
    expect(await said(scene)).toBe(0);
    expect(await at.question(scene)).toBe('whatsapp.content');
  });

  it('was said where its status was quicker than the answer', async () => {
    const { scene, sendId } = await plan();
    await at.simulator.fault({
      service: 'whatsapp',
      kind: 'error',
      match: { sends: true },
      status: 200,
      body: { messages: [{ id: 'wamid.quick', message_status: 'held_for_quality_assessment' }] },
    });
    const body = bodyOf(
      change({
        statuses: [{ id: 'wamid.quick', status: 'sent', timestamp: String(Math.floor(Date.now() / 1_000)) }],
      }),
    );
    await assignItems(at.world.pool, await captureBody(at.world.pool, Buffer.from(JSON.stringify(body))));
    expect(await at.deliver(sendId)).toEqual({ status: 'sent', reasonCode: null });
    expect(await said(scene)).toBe(1);
    expect(await at.row(sendId)).toMatchObject({ reason_code: null });
  });
});
