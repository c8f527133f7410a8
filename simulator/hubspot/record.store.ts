import type { Journal, Table } from '../state/journal.store';
import type { ObjectType } from './object-type';
import { OBJECT_TYPES } from './object-type';
import type { PropertyValues } from './property.validate';

const FIRST_ID = 50_100;

export type StoredRecord = {
  readonly type: ObjectType;
  readonly id: string;
  readonly values: PropertyValues;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly archived_at_ms: number | null;
  /** The values that properties had, the newest first. */
  readonly past?: Readonly<Record<string, readonly PastValue[]>> | undefined;
};
type PastValue = { readonly value: string; readonly at_ms: number };
type Alias = { readonly type: ObjectType; readonly old_id: string; readonly new_id: string };
type IndexChange = { readonly queued_at_ms: number; readonly record: StoredRecord };

type Parts = {
  readonly now: () => number;
  readonly searchLagMs: () => number;
  /** Properties whose values lead to one record: email and those defined as unique. */
  readonly isUnique: (type: ObjectType, property: string) => boolean;
};

/** HubSpot keeps so many values of each property of a contact, and fewer of others. */
const PAST_VALUES_MAX = 45;

/** The past of a record's properties after a write. */
export function pastAfter(
  before: Pick<StoredRecord, 'values' | 'past'>,
  written: PropertyValues,
  at_ms: number,
): NonNullable<StoredRecord['past']> {
  const past: Record<string, readonly PastValue[]> = { ...before.past };
  for (const [name, value] of Object.entries(written)) {
    if ((before.values[name] ?? null) === value) continue;
    past[name] = [{ value: value ?? '', at_ms }, ...(past[name] ?? [])].slice(0, PAST_VALUES_MAX);
  }
  return past;
}

/** All CRM records, the look-ups by unique value, and the search index that follows with a delay. */
export class RecordStore {
  private readonly records: Table<StoredRecord>;
  private readonly aliases: Table<Alias>;
  private readonly parts: Parts;
  private idByUnique = new Map<string, string>();
  private searchable = new Map<ObjectType, Map<string, StoredRecord>>();
  private pendingIndex: IndexChange[] = [];
  private lastId = FIRST_ID;

  constructor(journal: Journal, parts: Parts) {
    this.records = journal.table('hubspot_records');
    this.aliases = journal.table('hubspot_aliases');
    this.parts = parts;
    this.rebuild();
  }

  rebuild(): void {
    this.idByUnique = new Map();
    this.searchable = new Map(OBJECT_TYPES.map(({ name }) => [name, new Map<string, StoredRecord>()]));
    this.pendingIndex = [];
    this.lastId = FIRST_ID;
    for (const record of this.records.values()) {
      this.lastId = Math.max(this.lastId, Number(record.id));
      this.indexUnique(record, null);
      this.indexForSearch(record, record.updated_at_ms);
    }
    this.pendingIndex.sort((one, other) => one.queued_at_ms - other.queued_at_ms);
  }

  isUnique(type: ObjectType, property: string): boolean {
    return this.parts.isUnique(type, property);
  }

  nextId(): string {
    this.lastId += 1;
    return String(this.lastId);
  }

  /** The record with this id; ids that were merged away lead to the new record. */
  get(type: ObjectType, id: string): StoredRecord | undefined {
    const own = this.records.get(keyOf(type, id));
    if (own !== undefined) return own;
    const alias = this.aliases.get(keyOf(type, id));
    return alias === undefined ? undefined : this.get(type, alias.new_id);
  }

  findByUnique(type: ObjectType, property: string, value: string): StoredRecord | undefined {
    const id = this.idByUnique.get(uniqueKey(type, property, value));
    return id === undefined ? undefined : this.get(type, id);
  }

  *list(type: ObjectType): IterableIterator<StoredRecord> {
    for (const record of this.records.values()) if (record.type === type) yield record;
  }

  put(record: StoredRecord): StoredRecord {
    const before = this.records.get(keyOf(record.type, record.id)) ?? null;
    this.records.put(keyOf(record.type, record.id), record);
    this.indexUnique(record, before);
    this.indexForSearch(record, this.parts.now());
    return record;
  }

  /** The record lives on under another id. */
  replace(old: StoredRecord, newId: string): void {
    this.delete(old);
    this.aliases.put(keyOf(old.type, old.id), { type: old.type, old_id: old.id, new_id: newId });
  }

  delete(record: StoredRecord): void {
    this.records.delete(keyOf(record.type, record.id));
    this.dropUnique(record);
    this.searchable.get(record.type)?.delete(record.id);
    this.pendingIndex = this.pendingIndex.filter((change) => change.record.id !== record.id);
  }

  /** What search can see now: changes become visible after the lag, in the order in which they were made. */
  searchIndex(type: ObjectType): ReadonlyMap<string, StoredRecord> {
    const visibleUntil = this.parts.now() - this.parts.searchLagMs();
    let done = 0;
    for (const { queued_at_ms, record } of this.pendingIndex) {
      if (queued_at_ms > visibleUntil) break;
      this.applyToIndex(record);
      done += 1;
    }
    if (done > 0) this.pendingIndex.splice(0, done);
    return this.searchable.get(type) ?? new Map();
  }

  private indexForSearch(record: StoredRecord, changedAtMs: number): void {
    const isVisible = changedAtMs <= this.parts.now() - this.parts.searchLagMs();
    if (isVisible && this.pendingIndex.length === 0) this.applyToIndex(record);
    else this.pendingIndex.push({ queued_at_ms: changedAtMs, record });
  }

  private applyToIndex(record: StoredRecord): void {
    const index = this.searchable.get(record.type);
    if (record.archived_at_ms === null) index?.set(record.id, record);
    else index?.delete(record.id);
  }

  private indexUnique(record: StoredRecord, before: StoredRecord | null): void {
    if (before !== null) this.dropUnique(before);
    if (record.archived_at_ms !== null) return;
    for (const [property, value] of Object.entries(record.values)) {
      if (value === null || !this.parts.isUnique(record.type, property)) continue;
      this.idByUnique.set(uniqueKey(record.type, property, value), record.id);
    }
  }

  private dropUnique(record: StoredRecord): void {
    for (const [property, value] of Object.entries(record.values)) {
      if (value === null) continue;
      const key = uniqueKey(record.type, property, value);
      if (this.idByUnique.get(key) === record.id) this.idByUnique.delete(key);
    }
  }
}

function keyOf(type: ObjectType, id: string): string {
  return `${type}/${id}`;
}

function uniqueKey(type: ObjectType, property: string, value: string): string {
  return `${type}/${property}/${value.toLowerCase()}`;
}
