import type { Journal, Table } from '../state/journal.store';
import type { ObjectType } from './object-type';
import { OBJECT_TYPES } from './object-type';
import type { PropertyDefinition } from './property.definitions';
import { DEFAULT_GROUPS, SEEDS, seededDefinition } from './property.definitions';

export type PropertyGroup = {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly archived: boolean;
};

type Shelf = {
  readonly seeded: ReadonlyMap<string, PropertyDefinition>;
  readonly defined: Table<PropertyDefinition>;
  readonly groups: Table<PropertyGroup>;
};

/** Property definitions and groups of all object types: what every account has, and what was defined since. */
export class PropertyStore {
  private readonly shelves: ReadonlyMap<ObjectType, Shelf>;
  private readonly now: () => number;

  constructor(journal: Journal, now: () => number) {
    this.now = now;
    this.shelves = new Map(OBJECT_TYPES.map(({ name }) => [name, newShelf(journal, name)]));
  }

  get(type: ObjectType, name: string): PropertyDefinition | undefined {
    const definition = this.find(type, name);
    return definition?.archived === true ? undefined : definition;
  }

  /** Also finds archived ones. */
  find(type: ObjectType, name: string): PropertyDefinition | undefined {
    const shelf = this.shelf(type);
    return shelf.defined.get(name) ?? shelf.seeded.get(name);
  }

  list(type: ObjectType, isArchived = false): PropertyDefinition[] {
    const { seeded, defined } = this.shelf(type);
    const all = new Map(seeded);
    for (const definition of defined.values()) all.set(definition.name, definition);
    return [...all.values()].filter(({ archived }) => archived === isArchived);
  }

  put(type: ObjectType, definition: PropertyDefinition): PropertyDefinition {
    return this.shelf(type).defined.put(definition.name, { ...definition, updated_at_ms: this.now() });
  }

  group(type: ObjectType, name: string): PropertyGroup | undefined {
    return this.listGroups(type).find((group) => group.name === name);
  }

  listGroups(type: ObjectType): PropertyGroup[] {
    const seeded = { ...DEFAULT_GROUPS[type], displayOrder: 0, archived: false };
    const all = new Map<string, PropertyGroup>([[seeded.name, seeded]]);
    for (const group of this.shelf(type).groups.values()) all.set(group.name, group);
    return [...all.values()].filter(({ archived }) => !archived);
  }

  putGroup(type: ObjectType, group: PropertyGroup): PropertyGroup {
    return this.shelf(type).groups.put(group.name, group);
  }

  private shelf(type: ObjectType): Shelf {
    const shelf = this.shelves.get(type);
    if (shelf === undefined) throw new Error(`No properties for ${type}.`);
    return shelf;
  }
}

function newShelf(journal: Journal, type: ObjectType): Shelf {
  return {
    seeded: new Map(SEEDS[type].map((seed) => [seed[0], seededDefinition(type, seed, 0)])),
    defined: journal.table(`hubspot_properties_${type}`),
    groups: journal.table(`hubspot_property_groups_${type}`),
  };
}
