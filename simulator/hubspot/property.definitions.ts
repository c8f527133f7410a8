import type { ObjectType } from './object-type';

export type PropertyOption = {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
  readonly description?: string;
};

export type PropertyDefinition = {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly PropertyOption[];
  readonly hasUniqueValue: boolean;
  readonly readOnly: boolean;
  readonly hubspotDefined: boolean;
  readonly calculated: boolean;
  readonly externalOptions: boolean;
  readonly formField: boolean;
  readonly hidden: boolean;
  readonly displayOrder: number;
  readonly archived: boolean;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
};

/** `type/fieldType`, then a mark: `ro` = read only, `owner` = an owner's id, a list = the allowed values. */
type Seed = readonly [name: string, label: string, kind: string, mark?: 'ro' | 'owner' | readonly string[]];

const TEXT = 'string/text';
const PHONE = 'string/phonenumber';
const TIME = 'datetime/date';
const NUMBER = 'number/number';
const CHOICE = 'enumeration/select';
const YES_NO = 'bool/booleancheckbox';

const LIFECYCLE_STAGES = [
  'subscriber',
  'lead',
  'marketingqualifiedlead',
  'salesqualifiedlead',
  'opportunity',
  'customer',
  'evangelist',
  'other',
];

const COMMON: readonly Seed[] = [
  ['hs_object_id', 'Record ID', NUMBER, 'ro'],
  ['hubspot_owner_id', 'Owner', CHOICE, 'owner'],
  ['hubspot_owner_assigneddate', 'Owner assigned date', TIME, 'ro'],
  ['hs_merged_object_ids', 'Merged record IDs', TEXT, 'ro'],
  ['hs_object_source', 'Record source', TEXT, 'ro'],
];

const ACTIVITY: readonly Seed[] = [
  ['notes_last_contacted', 'Last contacted', TIME, 'ro'],
  ['notes_last_updated', 'Last activity date', TIME, 'ro'],
  ['hs_last_sales_activity_timestamp', 'Last engagement date', TIME, 'ro'],
  ['hs_pinned_engagement_id', 'Pinned engagement ID', NUMBER],
];

const PHONES: readonly Seed[] = [
  ['phone', 'Phone number', PHONE],
  ['hs_calculated_phone_number', 'Calculated phone number in international format', TEXT, 'ro'],
  ['hs_searchable_calculated_phone_number', 'Calculated phone number with area code', TEXT, 'ro'],
  [
    'hs_searchable_calculated_international_phone_number',
    'Calculated international phone number',
    TEXT,
    'ro',
  ],
];

const PLACE: readonly Seed[] = [
  ['address', 'Street address', TEXT],
  ['city', 'City', TEXT],
  ['state', 'State or region', TEXT],
  ['zip', 'Postal code', TEXT],
  ['country', 'Country or region', TEXT],
  ['website', 'Website URL', TEXT],
];

export const SEEDS: Readonly<Record<ObjectType, readonly Seed[]>> = {
  contacts: [
    ...COMMON,
    ...ACTIVITY,
    ...PHONES,
    ...PLACE,
    ['email', 'Email', TEXT],
    ['hs_additional_emails', 'Additional email addresses', TEXT, 'ro'],
    ['firstname', 'First name', TEXT],
    ['lastname', 'Last name', TEXT],
    ['salutation', 'Salutation', TEXT],
    ['jobtitle', 'Job title', TEXT],
    ['company', 'Company name', TEXT],
    ['mobilephone', 'Mobile phone number', PHONE],
    ['hs_calculated_mobile_number', 'Calculated mobile number in international format', TEXT, 'ro'],
    ['hs_searchable_calculated_mobile_number', 'Calculated mobile number with area code', TEXT, 'ro'],
    [
      'hs_searchable_calculated_international_mobile_number',
      'Calculated international mobile number',
      TEXT,
      'ro',
    ],
    ['hs_whatsapp_phone_number', 'WhatsApp phone number', PHONE],
    ['lifecyclestage', 'Lifecycle stage', CHOICE, LIFECYCLE_STAGES],
    [
      'hs_lead_status',
      'Lead status',
      CHOICE,
      [
        'NEW',
        'OPEN',
        'IN_PROGRESS',
        'OPEN_DEAL',
        'UNQUALIFIED',
        'ATTEMPTED_TO_CONTACT',
        'CONNECTED',
        'BAD_TIMING',
      ],
    ],
    ['hs_language', 'Preferred language', TEXT],
    ['hs_timezone', 'Time zone', TEXT],
    ['message', 'Message', 'string/textarea'],
    ['associatedcompanyid', 'Primary associated company ID', NUMBER, 'ro'],
    ['num_associated_deals', 'Number of associated deals', NUMBER, 'ro'],
    ['createdate', 'Create date', TIME, 'ro'],
    ['lastmodifieddate', 'Last modified date', TIME, 'ro'],
  ],
  companies: [
    ...COMMON,
    ...ACTIVITY,
    ...PHONES,
    ...PLACE,
    ['name', 'Company name', TEXT],
    ['domain', 'Company domain name', TEXT],
    ['industry', 'Industry', TEXT],
    ['description', 'Description', 'string/textarea'],
    ['numberofemployees', 'Number of employees', NUMBER],
    ['annualrevenue', 'Annual revenue', NUMBER],
    ['lifecyclestage', 'Lifecycle stage', CHOICE, LIFECYCLE_STAGES],
    ['createdate', 'Create date', TIME, 'ro'],
    ['hs_lastmodifieddate', 'Last modified date', TIME, 'ro'],
  ],
  deals: [
    ...COMMON,
    ...ACTIVITY,
    ['dealname', 'Deal name', TEXT],
    ['dealstage', 'Deal stage', 'enumeration/radio'],
    ['pipeline', 'Pipeline', CHOICE],
    ['amount', 'Amount', NUMBER],
    ['deal_currency_code', 'Currency', TEXT],
    ['closedate', 'Close date', TIME],
    ['dealtype', 'Deal type', 'enumeration/radio', ['newbusiness', 'existingbusiness']],
    ['description', 'Deal description', 'string/textarea'],
    ['hs_next_step', 'Next step', TEXT],
    ['hs_priority', 'Priority', CHOICE, ['low', 'medium', 'high']],
    ['closed_lost_reason', 'Closed lost reason', 'string/textarea'],
    ['closed_won_reason', 'Closed won reason', 'string/textarea'],
    ['hs_is_closed', 'Is deal closed?', YES_NO, 'ro'],
    ['hs_is_closed_won', 'Is closed won', YES_NO, 'ro'],
    ['hs_is_closed_lost', 'Is closed lost', YES_NO, 'ro'],
    ['hs_deal_stage_probability', 'Deal probability', NUMBER, 'ro'],
    ['num_associated_contacts', 'Number of associated contacts', NUMBER, 'ro'],
    ['createdate', 'Create date', TIME, 'ro'],
    ['hs_lastmodifieddate', 'Last modified date', TIME, 'ro'],
  ],
  communications: [
    ...COMMON,
    ['hs_communication_channel_type', 'Channel type', CHOICE, ['WHATS_APP', 'LINKEDIN_MESSAGE', 'SMS']],
    ['hs_communication_logged_from', 'Logged from', CHOICE, ['CRM']],
    ['hs_communication_body', 'Communication body', 'string/html'],
    ['hs_timestamp', 'Activity date', TIME],
    ['hs_attachment_ids', 'Attached file IDs', TEXT],
    ['hs_at_mentioned_owner_ids', 'At-mentioned owner IDs', TEXT],
    ['hs_body_preview', 'Body preview', TEXT, 'ro'],
    ['hs_unique_creation_key', 'Unique creation key', TEXT, 'ro'],
    ['hs_createdate', 'Create date', TIME, 'ro'],
    ['hs_lastmodifieddate', 'Last modified date', TIME, 'ro'],
  ],
};

/** The group every type is seeded with; own properties may use it or a group of their own. */
export const DEFAULT_GROUPS: Readonly<Record<ObjectType, { readonly name: string; readonly label: string }>> =
  {
    contacts: { name: 'contactinformation', label: 'Contact information' },
    companies: { name: 'companyinformation', label: 'Company information' },
    deals: { name: 'dealinformation', label: 'Deal information' },
    communications: { name: 'communication', label: 'Communication information' },
  };

/** The definition of a property that every HubSpot account has. */
export function seededDefinition(type: ObjectType, seed: Seed, atMs: number): PropertyDefinition {
  const [name, label, kind, mark] = seed;
  const [valueType = 'string', fieldType = 'text'] = kind.split('/');
  return {
    name,
    label,
    type: valueType,
    fieldType,
    groupName: DEFAULT_GROUPS[type].name,
    description: '',
    options: Array.isArray(mark) ? mark.map((value: string, index) => optionOf(value, value, index)) : [],
    hasUniqueValue: name === 'hs_object_id',
    readOnly: mark === 'ro',
    hubspotDefined: true,
    calculated: mark === 'ro' && name.includes('calculated'),
    externalOptions: mark === 'owner',
    formField: false,
    hidden: false,
    displayOrder: -1,
    archived: false,
    created_at_ms: atMs,
    updated_at_ms: atMs,
  };
}

function optionOf(label: string, value: string, displayOrder: number): PropertyOption {
  return { label, value, displayOrder, hidden: false };
}
