import { classifyIdentifier } from '../../domain/identity/identifier';
import { toStorableText } from '../../domain/json';
import { toE164 } from '../../platform/phone';
import type { ExportedMessage } from '../ingest/assign-lines';
import type { Identifier } from '../../domain/identity/holder.decide';
import { identifiersOf } from '../ingest/identifiers';
import { readTime } from './time';
import { COLUMNS } from './columns';
import type { Problem, Read } from './record';

/** What holds for all lines of an import. */
export type LineDefaults = {
  readonly phoneNumberId: string | null;
  /** Country of phones that are written without a country code. */
  readonly country: string | null;
  readonly nowMs: number;
};

type Fields = Readonly<Record<string, unknown>>;

const DIRECTIONS = new Map<string, 'inbound' | 'outbound'>([
  ['in', 'inbound'],
  ['inbound', 'inbound'],
  ['received', 'inbound'],
  ['out', 'outbound'],
  ['outbound', 'outbound'],
  ['sent', 'outbound'],
]);
const TYPES = new Set(
  'text image video audio document sticker location contacts interactive button template order unsupported'.split(
    ' ',
  ),
);
const ID_LENGTH_MAX = 300;
const NAME_LENGTH_MAX = 200;

/** Understands the fields of a line, or says everything that is wrong with it. */
export function readLine(
  fields: Fields,
  defaults: LineDefaults,
): { readonly message: ExportedMessage } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const take = <Value>(read: Read<Value>): Value | null => {
    if ('value' in read) return read.value;
    problems.push(read.problem);
    return null;
  };
  for (const field of COLUMNS) take(checkText(fields, field));
  const phoneNumberId = take(readNumber(fields, defaults));
  const identifiers = take(readIdentifiers(fields, defaults));
  const direction = take(readDirection(fields));
  const sentAtMs = take(readTime(fields['time'], defaults.nowMs));
  const type = take(readType(fields));
  const id = take(readShort(fields, 'message_id', ID_LENGTH_MAX));
  const author = take(readShort(fields, 'author', NAME_LENGTH_MAX));
  const name = take(readShort(fields, 'name', NAME_LENGTH_MAX));
  const text = take(readWords(fields, type));
  if (phoneNumberId === null || identifiers === null || direction === null) return { problems };
  if (sentAtMs === null || type === null || problems.length > 0) return { problems };
  const agent = direction === 'outbound' ? author : null;
  return { message: { id, phoneNumberId, identifiers, direction, sentAtMs, type, text, agent, name } };
}

function readNumber(fields: Fields, defaults: LineDefaults): Read<string> {
  const given = cell(fields, 'phone_number_id') ?? defaults.phoneNumberId;
  if (given !== null && isNumberId(given)) return { value: given };
  return wrong(
    'phone_number_id',
    given === null ? 'is missing' : 'is no id of a number',
    'give the id that Meta shows for the business number (digits), or --number',
  );
}

/** Ids of business numbers are digits; a phone number itself may look the same. */
export function isNumberId(value: string): boolean {
  return /^\d{5,20}$/.test(value);
}

function readIdentifiers(fields: Fields, defaults: LineDefaults): Read<readonly Identifier[]> {
  const phone = cell(fields, 'phone');
  const userId = cell(fields, 'user_id');
  if (phone === null && userId === null)
    return wrong('phone', 'is missing', 'name the buyer by phone, by user_id, or by both');
  if (userId !== null && !isUserId(userId))
    return wrong('user_id', 'is no user id of WhatsApp', 'it looks like GB.1234; leave it out if unknown');
  const waId = phone === null ? { value: undefined } : readPhone(phone, defaults.country);
  if ('problem' in waId) return waId;
  return { value: identifiersOf([userId ?? undefined, waId.value]) };
}

/** The identifier that a phone stands for; some systems write the user id in its place. */
function readPhone(phone: string, country: string | null): Read<string> {
  if (isUserId(phone)) return { value: phone };
  // Spreadsheets turn long numbers into 4.477E+11, whose digits would be somebody else's.
  if (!/^\(?[+\d][\d\s()./\u2010-\u2015\u00a0-]*$/.test(phone))
    return wrong('phone', 'is no phone number', 'write digits; in a spreadsheet, format the column as text');
  if (/^\(?0(?!0)/.test(phone) && country === null)
    return wrong('phone', 'has no country code', 'write it like +44…, or give --country for the whole file');
  const e164 = toE164(phone, country ?? undefined);
  if (e164 === null) return wrong('phone', 'is no phone number', 'write it with its country code, like +44…');
  return { value: e164.slice(1) };
}

function isUserId(value: string): boolean {
  return ['bsuid', 'parent_bsuid'].includes(classifyIdentifier(value));
}

function readDirection(fields: Fields): Read<'inbound' | 'outbound'> {
  const value = DIRECTIONS.get(cell(fields, 'direction')?.toLowerCase() ?? '');
  if (value !== undefined) return { value };
  return wrong(
    'direction',
    'is neither of the two',
    'write "in" for the buyer\'s messages and "out" for ours',
  );
}

function readType(fields: Fields): Read<string> {
  const value = cell(fields, 'type')?.toLowerCase() ?? 'text';
  if (TYPES.has(value)) return { value };
  return wrong('type', 'is no type of message', `use one of: ${[...TYPES].join(', ')}`);
}

function readWords(fields: Fields, type: string | null): Read<string | null> {
  const value = fields['text'];
  const text = isText(value) && value !== '' ? toStorableText(String(value)) : null;
  if (text === null && type === 'text')
    return wrong('text', 'is empty', 'give the words, or the type if it was something else than text');
  return { value: text };
}

function readShort(fields: Fields, field: string, lengthMax: number): Read<string | null> {
  const value = cell(fields, field);
  if (value === null || value.length <= lengthMax) return { value };
  return wrong(field, `is longer than ${lengthMax} characters`, 'shorten it');
}

/** A field as trimmed text; null when it is empty. JSON may hold numbers where CSV has text. */
function cell(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (!isText(value)) return null;
  const text = toStorableText(String(value)).trim();
  return text === '' ? null : text;
}

function checkText(fields: Fields, field: string): Read<null> {
  const value = fields[field] ?? '';
  // JSON's numbers are exact up to 2^53 only: an id beyond would become another one.
  if (typeof value === 'string' || (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER))
    return { value: null };
  return wrong(field, 'is neither text nor a number that JSON carries safely', 'put it into quotation marks');
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function wrong(field: string, problem: string, remedy: string): { readonly problem: Problem } {
  return { problem: { field, problem, remedy } };
}
