import { accountEventList, webhookItemList } from '../../api/contract';
import { listAccountEvents } from '../../api/read/account-events';
import { listWebhookItems } from '../../api/read/webhook-items';
import { at, bodyOf, change, message } from './bodies';
import type { Json } from './bodies';
import { useWorld } from './world';

const world = useWorld();

const OURS = '12025550100';
const MEMBER = '447700900160';
const GROUP = { group_id: 'Y2FwaV9ncm91cDo1NTAxMDA' };

const template = {
  message_template_id: 594425479261596,
  message_template_name: 'order_ready',
  message_template_language: 'en_US',
};

/** Reports about the account, as Meta sends them: what is made of each. */
const ACCOUNT: [string, Json, { event: string; severity: string; number?: string }][] = [
  [
    'message_template_status_update',
    { ...template, event: 'APPROVED', reason: 'NONE' },
    { event: 'APPROVED', severity: 'info' },
  ],
  [
    'message_template_status_update',
    { ...template, event: 'PAUSED', other_info: { title: 'FIRST_PAUSE', description: 'Low quality' } },
    { event: 'PAUSED', severity: 'warning' },
  ],
  [
    'message_template_status_update',
    { ...template, event: 'REJECTED', reason: 'INVALID_FORMAT' },
    { event: 'REJECTED', severity: 'warning' },
  ],
  [
    'template_category_update',
    { ...template, previous_category: 'UTILITY', new_category: 'MARKETING' },
    { event: 'MARKETING', severity: 'info' },
  ],
  [
    'message_template_quality_update',
    { ...template, previous_quality_score: 'GREEN', new_quality_score: 'YELLOW' },
    { event: 'YELLOW', severity: 'warning' },
  ],
  [
    'message_template_components_update',
    { ...template, message_template_element: 'Your order is ready.' },
    { event: 'CHANGED', severity: 'info' },
  ],
  [
    'phone_number_quality_update',
    { display_phone_number: OURS, event: 'FLAGGED', current_limit: 'TIER_250' },
    { event: 'FLAGGED', severity: 'warning', number: OURS },
  ],
  [
    'phone_number_quality_update',
    { display_phone_number: OURS, event: 'UPGRADE', old_limit: 'TIER_2K', current_limit: 'TIER_10K' },
    { event: 'UPGRADE', severity: 'info', number: OURS },
  ],
  [
    'account_update',
    {
      event: 'ACCOUNT_RESTRICTION',
      restriction_info: [{ restriction_type: 'RESTRICTED_ADD_PHONE_NUMBER_ACTION' }],
    },
    { event: 'ACCOUNT_RESTRICTION', severity: 'critical' },
  ],
  [
    'account_update',
    { event: 'ACCOUNT_VIOLATION', violation_info: { violation_type: 'SCAM' } },
    { event: 'ACCOUNT_VIOLATION', severity: 'critical' },
  ],
  [
    'account_update',
    {
      event: 'PARTNER_REMOVED',
      disconnection_info: { reason: 'ACCOUNT_DISCONNECTED', initiated_by: 'USER' },
    },
    { event: 'PARTNER_REMOVED', severity: 'critical' },
  ],
  ['account_update', { event: 'ACCOUNT_RECONNECTED' }, { event: 'ACCOUNT_RECONNECTED', severity: 'info' }],
  [
    'account_update',
    { event: 'SOMETHING_OF_TOMORROW' },
    { event: 'SOMETHING_OF_TOMORROW', severity: 'info' },
  ],
  [
    'account_alerts',
    {
      entity_type: 'BUSINESS',
      entity_id: '100000000000008',
      alert_info: {
        alert_severity: 'WARNING',
        alert_status: 'ACTIVE',
        alert_type: 'INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED',
        alert_description: 'More is asked for.',
      },
    },
    { event: 'INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED', severity: 'warning' },
  ],
  [
    'business_capability_update',
    { max_daily_conversations_per_business: 'TIER_2K', max_phone_numbers_per_business: 25 },
    { event: 'CHANGED', severity: 'info' },
  ],
];

it.each(ACCOUNT)('%s %j is judged, kept and shown', async (field, value, shown) => {
  await world.take({
    object: 'whatsapp_business_account',
    entry: [{ id: '100000000000009', time: Number(at(0)), changes: [{ field, value }] }],
  });
  const list = accountEventList.parse(await listAccountEvents(world.pool, { limit: 10 }));
  expect(list.items).toEqual([
    expect.objectContaining({ field, raw: value, waba_id: '100000000000009', ...shown }),
  ]);
  expect(await world.rows('select 1 from conversation')).toEqual([]);
});

/** Fields that have no behaviour: nothing follows from them, and nothing of them is lost. */
const RAW: [string, Json][] = [
  ['messaging_handovers', { recipient: { id: '1' }, control_passed: { previous_owner: { app_id: '2' } } }],
  ['business_username_update', { display_phone_number: OURS, username: 'oak.example', status: 'approved' }],
  ['calls', { calls: [{ id: 'wacid.1', event: 'connect', from: MEMBER, to: OURS, timestamp: at(0) }] }],
  ['calls', { statuses: [{ id: 'wacid.1', type: 'call', status: 'RINGING', timestamp: at(0) }] }],
  ['security', { event: 'PIN_CHANGED', requester: '100000000000007' }],
  ['group_lifecycle_update', { groups: [{ ...GROUP, type: 'group_create', subject: 'Oak' }] }],
  ['group_participants_update', { groups: [{ ...GROUP, added_participants: [{ wa_id: MEMBER }] }] }],
  ['group_settings_update', { groups: [{ ...GROUP, group_subject: { text: 'Ash' } }] }],
  ['group_status_update', { groups: [{ ...GROUP, type: 'group_suspend' }] }],
  ['flows', { event: 'FLOW_STATUS_CHANGE', flow_id: '3' }],
  ['automatic_events', { automatic_events: [{ id: 'wamid.1', event_name: 'LeadSubmitted' }] }],
  ['standby', { nothing_that_we_know: true }],
  ['tomorrow', { messages: [message({ from: MEMBER })] }],
];

it.each(RAW)('%s %j is kept raw, counted and shown, and nothing follows', async (field, value) => {
  const sent = change(value, field);
  expect(await world.take(bodyOf(sent))).toEqual([]);
  const list = webhookItemList.parse(await listWebhookItems(world.pool, { limit: 10 }));
  expect(list.counts).toEqual([{ kind: 'unknown', field, error: null, count: 1 }]);
  expect(list.items).toEqual([expect.objectContaining({ kind: 'unknown', field, raw: sent })]);
  for (const table of ['buyer', 'conversation', 'message', 'account_event', 'send_status'])
    expect(await world.rows(`select 1 from ${table}`)).toEqual([]);
});

const said = (more: Json = {}) => message({ from: MEMBER, timestamp: at(0), ...GROUP, ...more });
const toGroup = said({ from: OURS, to: GROUP.group_id });

it.each<[string, string, Json]>([
  ['a message', 'messages', { messages: [said()] }],
  ['a message that Meta’s agent has', 'standby', { messages: [said()] }],
  [
    'a system message',
    'messages',
    { messages: [said({ type: 'system', system: { type: 'user_changed_number' } })] },
  ],
  ['an echo', 'smb_message_echoes', { message_echoes: [toGroup] }],
  ['an echo with a recipient', 'smb_message_echoes', { message_echoes: [said({ from: OURS, to: MEMBER })] }],
  ['history', 'history', { history: [{ threads: [{ id: MEMBER, messages: [said()] }] }] }],
])('%s of a group becomes no conversation: kept raw, counted and shown', async (_what, field, value) => {
  expect(await world.take(bodyOf(change(value, field)))).toEqual([]);
  const list = webhookItemList.parse(await listWebhookItems(world.pool, { limit: 10 }));
  expect(list.counts).toEqual([{ kind: 'unknown', field, error: 'group_message', count: 1 }]);
  expect(list.items[0]?.raw).toMatchObject(GROUP);
  for (const table of ['buyer', 'conversation', 'message'])
    expect(await world.rows(`select 1 from ${table}`)).toEqual([]);
});

it('statuses of a group’s members are kept, each one, and move no send of ours', async () => {
  const status = (member: string) => ({
    id: 'wamid.group',
    status: 'delivered',
    timestamp: at(0),
    recipient_type: 'group',
    recipient_id: GROUP.group_id,
    recipient_participant_id: member,
  });
  const body = bodyOf(change({ statuses: [status(MEMBER), status('447700900161')] }));
  expect(await world.take(body)).toEqual([]);
  expect(await world.rows('select participant, send_id from send_status order by participant')).toEqual([
    { participant: MEMBER, send_id: null },
    { participant: '447700900161', send_id: null },
  ]);
});
