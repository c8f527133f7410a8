import { randomUUID } from 'node:crypto';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import { runHubSpotStarts } from '../../api/ingest/hubspot-starts';
import { inTransaction } from '../../platform/database';
import { setNumberMode, throwKillSwitch } from '../../store/commands/allow-automation';
import type { CommandOrder } from '../../store/commands/command.types';
import { runCommand } from '../../store/commands/run-command';
import { changeOwner } from '../../store/owner.store';
import { lookForStarts } from '../../worker/keep-starts';
import { activateShippedPolicy } from '../ingest/policy';
import { emptyTables } from '../support/database';
import { openWhatsAppServer } from '../store/whatsapp-server';
import type { WhatsAppServer } from '../store/whatsapp-server';
import type { HubspotRecord } from '../support/simulator-client';
import { addTemplate } from '../templates/world';
import { HubSpotWorld } from './hubspot-world';

let world: HubSpotWorld;
beforeAll(async () => {
  world = await HubSpotWorld.start();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.reset();
  await emptyTables(world.pool, ['hubspot_start', 'template', 'kill_switch', 'never_automate', 'command']);
  await world.pool.query(`insert into hubspot_portal (portal_id) values ('1') on conflict do nothing`);
  await activateShippedPolicy(world.pool, [
    [
      /^budget:\n/m,
      `start: { templates: { welcome: { name: greeting, language: en_US, parameters: ['{first_name|there}'] } } }\nbudget:\n`,
    ],
  ]);
  await world.pool.query(`update number set mode = 'live'`);
  await addTemplate(world.pool, { name: 'hello' });
  await addTemplate(world.pool, {
    name: 'greeting',
    components: [{ type: 'BODY', text: 'Hello {{1}}.' }],
  });
});

const AGREED = { wa_opt_in_how: 'web form', wa_opt_in_at: '2026-01-05T10:00:00Z' };
const PHONE = '+447700900170';
const contact = (properties: Readonly<Record<string, string>> = {}) =>
  world.contact({ firstname: 'Nora', phone: PHONE, ...AGREED, ...properties });
const set = (id: string, properties: Readonly<Record<string, string>>) =>
  world.hubspot.updateRecord('contacts', { id, properties });
/** The worker looks, the API carries out, the worker tells. */
async function passRound(): Promise<void> {
  await look();
  await runHubSpotStarts(world.pool, 100);
  await look();
}
const look = () => lookForStarts({ database: world.pool, hubspot: world.hubspot, everyMs: 0 });
async function shown({ id }: HubspotRecord) {
  const [found] = await world.hubspot.readRecords('contacts', [id], ['wa_start_template', 'wa_start_result']);
  return {
    template: found?.properties['wa_start_template'] ?? '',
    result: found?.properties['wa_start_result'],
  };
}
const sends = () =>
  world.rows(
    `select send.body #> '{template}' as template, send.status, conversation.owner
       from send join conversation on conversation.id = send.conversation_id order by send.created_at`,
  );

it('a template named in HubSpot begins a conversation, with the opt-in as evidence, and HubSpot hears of it', async () => {
  const nora = await contact({ wa_start_template: 'hello/en_US' });
  await passRound();
  expect(await sends()).toEqual([
    { template: { name: 'hello', language: { code: 'en_US' } }, status: 'planned', owner: 'automation' },
  ]);
  expect(await world.rows('select value, details from consent')).toEqual([
    {
      value: 'opt_in',
      details: {
        how: 'web form',
        when: '2026-01-05T10:00:00.000Z',
        evidence: `contact ${nora.id} in HubSpot`,
      },
    },
  ]);
  const [conversation] = await world.rows('select id from conversation');
  expect(await shown(nora)).toEqual({
    template: '',
    result: `started: conversation ${String(conversation?.['id'])}`,
  });
});

it('the policy’s templates are known by their names there, with the name of the contact', async () => {
  await contact({ wa_start_template: 'welcome' });
  await passRound();
  expect((await sends())[0]?.['template']).toMatchObject({
    name: 'greeting',
    components: [{ type: 'body', parameters: [{ type: 'text', text: 'Nora' }] }],
  });
});

it('each setting is carried out once, however often it is read, carried out and told', async () => {
  const nora = await contact({ wa_start_template: 'hello/en_US' });
  await Promise.all([look(), look(), look()]);
  const api = () => runHubSpotStarts(world.pool, 100);
  await Promise.all([api(), api(), api(), api()]);
  // A crash after the command, before its outcome was written down.
  await world.pool.query('update hubspot_start set outcome = null, answered_at = null');
  await Promise.all([api(), api()]);
  // HubSpot is away when it is to be told, and its search still shows the old value afterwards.
  await world.simulator.fault({
    service: 'hubspot',
    kind: 'empty-502',
    match: { method: 'PATCH' },
    times: 1,
  });
  await expect(look()).rejects.toThrow();
  expect((await shown(nora)).template).toBe('hello/en_US');
  await passRound();
  await passRound();
  expect((await shown(nora)).template).toBe('');
  expect(await sends()).toHaveLength(1);
  await set(nora.id, { wa_start_template: 'hello/en_US' });
  await passRound();
  expect(await sends()).toHaveLength(2);
});

it('a setting that came while the one before was carried out is kept', async () => {
  const nora = await contact({ wa_start_template: 'hello/en_US' });
  await look();
  await set(nora.id, { wa_start_template: 'welcome' });
  await runHubSpotStarts(world.pool, 100);
  await passRound();
  await passRound();
  expect(await sends()).toHaveLength(2);
  expect((await shown(nora)).template).toBe('');
});

it.each<[string, Readonly<Record<string, string>>, string]>([
  ['no opt-in', { wa_opt_in_how: '' }, 'no_opt_in'],
  ['no time of the opt-in', { wa_opt_in_at: '' }, 'no_opt_in'],
  ['no phone', { phone: '' }, 'no_phone'],
  ['a template that nobody knows', { wa_start_template: 'nothing/en_US' }, 'template_not_found'],
  ['words that name no template', { wa_start_template: 'please write to her' }, 'unknown_template'],
  ['values missing', { wa_start_template: 'greeting/en_US' }, 'template_parameters_wrong'],
  ['automation forbidden for the contact', { wa_never_automate: 'true' }, 'never_automate'],
])('is refused, cleared and told: %s', async (_what, properties, refusal) => {
  const nora = await contact({ wa_start_template: 'hello/en_US', ...properties });
  await passRound();
  expect(await shown(nora)).toEqual({ template: '', result: `refused: ${refusal}` });
  expect(await sends()).toEqual([]);
});

it.each<[string, string, string]>([
  ['a number that only observes', `update number set mode = 'observe'`, 'number_not_live'],
  [
    'a kill switch',
    `insert into kill_switch (scope, target, actor, reason) values ('everything', '', 'anna', 'x')`,
    'number_not_live',
  ],
  [
    'the person on the list of those whom automation never writes to',
    `insert into never_automate (kind, value, reason, added_by) values ('wa_id', '${PHONE.slice(1)}', 'x', 'anna')`,
    'never_automate',
  ],
  [
    'a second number that the policy does not choose between',
    `insert into number (phone_number_id, mode) values ('100000000000777', 'live')`,
    'number_not_named',
  ],
])('is refused for %s', async (_what, sql, refusal) => {
  await world.pool.query(sql);
  const nora = await contact({ wa_start_template: 'hello/en_US' });
  await passRound();
  expect((await shown(nora)).result).toBe(`refused: ${refusal}`);
  expect(await sends()).toEqual([]);
});

describe('what is planned', () => {
  let whatsapp: WhatsAppServer;
  beforeAll(async () => {
    whatsapp = await openWhatsAppServer();
  });
  afterAll(() => whatsapp.close());

  async function leave() {
    await contact({ wa_start_template: 'hello/en_US' });
    await passRound();
    return async () => {
      const [send] = await world.rows('select id from send');
      return await deliverSend({ database: world.pool, whatsapp: whatsapp.client }, String(send?.['id']));
    };
  }

  it('leaves', async () => {
    const deliver = await leave();
    expect(await deliver()).toMatchObject({ status: 'accepted' });
  });

  it.each([
    [
      'a kill switch',
      `insert into kill_switch (scope, target, actor, reason) values ('everything', '', 'anna', 'x')`,
      'gate.switched_off',
    ],
    ['a number that only observes', `update number set mode = 'observe'`, 'gate.mode'],
    ['a pause', `update conversation set paused_until = 'infinity', epoch = epoch + 1`, 'gate.epoch'],
  ])('is stopped by %s that comes afterwards, as automation is', async (_what, sql, reasonCode) => {
    const deliver = await leave();
    await world.pool.query(sql);
    expect(await deliver()).toEqual({ status: 'refused', reasonCode });
  });
});

describe('whoever stops automation', () => {
  async function ordered() {
    await contact({ wa_start_template: 'hello/en_US' });
    await passRound();
    const [send] = await world.rows('select id, conversation_id from send');
    return { sendId: String(send?.['id']), conversationId: String(send?.['conversation_id']) };
  }
  /** Its call has begun, and nobody knows yet what comes of it. */
  const begin = () =>
    world.pool.query(`update send set status = 'claimed', claimed_at = now(), claim_until = now()`);
  const by = () => ({ actor: 'anna', reason: 'stop', idempotencyKey: randomUUID() });
  const command = (conversationId: string, order: CommandOrder) =>
    runCommand(world.pool, { ...by(), ...order, conversationId, isVerified: true });

  it.each<CommandOrder>([
    { kind: 'take_over', arguments: {} },
    { kind: 'pause', arguments: { forever: true } },
    { kind: 'close', arguments: {} },
    { kind: 'opt_out', arguments: {} },
  ])('in one conversation ($kind) recalls what HubSpot ordered and has not begun', async (order) => {
    const { sendId, conversationId } = await ordered();
    const result = await command(conversationId, order);
    expect(result).toMatchObject({ kind: 'done', answer: { recalled: [sendId] } });
    expect(await world.rows('select status from send')).toEqual([{ status: 'recalled' }]);
  });

  it('on the phone recalls it too', async () => {
    const { conversationId } = await ordered();
    await inTransaction(world.pool, (client) =>
      changeOwner(client, { conversationId, owner: 'phone', reasonCode: 'owner.phone' }),
    );
    expect(await world.rows('select status from send')).toEqual([{ status: 'recalled' }]);
  });

  it('hears of what had begun', async () => {
    const { sendId, conversationId } = await ordered();
    await begin();
    const underWay = [{ send_id: sendId, status: 'claimed' }];
    expect(await command(conversationId, { kind: 'take_over', arguments: {} })).toMatchObject({
      answer: { under_way: underWay },
    });
    expect(await throwKillSwitch(world.pool, { ...by(), scope: 'everything', target: '' })).toMatchObject({
      answer: { under_way: underWay },
    });
    const [number] = await world.rows('select phone_number_id as id from number');
    const phoneNumberId = String(number?.['id']);
    expect(await setNumberMode(world.pool, { ...by(), phoneNumberId, mode: 'observe' })).toMatchObject({
      answer: { under_way: underWay },
    });
  });

  it('leaves what an agent wrote', async () => {
    const { sendId, conversationId } = await ordered();
    await world.pool.query(`update send set author = 'agent:anna'`);
    expect(await command(conversationId, { kind: 'pause', arguments: { forever: true } })).toMatchObject({
      answer: { recalled: [], under_way: [] },
    });
    expect(await world.rows('select id, status from send')).toEqual([{ id: sendId, status: 'planned' }]);
  });
});

it('a buyer who opted out stays alone', async () => {
  const first = await contact({ wa_start_template: 'hello/en_US' });
  await passRound();
  await world.pool.query('update buyer set opted_out_at = now()');
  await set(first.id, { wa_start_template: 'hello/en_US' });
  await passRound();
  expect((await shown(first)).result).toBe('refused: buyer_opted_out');
  expect(await sends()).toHaveLength(1);
});

it('an order of days ago, from while we were away, is not wanted any more', async () => {
  const nora = await contact({ wa_start_template: 'hello/en_US' });
  await look();
  await world.pool.query(`update hubspot_start set set_at = set_at - interval '25 hours'`);
  await runHubSpotStarts(world.pool, 100);
  await look();
  expect((await shown(nora)).result).toBe('refused: too_old');
  expect(await sends()).toEqual([]);
});
