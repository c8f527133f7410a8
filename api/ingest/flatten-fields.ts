import { sameness, unknownItem } from './captured-item';
import type { CapturedItem, Place } from './captured-item';
import { contactNamed, onlyContact } from './contact-of';
import { chooserIdsOf, counterpartIdsOf } from './named-by';
import { asObject } from '../../domain/json';
import {
  historySchema,
  historyThreadSchema,
  messageIdSchema,
  messageSchema,
  preferenceSchema,
  reportedErrorSchema,
  stateSyncSchema,
  userIdUpdateSchema,
} from './webhook.schema';
import type { ChangeValue, StateSync, StoredHistory, WebhookMessage } from './webhook.schema';

/** Reports about the account, its numbers and its templates. */
const ACCOUNT_FIELDS = new Set([
  'account_alerts',
  'account_update',
  'business_capability_update',
  'message_template_components_update',
  'message_template_quality_update',
  'message_template_status_update',
  'phone_number_quality_update',
  'template_category_update',
]);

/** The items of a change that is about something else than new messages and statuses; none when the field is not known. */
export function otherItems(value: ChangeValue, place: Place): CapturedItem[] {
  if (ACCOUNT_FIELDS.has(place.field)) return [accountItem(value, place)];
  return LISTS.get(place.field)?.(value, place) ?? [];
}

/** Fields that hold a list of items. */
const LISTS = new Map<string, (value: ChangeValue, place: Place) => CapturedItem[]>([
  [
    'user_preferences',
    (value, place) => (value.user_preferences ?? []).map((raw, index) => preferenceItem(raw, index, place)),
  ],
  [
    'user_id_update',
    (value, place) => (value.user_id_update ?? []).map((raw, index) => userIdItem(raw, index, place)),
  ],
  ['smb_app_state_sync', (value, place) => stateSyncItems(value.state_sync ?? [], place)],
  ['history', historyItems],
]);

function historyItems(value: ChangeValue, place: Place): CapturedItem[] {
  return [
    ...(value.history ?? []).flatMap((chunk, index) => chunkItems(chunk, index, place)),
    // The media of earlier placeholders.
    ...(value.messages ?? []).map((raw, index) =>
      historyItem(raw, { place: at(place, `messages/${index}`), thread: null }),
    ),
  ];
}

/**
 * Meta reports that it could not pass something on; it may come beside an incomplete message or alone. The same error
 * beside other messages, whose ids are given, is about these.
 */
export function errorItem(raw: unknown, place: Place, beside: readonly string[] = []): CapturedItem {
  const code = reportedErrorSchema.safeParse(raw);
  const kept = { phone_number_id: place.phoneNumberId, reported_error: raw };
  return {
    ...unknownItem(place, beside.length === 0 ? kept : { ...kept, beside }),
    dedupeKey: `unknown:${sameness(place, raw, beside.length === 0 ? null : beside)}`,
    error: `whatsapp:${code.success ? code.data.code : 'unknown'}`,
  };
}

type ReadMessage =
  | { readonly kind: 'read'; readonly message: WebhookMessage }
  | { readonly kind: 'not-read'; readonly item: CapturedItem };

/** A message of one person; anything else is kept raw. A participant of a group is no buyer of a one-to-one conversation. */
export function readMessage(raw: unknown, place: Place): ReadMessage {
  const parsed = messageSchema.safeParse(named(raw, place));
  if (!parsed.success || place.phoneNumberId === null)
    return { kind: 'not-read', item: unknownItem(place, raw) };
  if (parsed.data.group_id !== undefined)
    return { kind: 'not-read', item: { ...unknownItem(place, raw), error: 'group_message' } };
  return { kind: 'read', message: parsed.data };
}

/** Begins the id of a message whose own id is none: it is known by what it says. */
const NO_ID = 'without-id:';

/** A message of somebody whose id is missing or malformed is a message all the same; anything else stays what it is. */
function named(raw: unknown, place: Place): unknown {
  const message = asObject(raw);
  if (message === null || messageIdSchema.safeParse(message['id']).success) return raw;
  const isSaid = ['from', 'from_user_id', 'from_parent_user_id', 'to', 'to_user_id'].some(
    (side) => typeof message[side] === 'string',
  );
  if (!isSaid || typeof message['type'] !== 'string') return raw;
  return {
    ...message,
    id: `${NO_ID}${sameness({ ...place, field: 'messages' }, raw)}`,
    id_given: message['id'] ?? null,
  };
}

/** The place of a part of it. */
export function at(place: Place, part: string): Place {
  return { ...place, pointer: `${place.pointer}/${part}` };
}

function base(
  place: Place,
  part: string,
): Pick<CapturedItem, 'field' | 'pointer' | 'phoneNumberId' | 'error'> {
  const { field, pointer, phoneNumberId } = at(place, part);
  return { field, pointer, phoneNumberId, error: null };
}

function accountItem(value: ChangeValue, place: Place): CapturedItem {
  const raw = { value, account_id: place.accountId, entry_time: place.entryTime ?? null };
  return {
    field: place.field,
    pointer: place.pointer,
    phoneNumberId: place.phoneNumberId,
    error: null,
    dedupeKey: `account_event:${sameness(place, value, String(place.entryTime))}`,
    kind: 'account_event',
    raw,
  };
}

function preferenceItem(raw: unknown, index: number, place: Place): CapturedItem {
  const parsed = preferenceSchema.safeParse(raw);
  if (!parsed.success) return unknownItem(at(place, `user_preferences/${index}`), raw);
  const ids = chooserIdsOf(parsed.data);
  const only = onlyContact(ids, place.contacts);
  return {
    ...base(place, `user_preferences/${index}`),
    // Where only the contact beside it says whose choice it is, two people may say the same at the same time.
    dedupeKey: `preference:${sameness(place, only === null ? raw : { ...parsed.data, of: only })}`,
    kind: 'preference',
    raw: { preference: timed(parsed.data, place), contact: contactNamed(ids, place.contacts) ?? only },
  };
}

/** When it happened is when Meta sent it, where it does not say itself. */
function timed<Item extends { readonly timestamp?: unknown }>(item: Item, place: Place): Item {
  return item.timestamp === undefined ? { ...item, timestamp: place.entryTime } : item;
}

/** Contacts of the phone app. Without times the list tells what came after what: added, removed and added again are three things. */
function stateSyncItems(list: readonly unknown[], place: Place): CapturedItem[] {
  const countTurn = turnCounter();
  return list.map((raw, index): CapturedItem => {
    const part = `state_sync/${index}`;
    const parsed = stateSyncSchema.safeParse(raw);
    if (!parsed.success) return unknownItem(at(place, part), raw);
    const sync = parsed.data;
    const turns = hasTime(sync) ? 0 : countTurn(sync, raw);
    return {
      ...base(place, part),
      dedupeKey: `state_sync:${sameness({ ...place, entryTime: `${String(place.entryTime)}:${turns}` }, raw)}`,
      kind: 'state_sync',
      raw: { state_sync: sync, entry_time: place.entryTime ?? null, turns },
    };
  });
}

function hasTime(sync: StateSync): boolean {
  return sync.metadata?.timestamp !== undefined || sync['timestamp'] !== undefined;
}

/** Counts how often each contact has changed so far. */
function turnCounter(): (sync: StateSync, raw: unknown) => number {
  const past = new Map<string, { readonly content: string; readonly turns: number }>();
  return ({ contact }, raw) => {
    const about = contact?.phone_number ?? contact?.user_id ?? '';
    const content = JSON.stringify(raw);
    const before = past.get(about) ?? { content, turns: 0 };
    const turns = before.turns + (before.content === content ? 0 : 1);
    past.set(about, { content, turns });
    return turns;
  };
}

/** Read as the system message that Meta sends in its place. */
function userIdItem(raw: unknown, index: number, place: Place): CapturedItem {
  const parsed = userIdUpdateSchema.safeParse(raw);
  if (!parsed.success) return unknownItem(at(place, `user_id_update/${index}`), raw);
  const { wa_id, user_id, parent_user_id, timestamp } = timed(parsed.data, place);
  const dedupeKey = `user_id_update:${sameness(place, raw)}`;
  const system = {
    type: 'user_changed_user_id',
    wa_id,
    user_id: user_id?.current,
    previous_user_id: user_id?.previous,
    parent_user_id: parent_user_id?.current,
    previous_parent_user_id: parent_user_id?.previous,
  };
  return {
    ...base(place, `user_id_update/${index}`),
    dedupeKey,
    kind: 'identity_change',
    raw: {
      message: { id: dedupeKey, type: 'system', timestamp, system, reported: raw },
      contact: null,
      display_phone_number: place.displayPhoneNumber,
    },
  };
}

function chunkItems(raw: unknown, index: number, place: Place): CapturedItem[] {
  const chunkPlace = at(place, `history/${index}`);
  const chunk = historySchema.safeParse(raw);
  if (!chunk.success) return [unknownItem(chunkPlace, raw)];
  return [
    ...(chunk.data.errors ?? []).map((error, part) => errorItem(error, at(chunkPlace, `errors/${part}`))),
    ...(chunk.data.threads ?? []).flatMap((thread, part) =>
      threadItems(thread, at(chunkPlace, `threads/${part}`)),
    ),
  ];
}

function threadItems(raw: unknown, place: Place): CapturedItem[] {
  const parsed = historyThreadSchema.safeParse(raw);
  if (!parsed.success) return [unknownItem(place, raw)];
  const { messages, ...thread } = parsed.data;
  return messages.map((message, index) =>
    historyItem(message, { place: at(place, `messages/${index}`), thread }),
  );
}

/** Each of its types once: the medium comes later, under the id of its placeholder. */
function historyItem(
  raw: unknown,
  given: { readonly place: Place; readonly thread: StoredHistory['thread'] },
): CapturedItem {
  const { place, thread } = given;
  const read = readMessage(raw, place);
  if (read.kind === 'not-read') return read.item;
  const { message } = read;
  const said = { message, thread, contact: null, display_phone_number: place.displayPhoneNumber };
  const contact = contactNamed(counterpartIdsOf(said), place.contacts);
  return {
    dedupeKey: `history:${message.id}:${message.type}`,
    kind: 'history',
    field: place.field,
    pointer: place.pointer,
    phoneNumberId: place.phoneNumberId,
    raw: { ...said, contact, account_id: place.accountId },
    error: null,
  };
}
