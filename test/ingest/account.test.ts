import { numberDetail } from '../../api/contract';
import { listNumbers } from '../../api/read/numbers';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import { LedgerWorld } from '../store/ledger-world';
import { resumeNumber } from '../../store/commands/resume-number';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { addTemplate, templateMessage } from '../templates/world';
import { at, bodyOf, change, message, messages, NUMBER_ID, OTHER_NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { createWorld } from './world';
import type { World } from './world';

const WABA = '100000000000009';
const OTHER_WABA = '100000000000008';
const OURS = '12025550100';

const reported = (field: string, value: Json, seconds: number): Json => ({
  object: 'whatsapp_business_account',
  entry: [{ id: WABA, time: Number(at(seconds)), changes: [{ field, value }] }],
});
const account = (event: string, seconds: number, more: Json = {}) =>
  reported('account_update', { event, ...more }, seconds);
const ban = (state: string) => ({ ban_info: { waba_ban_state: [state], waba_ban_date: 'July 20, 2026' } });

describe('what Meta reports about an account', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  beforeEach(async () => {
    await world.empty();
    await world.pool.query('delete from channel where scope <> $1', ['app']);
    await world.take(messages(message({ from: '447700900170' })));
  });
  afterAll(() => world.end());

  const theNumber = async (id = NUMBER_ID) =>
    numberDetail.parse((await listNumbers(world.pool)).find((one) => one.id === id));
  const stopped = async (id = NUMBER_ID) => (await theNumber(id)).stopped?.reason_code ?? null;

  it.each([
    ['DISABLED_UPDATE', ban('DISABLE'), 'account.disabled'],
    ['DISABLED_UPDATE', {}, 'account.disabled'],
    [
      'ACCOUNT_RESTRICTION',
      { restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING' }] },
      'account.restricted',
    ],
    ['ACCOUNT_VIOLATION', { violation_info: { violation_type: 'SCAM' } }, 'account.violation'],
    ['ACCOUNT_DELETED', {}, 'account.deleted'],
    ['ACCOUNT_OFFBOARDED', {}, 'account.disconnected'],
    [
      'PARTNER_REMOVED',
      { disconnection_info: { reason: 'X', initiated_by: 'USER' } },
      'account.disconnected',
    ],
    ['PARTNER_APP_UNINSTALLED', {}, 'account.disconnected'],
  ])('%s stops its numbers, with the reason', async (event, more, reason) => {
    await world.take(account(event, 1, more));
    expect((await theNumber()).stopped).toMatchObject({
      scope: 'number',
      reason_code: reason,
      error: { waba_id: WABA, event },
    });
  });

  it.each([
    ['AD_ACCOUNT_LINKED', {}],
    ['VOLUME_BASED_PRICING_TIER_UPDATE', {}],
    ['SOMETHING_OF_TOMORROW', {}],
    [
      'ACCOUNT_RESTRICTION',
      { restriction_info: [{ restriction_type: 'RESTRICTED_ADD_PHONE_NUMBER_ACTION' }] },
    ],
  ])('%s %j is listed and stops nothing', async (event, more) => {
    await world.take(account(event, 1, more));
    expect(await stopped()).toBeNull();
    expect(await world.rows('select 1 from account_event')).toHaveLength(1);
  });

  it('stops no number of another account, and a number that becomes known later too', async () => {
    const body = JSON.stringify(account('DISABLED_UPDATE', 1, ban('DISABLE')));
    await world.take(JSON.parse(body.replace(WABA, OTHER_WABA)));
    expect(await stopped()).toBeNull();
    const first = {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: OTHER_WABA,
          changes: [change({ messages: [message({ from: '447700900171' })] }, 'messages', OTHER_NUMBER_ID)],
        },
      ],
    };
    await world.take(first);
    expect(await stopped(OTHER_NUMBER_ID)).toBe('account.disabled');
    expect(await stopped()).toBeNull();
  });

  it.each([
    [
      ['DISABLED_UPDATE', ban('DISABLE')],
      ['DISABLED_UPDATE', ban('REINSTATE')],
    ],
    [
      ['ACCOUNT_VIOLATION', {}],
      ['DISABLED_UPDATE', { ban_info: { waba_ban_state: 'REINSTATE' } }],
    ],
    [
      ['ACCOUNT_RESTRICTION', {}],
      ['ACCOUNT_RESTRICTION', { restriction_info: [] }],
    ],
    [
      ['PARTNER_REMOVED', {}],
      ['PARTNER_ADDED', {}],
    ],
    [
      ['ACCOUNT_OFFBOARDED', {}],
      ['ACCOUNT_RECONNECTED', {}],
    ],
  ] as [string, Json][][])('%j is over with %j, in either order', async (...[one, other]) => {
    const bodies = [account(one?.[0] ?? '', 1, one?.[1]), account(other?.[0] ?? '', 2, other?.[1])];
    for (const body of bodies) await world.take(body);
    expect(await stopped()).toBeNull();
    await world.empty();
    await world.take(messages(message({ from: '447700900170' })));
    for (const body of bodies.toReversed()) await world.take(body);
    expect(await stopped()).toBeNull();
  });

  it('a new connection does not end what Meta ordered', async () => {
    await world.take(account('ACCOUNT_VIOLATION', 1));
    await world.take(account('PARTNER_REMOVED', 2));
    expect(await stopped()).toBe('account.disconnected');
    await world.take(account('PARTNER_ADDED', 3));
    expect(await stopped()).toBe('account.violation');
  });

  it('reinstatement leaves alone what the number’s own refusals stopped', async () => {
    await world.pool.query(
      `insert into channel (scope, stopped_at, stopped_reason, stopped_error) values ($1, now(), 'whatsapp.billing', '{}')`,
      [NUMBER_ID],
    );
    await world.take(account('DISABLED_UPDATE', 1, ban('DISABLE')));
    await world.take(account('DISABLED_UPDATE', 2, ban('REINSTATE')));
    expect(await stopped()).toBe('whatsapp.billing');
  });

  it('a person lets the number go on, and only a newer report stops it again', async () => {
    await world.take(account('ACCOUNT_VIOLATION', 1));
    expect(
      await resumeNumber(world.pool, {
        phoneNumberId: NUMBER_ID,
        actor: 'anna',
        reason: 'settled',
        idempotencyKey: 'anna:1',
      }),
    ).toMatchObject({ kind: 'done' });
    await world.take(account('ACCOUNT_RESTRICTION', 2));
    expect(await stopped()).toBeNull();
    await world.take(account('ACCOUNT_RESTRICTION', 3_600 + 60));
    expect(await stopped()).toBe('account.restricted');
  });

  it('what waits looks again when the stop is over', async () => {
    const [conversation] = await world.rows<{ id: string }>('select id from conversation');
    await world.pool.query(
      `with grounds as (
         insert into decision (key, conversation_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
         select 'd', id, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1' from conversation returning id, conversation_id)
       insert into send (key, conversation_id, kind, author, status, type, body, epoch, decision_id)
       select 'k', conversation_id, 'human', 'agent:anna', 'planned', 'text', '{}', 0, id from grounds`,
    );
    await world.take(account('DISABLED_UPDATE', 1, ban('DISABLE')));
    expect(await world.take(account('DISABLED_UPDATE', 2, ban('REINSTATE')))).toEqual([conversation?.id]);
  });

  const quality = (event: string, limit: string, seconds: number) =>
    reported(
      'phone_number_quality_update',
      { display_phone_number: OURS, event, current_limit: limit },
      seconds,
    );
  it.each([[[0, 1, 2]], [[2, 1, 0]], [[1, 2, 0]]])(
    'the quality and the limit of a number are shown with when and what was before: %j',
    async (order) => {
      const bodies = [
        quality('UPGRADE', 'TIER_10K', 1),
        quality('FLAGGED', 'TIER_10K', 2),
        quality('UNFLAGGED', 'TIER_2K', 3),
      ];
      for (const index of order) await world.take(bodies[index]);
      const when = (seconds: number) => new Date(Number(at(seconds)) * 1000).toISOString();
      expect(await theNumber()).toMatchObject({
        waba_id: WABA,
        quality: { value: 'UNFLAGGED', since: when(3), previous: { value: 'FLAGGED', since: when(2) } },
        messaging_limit: {
          value: 'TIER_2K',
          since: when(3),
          previous: { value: 'TIER_10K', since: when(1) },
        },
      });
    },
  );

  it('what the business may do is shown as last reported, not as last arrived', async () => {
    await world.take(
      reported('business_capability_update', { max_daily_conversations_per_business: 'TIER_2K' }, 9),
    );
    await world.take(
      reported(
        'business_capability_update',
        { max_daily_conversation_per_phone: 250, max_phone_numbers_per_business: 2 },
        1,
      ),
    );
    expect((await theNumber()).capability).toMatchObject({
      first_contacts_of_business: 'TIER_2K',
      first_contacts_of_number: null,
    });
  });

  it.each([[[0, 1, 2, 3]], [[3, 2, 1, 0]], [[2, 0, 3, 1]]])(
    'each side of a template reads as Meta last said: %j',
    async (order) => {
      await addTemplate(world.pool, { name: 'offer', components: [{ type: 'BODY', text: 'Hi' }] });
      await world.pool.query(`update template set synced_at = now() - interval '1 day'`);
      const about = { message_template_name: 'offer', message_template_language: 'en_US' };
      const bodies = [
        reported('message_template_status_update', { ...about, event: 'PAUSED' }, 1),
        reported('template_category_update', { ...about, new_category: 'MARKETING' }, 2),
        reported('message_template_quality_update', { ...about, new_quality_score: 'RED' }, 3),
        reported('message_template_status_update', { ...about, event: 'REINSTATED' }, 4),
      ];
      for (const index of order) await world.take(bodies[index]);
      expect(await world.rows('select status, category, quality from template')).toEqual([
        { status: 'APPROVED', category: 'MARKETING', quality: 'RED' },
      ]);
    },
  );

  it('a template with new words needs the values of these at once', async () => {
    await addTemplate(world.pool, {
      name: 'offer',
      components: [{ type: 'BODY', text: 'Hi' }, { type: 'FOOTER' }],
    });
    await world.pool.query(`update template set synced_at = now() - interval '1 day'`);
    const about = { message_template_name: 'offer', message_template_language: 'en_US' };
    await world.take(
      reported('message_template_components_update', { ...about, message_template_element: 'Hi {{1}}' }, 1),
    );
    expect(await world.rows('select components from template')).toEqual([
      { components: [{ type: 'BODY', text: 'Hi {{1}}' }, { type: 'FOOTER' }] },
    ]);
  });
});

describe('what Meta allows a business', () => {
  let ledger: LedgerWorld;
  beforeAll(async () => {
    ledger = await LedgerWorld.open();
    await addTemplate(ledger.world.pool, { name: 'hello' });
  });
  afterAll(() => ledger.close());

  const allow = async (value: Json, seconds: number): Promise<void> => {
    const body = bodyOf();
    const sent = {
      ...body,
      entry: [
        { time: Number(at(seconds)), id: WABA, changes: [{ field: 'business_capability_update', value }] },
      ],
    };
    const { pool } = ledger.world;
    await assignItems(pool, await captureBody(pool, Buffer.from(JSON.stringify(sent))));
  };
  /** Whether somebody may be written to first now. */
  const mayBegin = async (): Promise<boolean> => {
    const scene = await ledger.world.conversation({ wroteAgoMs: 2 * 86_400_000 });
    const result = await ledger.command(scene, {
      kind: 'send_message',
      arguments: { message: templateMessage('hello') },
    });
    if (result.kind !== 'done' || result.answer.send_id === null) throw new Error('not planned');
    const parts = { database: ledger.world.pool, whatsapp: ledger.whatsapp.client };
    return (await deliverSend(parts, result.answer.send_id)).status === 'accepted';
  };

  it('is what the gate allows: by number and by business, the newest word', async () => {
    await allow({ max_daily_conversation_per_phone: 1 }, 10);
    expect(await mayBegin()).toBe(true);
    expect(await mayBegin()).toBe(false);
    await allow({ max_daily_conversation_per_phone: 500 }, 5);
    expect(await mayBegin()).toBe(false);
    await allow({ max_daily_conversations_per_business: 'TIER_2K' }, 20);
    expect(await mayBegin()).toBe(true);
    await allow({ max_daily_conversations_per_business: 2 }, 30);
    expect(await mayBegin()).toBe(false);
    await allow({ max_daily_conversations_per_business: -1 }, 40);
    expect(await mayBegin()).toBe(true);
  });
});
