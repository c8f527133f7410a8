import type { AssociationStore } from './association.store';
import { objectTypeOf } from './object-type';
import type { ObjectType } from './object-type';
import type { PropertyValues } from './property.validate';
import type { StoredRecord } from './record.store';
import { associationOf } from './search.schema';
import type { Filter, SearchRequest } from './search.schema';

type Parts = {
  readonly type: ObjectType;
  readonly associations: AssociationStore;
  readonly valuesOf: (record: StoredRecord) => PropertyValues;
};

/** The records that fit, in the order asked for. */
export function searchRecords(
  index: ReadonlyMap<string, StoredRecord>,
  request: SearchRequest,
  parts: Parts & { readonly queryProperties: readonly string[] },
): StoredRecord[] {
  const found = [...candidates(index, request, parts)].filter((record) => {
    const values = parts.valuesOf(record);
    return (
      isFitting(record, values, { request, parts }) && isQueried(values, request.query, parts.queryProperties)
    );
  });
  return sorted(found, request, parts);
}

/** Groups that all ask for the same association need not look at every record. */
function candidates(
  index: ReadonlyMap<string, StoredRecord>,
  request: SearchRequest,
  parts: Parts,
): Iterable<StoredRecord> {
  const chosen = new Map<string, StoredRecord>();
  for (const { filters } of request.filterGroups) {
    const narrow = filters.find(
      ({ propertyName, operator }) => associationOf(propertyName) !== null && operator === 'EQ',
    );
    if (narrow?.value === undefined) return index.values();
    const from = { type: objectTypeOf(associationOf(narrow.propertyName) ?? '').name, id: narrow.value };
    for (const { id } of parts.associations.list(from, parts.type)) {
      const record = index.get(id);
      if (record !== undefined) chosen.set(id, record);
    }
  }
  return request.filterGroups.length === 0 ? index.values() : chosen.values();
}

function isFitting(
  record: StoredRecord,
  values: PropertyValues,
  { request, parts }: { readonly request: SearchRequest; readonly parts: Parts },
): boolean {
  if (request.filterGroups.length === 0) return true;
  return request.filterGroups.some(({ filters }) =>
    filters.every((filter) => {
      const association = associationOf(filter.propertyName);
      if (association === null) return isMatch(values[filter.propertyName.toLowerCase()] ?? null, filter);
      const linked = parts.associations.list(record, objectTypeOf(association).name).map(({ id }) => id);
      return isLinked(linked, filter);
    }),
  );
}

function isLinked(linked: readonly string[], filter: Filter): boolean {
  const wanted = filter.values ?? (filter.value === undefined ? [] : [filter.value]);
  const isAny = wanted.some((id) => linked.includes(id));
  if (filter.operator === 'HAS_PROPERTY') return linked.length > 0;
  if (filter.operator === 'NOT_HAS_PROPERTY') return linked.length === 0;
  return filter.operator === 'NEQ' || filter.operator === 'NOT_IN' ? !isAny : isAny;
}

type Operands = { readonly value: string; readonly high: string; readonly values: readonly string[] };
type Comparison = (text: string, wanted: Operands) => boolean;
type Comparing = Exclude<Filter['operator'], 'HAS_PROPERTY' | 'NOT_HAS_PROPERTY'>;

const COMPARISONS: Readonly<Record<Comparing, Comparison>> = {
  EQ: (text, { value }) => isEqual(text, value),
  NEQ: (text, { value }) => !isEqual(text, value),
  IN: (text, { values }) => values.some((one) => isEqual(text, one)),
  NOT_IN: (text, { values }) => !values.some((one) => isEqual(text, one)),
  CONTAINS_TOKEN: (text, { value }) => hasToken(text, value),
  NOT_CONTAINS_TOKEN: (text, { value }) => !hasToken(text, value),
  GT: (text, { value }) => compare(text, value) > 0,
  GTE: (text, { value }) => compare(text, value) >= 0,
  LT: (text, { value }) => compare(text, value) < 0,
  LTE: (text, { value }) => compare(text, value) <= 0,
  BETWEEN: (text, { value, high }) => compare(text, value) >= 0 && compare(text, high) <= 0,
};

function isMatch(value: string | null, filter: Filter): boolean {
  const { operator } = filter;
  if (operator === 'HAS_PROPERTY') return value !== null;
  if (operator === 'NOT_HAS_PROPERTY') return value === null;
  // Negations do not find records without a value, except NEQ.
  if (value === null) return operator === 'NEQ';
  return COMPARISONS[operator](value.toLowerCase(), {
    value: (filter.value ?? '').toLowerCase(),
    high: (filter.highValue ?? '').toLowerCase(),
    // The values of IN and NOT_IN must be given in lower case: others find nothing, as with the real search.
    values: filter.values ?? [],
  });
}

function isEqual(text: string, wanted: string): boolean {
  return text === wanted || (isInstant(text) && compare(text, wanted) === 0);
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dt[\d:.]+z$/i.test(text);
}

/** Numbers and instants (ISO or epoch milliseconds) by value, everything else as text. */
function compare(text: string, wanted: string): number {
  const one = orderOf(text);
  const other = orderOf(wanted);
  if (one !== null && other !== null) return one - other;
  return text < wanted ? -1 : text > wanted ? 1 : 0;
}

function orderOf(text: string): number | null {
  if (text !== '' && Number.isFinite(Number(text))) return Number(text);
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** Words of the value against the words wanted; `*` stands for any characters at the ends or inside of a word. */
function hasToken(text: string, wanted: string): boolean {
  const tokens = tokensOf(text);
  const words = wanted.split(/\s+/).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => tokens.some((token) => isToken(token, word)));
}

function tokensOf(text: string): string[] {
  return [text, ...text.split(/[^\p{L}\p{N}]+/u)].filter((token) => token !== '');
}

function isToken(token: string, word: string): boolean {
  if (!word.includes('*')) return token === word;
  const pattern = word
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 'su').test(token);
}

function isQueried(values: PropertyValues, query: string | undefined, names: readonly string[]): boolean {
  if (query === undefined || query.trim() === '') return true;
  const haystack = names
    .map((name) => values[name] ?? '')
    .join('\n')
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

function sorted(records: StoredRecord[], request: SearchRequest, parts: Parts): StoredRecord[] {
  const byId = (one: StoredRecord, other: StoredRecord): number => Number(one.id) - Number(other.id);
  const sort = request.sorts[0];
  if (sort === undefined) return records.sort(byId);
  const name = (typeof sort === 'string' ? sort.replace(/^-/, '') : sort.propertyName).toLowerCase();
  const isDescending = typeof sort === 'string' ? sort.startsWith('-') : sort.direction === 'DESCENDING';
  return records.sort((one, other) => {
    const order = compare(parts.valuesOf(one)[name] ?? '', parts.valuesOf(other)[name] ?? '');
    return (isDescending ? -order : order) || byId(one, other);
  });
}
