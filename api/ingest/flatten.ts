import { unknownItem } from './captured-item';
import type { CapturedItem, Place } from './captured-item';
import { at, errorItem, otherItems, readMessage } from './flatten-fields';
import { cutDeep } from './cut-deep';
import { STANDBY } from './item';
import { parseBody } from './parse-body';
import { contactBy, contactNamed, contactOf } from './contact-of';
import { asObject } from '../../domain/json';
import { ROUND_TRIP_FIELD } from '../../platform/round-trip';
import { firstReportedError } from '../reported-error';
import { isWithoutContent } from './message-facts';
import { isIdentityChange, recipientIdsOf } from './named-by';
import { changeSchema, entrySchema, envelopeSchema, rawValueSchema, statusSchema } from './webhook.schema';
import type { ChangeValue, StoredMessage, WebhookMessage, WebhookStatus } from './webhook.schema';

/**
 * Takes a body apart into its items, each one once. Never throws and never drops anything: what is not understood
 * becomes an item of kind `unknown` that holds the raw JSON. Messages come before statuses.
 */
export function flattenBody(body: Buffer): CapturedItem[] {
  const parsed = parseBody(body);
  if (parsed.kind === 'not-json')
    return [
      unknownItem({ field: 'body', pointer: '', phoneNumberId: null }, null, {
        error: 'not_json',
        bytes: body,
      }),
    ];
  cutDeep(parsed.value);
  return itemsOfBody(parsed.value);
}

function itemsOfBody(value: unknown): CapturedItem[] {
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success) return [unknownItem({ field: 'body', pointer: '', phoneNumberId: null }, value)];
  const items = envelope.data.entry.flatMap((raw, entryIndex) => {
    const pointer = `/entry/${entryIndex}`;
    const { data: entry } = entrySchema.safeParse(raw);
    if (entry === undefined || (entry.changes === undefined && entry[STANDBY] === undefined))
      return [unknownItem({ field: 'entry', pointer, phoneNumberId: null }, raw)];
    const sent = { id: entry.id ?? null, time: entry['time'] };
    const changes = (entry.changes ?? []).flatMap((change, index) =>
      flattenChange(change, `${pointer}/changes/${index}`, sent),
    );
    const items = [
      ...changes,
      ...listenedInEntry(entry[STANDBY], `${pointer}/${STANDBY}`, sent),
      ...otherLists(entry, pointer, sent),
    ];
    return items.length > 0 ? items : [unknownItem({ field: 'entry', pointer, phoneNumberId: null }, raw)];
  });
  if (items.length === 0)
    return envelope.data[ROUND_TRIP_FIELD] !== undefined
      ? []
      : [{ ...unknownItem({ field: 'body', pointer: '', phoneNumberId: null }, value), error: 'empty_body' }];
  const keys = new Set<string>();
  const unique = items.filter(({ dedupeKey }) => keys.size !== keys.add(dedupeKey).size);
  return [
    ...unique.filter((item) => item.kind !== 'status'),
    ...unique.filter((item) => item.kind === 'status'),
  ];
}

type Entry = { readonly id: string | null; readonly time: unknown };

/** What Meta's agent had, as Messenger lists it: beside the changes, each as a change or as its value; anything else is kept. */
function listenedInEntry(list: unknown, pointer: string, entry: Entry): CapturedItem[] {
  if (list === undefined) return [];
  const given: unknown[] = Array.isArray(list) ? list : [list];
  return given.flatMap((raw, index) => {
    const value = asObject(asObject(raw)?.['value']) ?? asObject(raw);
    const place = Array.isArray(list) ? `${pointer}/${index}` : pointer;
    if (value?.['metadata'] !== undefined) return flattenChange({ field: STANDBY, value }, place, entry);
    const sent = { accountId: entry.id, entryTime: entry.time };
    return [unknownItem({ field: STANDBY, pointer: place, phoneNumberId: null, ...sent }, raw)];
  });
}

const LISTS_OF_ENTRY = new Set(['changes', STANDBY]);

/** What other products list beside the changes is kept as it is. */
function otherLists(entry: Readonly<Record<string, unknown>>, pointer: string, sent: Entry): CapturedItem[] {
  const place = { phoneNumberId: null, accountId: sent.id, entryTime: sent.time };
  return Object.entries(entry)
    .filter(([name, value]) => Array.isArray(value) && !LISTS_OF_ENTRY.has(name))
    .map(([name, value]) => unknownItem({ ...place, field: name, pointer: `${pointer}/${name}` }, value));
}

function flattenChange(raw: unknown, pointer: string, entry: Entry): CapturedItem[] {
  const change = changeSchema.safeParse(raw);
  const sent = { accountId: entry.id, entryTime: entry.time };
  if (!change.success) return [unknownItem({ field: 'change', pointer, phoneNumberId: null, ...sent }, raw)];
  const { field, value } = change.data;
  const place: Place = {
    field,
    pointer: `${pointer}/value`,
    phoneNumberId: value.metadata?.phone_number_id ?? null,
    displayPhoneNumber: value.metadata?.display_phone_number ?? null,
    contacts: value.contacts ?? [],
    ...sent,
  };
  const items = itemsOfField(field, value, place);
  if (items.length === 0) return [unknownItem({ ...place, pointer }, raw)];
  return [...items, ...unreadLists(raw, place)];
}

/** Lists that a field is known to carry; only these are read from it. */
const READ_LISTS = new Map<string, readonly string[]>([
  ['messages', ['messages', 'errors', 'statuses']],
  ['smb_message_echoes', ['message_echoes']],
  [STANDBY, ['messages', 'errors', 'statuses', 'message_echoes']],
  ['history', ['history', 'messages']],
  ['user_preferences', ['user_preferences']],
  ['smb_app_state_sync', ['state_sync']],
]);
const LISTS = [
  'messages',
  'statuses',
  'errors',
  'message_echoes',
  'user_preferences',
  'state_sync',
  'history',
  'calls',
  STANDBY,
];

/** What stands beside the lists of its field, or in their place in another form, is kept as it is. */
function unreadLists(raw: unknown, place: Place): CapturedItem[] {
  const read = READ_LISTS.get(place.field);
  const value = rawValueSchema.safeParse(raw);
  if (read === undefined || !value.success) return [];
  const given = value.data.value;
  return LISTS.filter(
    (name) =>
      given[name] !== undefined &&
      name !== place.field &&
      !(read.includes(name) && Array.isArray(given[name])),
  ).map((name) => unknownItem({ ...place, pointer: `${place.pointer}/${name}` }, given[name]));
}

function itemsOfField(field: string, value: ChangeValue, place: Place): CapturedItem[] {
  switch (field) {
    case 'smb_message_echoes':
      return echoItems(value.message_echoes, place);
    case 'messages':
      return messageItems(value, place);
    case STANDBY:
      return standbyItems(value, place);
    default:
      return otherItems(value, place);
  }
}

function messageItems(value: ChangeValue, place: Place): CapturedItem[] {
  return [
    ...(value.messages ?? []).map((message, index) => messageItem(message, at(place, `messages/${index}`))),
    ...(value.errors ?? []).map((error, index) =>
      errorItem(error, at(place, `errors/${index}`), idsBeside(value)),
    ),
    ...(value.statuses ?? []).map((status, index) => statusItem(status, at(place, `statuses/${index}`))),
  ];
}

/** The ids of what stands in a change beside its errors, in one order. */
function idsBeside(value: ChangeValue): string[] {
  const ids = [...(value.messages ?? []), ...(value.statuses ?? [])].map((item) => asObject(item)?.['id']);
  return ids.filter((id): id is string => typeof id === 'string' && id !== '').sort();
}

function echoItems(echoes: readonly unknown[] | undefined, place: Place): CapturedItem[] {
  return (echoes ?? []).map((echo, index) => echoItem(echo, at(place, `message_echoes/${index}`)));
}

/**
 * What Meta's own agent got and said while we only listened. Meta publishes no sample, so messages are taken from
 * wherever they may stand. They have keys of their own: the same message may come to us as well.
 */
function standbyItems(value: ChangeValue, place: Place): CapturedItem[] {
  return [
    ...messageItems(value, place),
    ...nestedItems(value.standby, place),
    ...echoItems(value.message_echoes, place),
  ].map((item) =>
    item.kind === 'message' || item.kind === 'echo'
      ? { ...item, dedupeKey: `${STANDBY}:${item.dedupeKey}` }
      : item,
  );
}

/** The list of its own that the field may carry: of messages, of messages one level deeper, or of whole values. */
function nestedItems(list: unknown, place: Place): CapturedItem[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return nestedItem(list, at(place, STANDBY));
  return list.flatMap((raw: unknown, index) => nestedItem(raw, at(place, `${STANDBY}/${index}`)));
}

function isWhole({ messages, message_echoes: echoes, statuses }: ChangeValue): boolean {
  return [messages, echoes, statuses].some((list) => list !== undefined);
}

function nestedItem(raw: unknown, place: Place): CapturedItem[] {
  const value = changeSchema.safeParse({ field: STANDBY, value: raw }).data?.value;
  if (value !== undefined && isWhole(value))
    return [
      ...messageItems(value, { ...place, contacts: value.contacts ?? place.contacts }),
      ...echoItems(value.message_echoes, place),
    ];
  const wrapped = asObject(asObject(raw)?.['message']);
  return [messageItem(typeof wrapped?.['id'] === 'string' ? wrapped : raw, place)];
}

function messageItem(raw: unknown, place: Place): CapturedItem {
  const read = readMessage(raw, place);
  if (read.kind === 'not-read') return read.item;
  const { message } = read;
  const kind = isIdentityChange(message) ? 'identity_change' : 'message';
  return keptMessage({ kind, dedupeKey: `message:${keyOf(message)}` }, place, {
    message,
    // What Meta's agent said comes with the contact of whom it was said to.
    contact: contactOf(message, place.contacts) ?? contactNamed(recipientIdsOf(message), place.contacts),
  });
}

function echoItem(raw: unknown, place: Place): CapturedItem {
  const read = readMessage(raw, place);
  if (read.kind === 'not-read') return read.item;
  const { message } = read;
  return keptMessage({ kind: 'echo', dedupeKey: `echo:${keyOf(message)}` }, place, {
    message,
    contact: contactBy(recipientIdsOf(message), place.contacts),
  });
}

/** What WhatsApp could not pass on at first may come once more under the same id, with its content. */
function keyOf({ id, type }: WebhookMessage): string {
  return isWithoutContent(type) ? `${id}:${type}` : id;
}

function keptMessage(
  key: Pick<CapturedItem, 'kind' | 'dedupeKey'>,
  place: Place,
  content: Pick<StoredMessage, 'message' | 'contact'>,
): CapturedItem {
  const { field, pointer, phoneNumberId } = place;
  const raw = {
    ...content,
    display_phone_number: place.displayPhoneNumber,
    account_id: place.accountId,
  };
  return { ...key, field, pointer, phoneNumberId, raw, error: null };
}

function statusItem(raw: unknown, place: Place): CapturedItem {
  const parsed = statusSchema.safeParse(raw);
  if (!parsed.success) return unknownItem(place, raw);
  const status = parsed.data;
  const recipient = {
    from: status.recipient_id,
    from_user_id: status.recipient_user_id,
    from_parent_user_id: status.recipient_parent_user_id,
  };
  return {
    dedupeKey: `status:${status.id}:${status.status}:${participantOf(status)}${formOf(status)}`,
    kind: 'status',
    field: place.field,
    pointer: place.pointer,
    phoneNumberId: place.phoneNumberId,
    raw: { status, contact: contactOf(recipient, place.contacts) },
    error: null,
  };
}

/** A failure that does not say why: the one that says it is no repetition. */
function isWithoutCause(status: WebhookStatus): boolean {
  return status.status === 'failed' && firstReportedError(status.errors) === null;
}

/** Any single report of a status may lack its price or its cause: one that tells it counts beside one that did not. */
function formOf(status: WebhookStatus): string {
  const price = asObject(status['pricing']) === null ? '' : ':priced';
  return `${isWithoutCause(status) ? ':without_cause' : ''}${price}`;
}

/** Who of a group a status is about; empty in a one-to-one conversation. */
export function participantOf(status: {
  recipient_participant_user_id?: string | undefined;
  recipient_participant_id?: string | undefined;
}): string {
  return status.recipient_participant_user_id ?? status.recipient_participant_id ?? '';
}
