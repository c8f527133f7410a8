import { HubSpotCallError, isPassing } from './hubspot.errors';
import type { HubSpotOption, HubSpotPort, HubSpotProperty, HubSpotPropertyInput } from './hubspot.port';
import {
  IDENTITY_KEY_PROPERTY,
  NEVER_AUTOMATE_PROPERTY,
  OPT_IN_AT_PROPERTY,
  OPT_IN_HOW_PROPERTY,
  START_PROPERTY,
  START_RESULT_PROPERTY,
} from './hubspot.port';

const GROUP = { name: 'continuo', label: 'Continuo' };

/** Outcomes of an episode that HubSpot knows as choices. */
export const OUTCOMES = ['completed', 'idle', 'closed_by_human', 'opted_out', 'none'] as const;

/** The properties of a contact that this product owns; nothing else of a contact is ever overwritten. */
const CONTACT_PROPERTIES: readonly HubSpotPropertyInput[] = [
  property(IDENTITY_KEY_PROPERTY, 'WhatsApp identity key', {
    description: 'Which WhatsApp buyer this contact is. Set by Continuo; do not edit.',
    type: 'string',
    fieldType: 'text',
    hasUniqueValue: true,
  }),
  property(NEVER_AUTOMATE_PROPERTY, 'WhatsApp: never automate', {
    description:
      'Yes = only people write to this contact on WhatsApp. Set by people; Continuo only reads it.',
    type: 'bool',
    fieldType: 'booleancheckbox',
    options: [
      { value: 'true', label: 'Yes', hidden: false },
      { value: 'false', label: 'No', hidden: false },
    ],
  }),
  property(START_PROPERTY, 'WhatsApp: write first with this template', {
    description:
      'Name and language of an approved template, such as hello/en_US, or a name of the policy. Continuo sends it once and clears this.',
    type: 'string',
    fieldType: 'text',
  }),
  property(START_RESULT_PROPERTY, 'WhatsApp: what became of writing first', {
    description: 'Set by Continuo.',
    type: 'string',
    fieldType: 'text',
  }),
  property(OPT_IN_HOW_PROPERTY, 'WhatsApp: how the contact agreed to messages', {
    description: 'Such as "web form". Set by people and workflows; Continuo only reads it.',
    type: 'string',
    fieldType: 'text',
  }),
  property(OPT_IN_AT_PROPERTY, 'WhatsApp: when the contact agreed to messages', {
    description: 'Set by people and workflows; Continuo only reads it.',
    type: 'datetime',
    fieldType: 'date',
  }),
  property('wa_last_inbound_at', 'WhatsApp: last message from the buyer', {
    description: 'When the buyer wrote last.',
    type: 'datetime',
    fieldType: 'date',
  }),
  property('wa_last_outbound_at', 'WhatsApp: last message to the buyer', {
    description: 'When we wrote last.',
    type: 'datetime',
    fieldType: 'date',
  }),
  property('wa_first_response_seconds', 'WhatsApp: first response time (seconds)', {
    description: 'Seconds from the first message of the latest answered episode to our first answer.',
    type: 'number',
    fieldType: 'number',
  }),
  property('wa_conversation_status', 'WhatsApp: conversation status', {
    description: 'Where the conversation stands.',
    ...choices({
      open: 'Open',
      waiting: 'Waiting for the buyer',
      needs_human: 'Needs a human',
      closed: 'Closed',
    }),
  }),
  property('wa_handled_by', 'WhatsApp: handled by', {
    description: 'Who answered in the latest episode.',
    ...choices({ automation: 'Automation', human: 'Human', nobody: 'Nobody' }),
  }),
  property('wa_last_outcome', 'WhatsApp: last outcome', {
    description: 'How the last closed episode ended.',
    ...choices({
      completed: 'Completed',
      idle: 'Went idle',
      closed_by_human: 'Closed by a human',
      opted_out: 'Opted out',
      none: 'None yet',
    }),
  }),
];

/**
 * Creates what is missing of our property group, properties and choices, and tells which portal this is. May run any number
 * of times and at the same time in several processes. What could not be set up is named in `problems`, as codes.
 */
export async function ensureHubSpotProperties(
  client: HubSpotPort,
): Promise<{ portalId: string; problems: string[] }> {
  const portalId = await client.readPortalId();
  const problems: string[] = [];
  const existing = new Map((await client.readContactProperties()).map((found) => [found.name, found]));
  const isComplete = CONTACT_PROPERTIES.every(({ name }) => existing.has(name));
  if (!isComplete)
    await attempt(problems, 'group', () => client.createContactPropertyGroup(GROUP.name, GROUP.label));
  for (const wanted of CONTACT_PROPERTIES) {
    const found = existing.get(wanted.name);
    if (found === undefined) await attempt(problems, wanted.name, () => client.createContactProperty(wanted));
    else await amend(client, { wanted, found, problems });
  }
  return { portalId, problems };
}

/** What of our properties is missing or different, as text; changes nothing. */
export async function findPropertyProblems(client: HubSpotPort): Promise<string[]> {
  const existing = new Map((await client.readContactProperties()).map((found) => [found.name, found]));
  return CONTACT_PROPERTIES.flatMap((wanted) => {
    const found = existing.get(wanted.name);
    if (found === undefined) return [`${wanted.name} is missing`];
    const missing = missingOptions(wanted, found).map(({ value }) => `${wanted.name} lacks "${value}"`);
    return [...flaws(wanted, found), ...missing];
  });
}

/** What cannot be changed on a property that exists. */
function flaws(wanted: HubSpotPropertyInput, found: HubSpotProperty): string[] {
  return [
    ...(found.type === wanted.type ? [] : [`${wanted.name}: type is ${found.type}`]),
    // The flag cannot be set on a property that exists already.
    ...(wanted.hasUniqueValue && !found.hasUniqueValue ? [`${wanted.name}: values are not unique`] : []),
  ];
}

function missingOptions(wanted: HubSpotPropertyInput, found: HubSpotProperty): HubSpotOption[] {
  return wanted.options.filter((option) => !found.options.some((present) => present.value === option.value));
}

async function amend(
  client: HubSpotPort,
  pair: { wanted: HubSpotPropertyInput; found: HubSpotProperty; problems: string[] },
): Promise<void> {
  const { wanted, found, problems } = pair;
  problems.push(...flaws(wanted, found));
  const missing = missingOptions(wanted, found);
  if (missing.length === 0) return;
  // The list is written as a whole: choices that people added must stay.
  const options = [...found.options, ...missing];
  await attempt(problems, wanted.name, () => client.updateContactPropertyOptions(wanted.name, options));
}

async function attempt(problems: string[], name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof HubSpotCallError)) throw error;
    // Somebody else created it in the same moment, or it exists under this name already.
    if (error.failure.class === 'conflict' || error.failure.code.includes('EXISTS')) return;
    // Without the scope to change schemas the properties may still be there, made by hand.
    if (isPassing(error.failure) && error.failure.status !== 403) throw error;
    problems.push(`${name}: ${error.failure.code}`);
  }
}

function property(
  name: string,
  label: string,
  rest: Pick<HubSpotPropertyInput, 'description' | 'type' | 'fieldType'> &
    Partial<Pick<HubSpotPropertyInput, 'hasUniqueValue' | 'options'>>,
): HubSpotPropertyInput {
  return { name, label, groupName: GROUP.name, hasUniqueValue: false, options: [], ...rest };
}

function choices(labels: Readonly<Record<string, string>>) {
  const options: HubSpotOption[] = Object.entries(labels).map(([value, label]) => ({
    value,
    label,
    hidden: false,
  }));
  return { type: 'enumeration', fieldType: 'select', options } as const;
}
