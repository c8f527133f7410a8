import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { accountEventList } from '../../api/contract';
import { listAccountEvents } from '../../api/read/account-events';
import { severityOf } from '../../domain/account/account-event.decide';
import { loadReplyModel } from '../../platform/reply-model';
import { readLastSaid, readWaitingMessages } from '../../store/message.store';
import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { activateShippedPolicy } from './policy';
import { useWorld } from './world';

const BUYER = '447700900120';
const OURS = '12025550100';

const world = useWorld();
beforeAll(() => activateShippedPolicy(world.pool));

const preference = (value: string, seconds: number, more: Json = {}) =>
  bodyOf(
    change(
      {
        user_preferences: [
          { wa_id: BUYER, category: 'marketing_messages', value, timestamp: Number(at(seconds)), ...more },
        ],
      },
      'user_preferences',
    ),
  );
const optOut = async () =>
  (
    await world.rows<{ out: boolean; reason: string | null }>(
      `select opted_out_at is not null as out, opted_out_reason as reason from buyer where joined_into is null`,
    )
  )[0];

describe('what buyers choose in WhatsApp', () => {
  it('stop is an opt-out with its evidence, and nothing planned leaves', async () => {
    const [conversationId] = await world.take(messages(message({ from: BUYER })));
    const look = await world.take(preference('stop', 10));
    expect(await optOut()).toEqual({ out: true, reason: 'stop.preference' });
    expect(look).toEqual([conversationId]);
    expect(await world.rows(`select value, raw ->> 'category' as category from consent`)).toEqual([
      { value: 'stop', category: 'marketing_messages' },
    ]);
  });

  const choices = {
    stop1: preference('stop', 1),
    resume2: preference('resume', 2),
    stop3: preference('stop', 3),
  };
  type Choice = keyof typeof choices;
  it.each<[Choice[], boolean]>([
    [['stop1', 'resume2'], false],
    [['resume2', 'stop1'], false],
    [['stop1', 'resume2', 'stop3'], true],
    [['stop3', 'resume2', 'stop1'], true],
    [['resume2', 'stop3', 'stop1'], true],
    [['stop1', 'stop3', 'resume2'], true],
  ])('the newest choice holds in whatever order they arrive: %j', async (order, isOut) => {
    for (const name of order) await world.take(choices[name]);
    expect((await optOut())?.out).toBe(isOut);
    const opted = await world.rows<{ opted_out_at: Date | null }>('select opted_out_at from buyer');
    expect(opted[0]?.opted_out_at ?? null).toEqual(isOut ? new Date(Number(at(3)) * 1000) : null);
  });

  it('a later consent ends an opt-out in words, an earlier one does not', async () => {
    await world.take(messages(message({ from: BUYER })));
    await world.pool.query(
      `insert into consent (key, buyer_id, value, source, reason_code, occurred_at, message_id)
       select 'message:' || id, (select id from buyer), 'stop', 'message', 'opt_out.keyword', to_timestamp($1), id from message`,
      [Number(at(20))],
    );
    await world.take(preference('signup', 10));
    expect(await optOut()).toEqual({ out: true, reason: 'opt_out.keyword' });
    await world.take(preference('resume', 30));
    expect((await optOut())?.out).toBe(false);
  });

  it('a choice nobody knows is kept and changes nothing', async () => {
    await world.take(preference('sometimes', 10));
    expect((await optOut())?.out).toBe(false);
    expect(await world.rows('select 1 from consent')).toHaveLength(1);
  });
});

describe('the history of the phone app', () => {
  const thread = (...said: readonly Json[]) => ({ id: BUYER, messages: said });
  const history = (...threads: readonly Json[]) =>
    bodyOf(
      change({ history: [{ metadata: { phase: 0, chunk_order: 1, progress: 55 }, threads }] }, 'history'),
    );
  const past = (more: Json) =>
    message({ timestamp: at(-86_400), history_context: { status: 'READ' }, ...more });
  const asked = past({ id: 'wamid.asked', from: BUYER, text: { body: 'Do you have oak?' } });
  const answered = past({ id: 'wamid.answered', from: OURS, to: BUYER, timestamp: at(-86_000) });
  const theMessages = () =>
    world.rows<{ direction: string; author: string; is_imported: boolean }>(
      'select direction, author, is_imported from message order by sent_at',
    );

  it('fills the past and wakes nobody', async () => {
    expect(await world.take(history(thread(asked, answered)))).toEqual([]);
    expect(await theMessages()).toEqual([
      { direction: 'inbound', author: 'buyer', is_imported: true },
      { direction: 'outbound', author: 'phone', is_imported: true },
    ]);
    expect(await world.rows('select owner, look_wanted from conversation')).toEqual([
      { owner: 'automation', look_wanted: 0 },
    ]);
    for (const table of ['episode', 'turn', 'wait', 'follow_up', 'send', 'decision'])
      expect(await world.rows(`select 1 from ${table}`)).toEqual([]);
  });

  it.each([
    ['our number in another national form', { from: '5215550001111', to: BUYER }],
    ['our number alone', { from: OURS }],
    ['another number of ours', { from: '12025559999' }],
    ['nothing but its recipient', { from: undefined, to: BUYER }],
  ])('a message with %s in a thread is ours, and belongs to its counterpart alone', async (_how, sides) => {
    const theirs = '447700900599';
    const ours = (id: string, to: string) =>
      past({ id, timestamp: at(-86_000), ...sides, ...('to' in sides ? { to } : {}) });
    await world.take(history(thread(asked, ours('wamid.a', BUYER))));
    await world.take(history({ id: theirs, messages: [ours('wamid.b', theirs)] }));
    expect(await theMessages()).toEqual([
      { direction: 'inbound', author: 'buyer', is_imported: true },
      { direction: 'outbound', author: 'phone', is_imported: true },
      { direction: 'outbound', author: 'phone', is_imported: true },
    ]);
    expect(await world.rows('select 1 from buyer_join')).toEqual([]);
    expect(await world.rows('select 1 from conversation')).toHaveLength(2);
  });

  it('opens no window, begins no turn and plans nothing, also when the workflow looks', async () => {
    await world.take(history(thread(past({ from: BUYER, timestamp: at(3_000) }))));
    const [conversation] = await world.rows<{ id: string }>('select id from conversation');
    const conversationId = conversation?.id ?? '';
    expect(await readWaitingMessages(world.pool, conversationId)).toEqual([]);
    const said = await readLastSaid(world.pool, conversationId);
    expect(said.windowClosesAtMs).toBeNull();
    expect((await chooseNextStep(world.pool, loadReplyModel(), conversationId)).kind).toBe('wait');
    for (const table of ['episode', 'turn', 'wait', 'follow_up', 'send'])
      expect(await world.rows(`select 1 from ${table}`)).toEqual([]);
  });

  it.each([
    ['before', true],
    ['after', false],
  ])('a message that also comes live %s it counts as live', async (_when, isHistoryFirst) => {
    const live = messages(asked);
    const both = isHistoryFirst ? [history(thread(asked)), live] : [live, history(thread(asked))];
    for (const body of both) await world.take(body);
    expect(await theMessages()).toEqual([{ direction: 'inbound', author: 'buyer', is_imported: false }]);
    expect(await world.rows('select 1 from conversation where look_wanted > 0')).toHaveLength(1);
  });

  it.each([
    ['first', true],
    ['last', false],
  ])('a medium takes the place of its placeholder, arriving %s', async (_when, isMediumFirst) => {
    const placeholder = past({ id: 'wamid.media', from: BUYER, type: 'media_placeholder', text: undefined });
    const medium = past({
      id: 'wamid.media',
      from: BUYER,
      type: 'image',
      text: undefined,
      image: { id: '9' },
    });
    const bodies = [history(thread(placeholder)), bodyOf(change({ messages: [medium] }, 'history'))];
    for (const body of isMediumFirst ? bodies.reverse() : bodies) await world.take(body);
    expect(await world.rows('select type, is_imported from message')).toEqual([
      { type: 'image', is_imported: true },
    ]);
  });

  it('that was declined is kept with its code', async () => {
    await world.take(bodyOf(change({ history: [{ errors: [{ code: 2593109 }] }] }, 'history')));
    expect(await world.rows('select kind, error from webhook_item')).toEqual([
      { kind: 'unknown', error: 'whatsapp:2593109' },
    ]);
  });

  it('of a buyer without a phone finds the buyer', async () => {
    await world.take(messages(message({ from_user_id: 'GB.5' })));
    await world.take(history({ id: 'x', context: { user_id: 'GB.5' }, messages: [past({ from: 'GB.5' })] }));
    expect(await world.rows('select 1 from buyer')).toHaveLength(1);
  });

  it('the contacts of the phone app are kept', async () => {
    const contact = {
      type: 'contact',
      action: 'add',
      contact: { full_name: 'Nora Example', phone_number: BUYER },
    };
    await world.take(bodyOf(change({ state_sync: [contact] }, 'smb_app_state_sync')));
    expect(
      await world.rows('select kind, error, raw from webhook_item where assigned_at is not null'),
    ).toEqual([
      { kind: 'state_sync', error: null, raw: { state_sync: contact, entry_time: null, turns: 0 } },
    ]);
  });
});

describe('reports about the account', () => {
  it.each([
    ['account_update', { event: 'DISABLED_UPDATE', phone_number: '1' }, 'DISABLED_UPDATE', 'critical'],
    ['phone_number_quality_update', { event: 'FLAGGED', display_phone_number: OURS }, 'FLAGGED', 'warning'],
    ['message_template_status_update', { event: 'APPROVED', message_template_id: 7 }, 'APPROVED', 'info'],
    ['message_template_quality_update', { new_quality_score: 'RED' }, 'RED', 'warning'],
    ['message_template_components_update', { message_template_id: 7 }, 'CHANGED', 'info'],
    ['template_category_update', { new_category: 'MARKETING' }, 'MARKETING', 'info'],
    ['business_capability_update', { max_phone_numbers_per_business: 25 }, 'CHANGED', 'info'],
    [
      'account_alerts',
      { entity_type: 'WABA', alert_info: { alert_severity: 'CRITICAL', alert_type: 'OBA_REJECTED' } },
      'OBA_REJECTED',
      'critical',
    ],
  ])('%s is listed', async (...[field, value, event, severity]) => {
    await world.take({
      object: 'whatsapp_business_account',
      entry: [{ id: '5', time: Number(at(0)), changes: [{ field, value }] }],
    });
    const list = accountEventList.parse(await listAccountEvents(world.pool, { limit: 10 }));
    expect(list.items).toEqual([
      expect.objectContaining({ field, event, severity, waba_id: '5', raw: value }),
    ]);
  });

  it('the same report twice is listed once, the same event at another time again', async () => {
    const report = (time: number) => ({
      object: 'whatsapp_business_account',
      entry: [
        { id: '5', time, changes: [{ field: 'account_update', value: { event: 'ACCOUNT_VIOLATION' } }] },
      ],
    });
    await world.take(report(1_790_000_000));
    await world.take({ ...report(1_790_000_000), extra: 1 });
    await world.take(report(1_790_000_500));
    expect(await world.rows('select 1 from account_event')).toHaveLength(2);
  });

  it('an event nobody knows is information, and Meta’s own word counts', () => {
    expect(severityOf({ event: 'SOMETHING', given: null })).toBe('info');
    expect(severityOf({ event: 'SOMETHING', given: 'critical' })).toBe('critical');
    expect(severityOf({ event: 'RED', given: 'odd' })).toBe('warning');
  });
});

it.each([
  'security',
  'messaging_handovers',
  'business_username_update',
  'calls',
  'group_lifecycle_update',
  'tomorrow',
])('the field %s stays raw', async (field) => {
  await world.take(bodyOf(change({ anything: [1] }, field)));
  expect(await world.rows('select kind, field, error from webhook_item')).toEqual([
    { kind: 'unknown', field, error: null },
  ]);
});
