import { valueOf } from './webhook.payload';
import type { BusinessNumber } from './whatsapp.state';

type Value = Readonly<Record<string, unknown>>;
type Sample = (number: BusinessNumber, at: { readonly seconds: number }) => Value;

const TEMPLATE = {
  message_template_id: 300_000_000_000_001,
  message_template_name: 'order_update',
  message_template_language: 'en',
};

const SAMPLES: Readonly<Record<string, Sample>> = {
  account_alerts: () => ({
    entity_type: 'PHONE_NUMBER',
    entity_id: '100000000000001',
    alert_info: {
      alert_severity: 'CRITICAL',
      alert_status: 'NONE',
      alert_type: 'OBA_APPROVED',
      alert_description: 'Sample alert',
    },
  }),
  account_review_update: () => ({ decision: 'APPROVED' }),
  account_update: ({ display_phone_number }) => ({
    phone_number: display_phone_number,
    event: 'ACCOUNT_RESTRICTION',
    restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 1_893_456_000 }],
  }),
  business_capability_update: () => ({
    max_daily_conversation_per_phone: 2_000,
    max_phone_numbers_per_business: 25,
  }),
  message_template_components_update: () => ({
    ...TEMPLATE,
    message_template_element: 'Your order is on its way.',
  }),
  message_template_quality_update: () => ({
    ...TEMPLATE,
    previous_quality_score: 'GREEN',
    new_quality_score: 'YELLOW',
  }),
  message_template_status_update: () => ({ ...TEMPLATE, event: 'PAUSED', reason: 'NONE' }),
  phone_number_name_update: ({ display_phone_number }) => ({
    display_phone_number,
    decision: 'APPROVED',
    requested_verified_name: 'Example Furniture',
    rejection_reason: null,
  }),
  phone_number_quality_update: ({ display_phone_number }) => ({
    display_phone_number,
    event: 'DOWNGRADE',
    current_limit: 'TIER_2K',
  }),
  template_category_update: () => ({ ...TEMPLATE, previous_category: 'UTILITY', new_category: 'MARKETING' }),
  security: ({ display_phone_number }) => ({
    display_phone_number,
    event: 'PIN_CHANGED',
    requester: '100000000000007',
  }),
  business_username_update: ({ display_phone_number }) => ({
    display_phone_number,
    username: 'example.furniture',
    status: 'approved',
  }),
  calls: (number, { seconds }) =>
    valueOf(number, {
      calls: [
        {
          id: 'wacid.SIMULATED',
          to: number.display_phone_number,
          from: '447700900999',
          event: 'connect',
          timestamp: String(seconds),
          direction: 'USER_INITIATED',
        },
      ],
    }),
  group_lifecycle_update: (number, { seconds }) =>
    valueOf(number, {
      groups: [{ timestamp: String(seconds), group_id: 'group-1', type: 'group_create', subject: 'Sample' }],
    }),
  messaging_handovers: (number, { seconds }) =>
    valueOf(number, {
      messaging_handovers: [{ timestamp: String(seconds), new_owner: { type: 'META_BUSINESS_AGENT' } }],
    }),
  flows: () => ({ event: 'FLOW_STATUS_CHANGE', flow_id: '500000000000001', new_status: 'PUBLISHED' }),
  automatic_events: () => ({ event: 'LeadSubmitted', details: { source: 'simulated' } }),
};

/** What Meta could report under a field; a field nobody has heard of gets a body nobody has heard of. */
export function sampleOf(field: string, number: BusinessNumber, nowMs: number): Value {
  const seconds = Math.floor(nowMs / 1000);
  return SAMPLES[field]?.(number, { seconds }) ?? { something_new: { about: number.id, at: seconds } };
}
