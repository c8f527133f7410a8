import type { Journal, Table } from '../state/journal.store';
import { invalidType, plainTypeId, primaryTypeId, typesBetween } from './association.types';
import type { AssociationType } from './association.types';
import type { ObjectType } from './object-type';
import { OBJECT_TYPES } from './object-type';

export type Ref = { readonly type: ObjectType; readonly id: string };
type Link = { readonly from: Ref; readonly to: Ref; readonly type_ids: readonly number[] };
export type Associated = { readonly id: string; readonly types: readonly AssociationType[] };

/** Who is linked to whom. A link is stored in both directions and read in one step. */
export class AssociationStore {
  private readonly links: Table<Link>;
  private neighbours = new Map<string, Set<string>>();

  constructor(journal: Journal) {
    this.links = journal.table('hubspot_associations');
    this.rebuild();
  }

  rebuild(): void {
    this.neighbours = new Map();
    for (const link of this.links.values()) this.index(link);
  }

  /** Links two records by these types; without types by the default one. */
  add(from: Ref, to: Ref, typeIds: readonly number[] = []): void {
    const known = typesBetween(from.type, to.type).map(({ typeId }) => typeId);
    const unknown = typeIds.find((id) => !known.includes(id));
    if (unknown !== undefined) throw invalidType(unknown);
    const primary = primaryTypeId(from.type, to.type);
    // A contact or deal has one primary company; the first one linked becomes it.
    const [single, company] = from.type === 'companies' ? [to, from] : [from, to];
    const isAsked = primary !== null && typeIds.includes(primary);
    const isPrimary = isAsked || (primary !== null && this.list(single, company.type).length === 0);
    if (isAsked) this.dropPrimary(single, company);
    this.put(from, to, isPrimary ? 'primary' : 'plain');
    this.put(to, from, isPrimary ? 'primary' : 'plain');
  }

  remove(from: Ref, to: Ref): void {
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      this.links.delete(keyOf(one, other));
      this.neighbours.get(sideKey(one, other.type))?.delete(other.id);
    }
  }

  /** The records of one type linked to this one. */
  list(from: Ref, toType: ObjectType): Associated[] {
    const ids = this.neighbours.get(sideKey(from, toType)) ?? new Set<string>();
    return [...ids].map((id) => {
      const link = this.links.get(keyOf(from, { type: toType, id }));
      const types = typesBetween(from.type, toType).filter(({ typeId }) => link?.type_ids.includes(typeId));
      return { id, types };
    });
  }

  /** Every link of a record, for merges and archiving. */
  listAll(from: Ref): Ref[] {
    return OBJECT_TYPES.flatMap(({ name }) => {
      const ids = this.neighbours.get(sideKey(from, name));
      return ids === undefined ? [] : [...ids].map((id) => ({ type: name, id }));
    });
  }

  private dropPrimary(from: Ref, exceptTo: Ref): void {
    for (const { id } of this.list(from, exceptTo.type)) {
      const other = { type: exceptTo.type, id };
      if (id === exceptTo.id) continue;
      this.put(from, other, 'reset');
      this.put(other, from, 'reset');
    }
  }

  private put(from: Ref, to: Ref, kind: 'plain' | 'primary' | 'reset'): void {
    const before = kind === 'reset' ? [] : (this.links.get(keyOf(from, to))?.type_ids ?? []);
    const primary = primaryTypeId(from.type, to.type);
    const type_ids = new Set([
      ...before,
      plainTypeId(from.type, to.type),
      ...(kind === 'primary' && primary !== null ? [primary] : []),
    ]);
    const link = this.links.put(keyOf(from, to), { from, to, type_ids: [...type_ids] });
    this.index(link);
  }

  private index(link: Link): void {
    const key = sideKey(link.from, link.to.type);
    const ids = this.neighbours.get(key);
    if (ids === undefined) this.neighbours.set(key, new Set([link.to.id]));
    else ids.add(link.to.id);
  }
}

function sideKey(from: Ref, toType: ObjectType): string {
  return `${from.type}/${from.id}/${toType}`;
}

function keyOf(from: Ref, to: Ref): string {
  return `${from.type}/${from.id}/${to.type}/${to.id}`;
}
