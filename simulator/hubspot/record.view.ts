import type { AssociationStore } from './association.store';
import { calculatedValues } from './calculated';
import { factsOf, objectTypeOf } from './object-type';
import type { ObjectType } from './object-type';
import type { PipelineStore } from './pipeline.store';
import type { PropertyStore } from './property.store';
import type { PropertyValues, Warning } from './property.validate';
import type { StoredRecord } from './record.store';

type Parts = {
  readonly properties: PropertyStore;
  readonly pipelines: PipelineStore;
  readonly associations: AssociationStore;
  readonly phoneCountry: () => string;
};

export type ViewOptions = {
  readonly properties?: readonly string[] | undefined;
  /** Properties of which the past is shown. */
  readonly pastOf?: readonly string[] | undefined;
  readonly associations?: readonly string[] | undefined;
  readonly traceId?: string | undefined;
  readonly warnings?: readonly Warning[] | undefined;
};

/** Turns stored records into what the API shows. */
export class RecordView {
  private readonly parts: Parts;
  /** Phone numbers are slow to parse and records never change in place: each is computed once. */
  private calculated = new WeakMap<StoredRecord, PropertyValues>();
  private calculatedFor = '';

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Written, system and calculated values together. */
  allValues(record: StoredRecord): PropertyValues {
    const facts = factsOf(record.type);
    return {
      ...record.values,
      hs_object_id: record.id,
      [facts.createdProperty]: iso(record.created_at_ms),
      [facts.modifiedProperty]: iso(record.updated_at_ms),
      hs_object_source: 'INTEGRATION',
      ...this.calculatedOf(record),
      ...this.countedValues(record),
    };
  }

  /** The record with the properties asked for; without a wish, the defaults of its type. */
  show(record: StoredRecord, options: ViewOptions = {}): Readonly<Record<string, unknown>> {
    const associations = this.associationsOf(record, options.associations ?? []);
    return {
      id: record.id,
      properties: this.properties(record, options.properties ?? []),
      createdAt: iso(record.created_at_ms),
      updatedAt: iso(record.updated_at_ms),
      archived: record.archived_at_ms !== null,
      ...(record.archived_at_ms !== null && { archivedAt: iso(record.archived_at_ms) }),
      ...(options.pastOf !== undefined && { propertiesWithHistory: pastOf(record, options.pastOf) }),
      ...(associations !== null && { associations }),
      ...(options.traceId !== undefined && { objectWriteTraceId: options.traceId }),
      ...(options.warnings !== undefined && options.warnings.length > 0 && { warnings: options.warnings }),
    };
  }

  /** The record after a write: every value that is set. */
  showWritten(record: StoredRecord, options: ViewOptions = {}): Readonly<Record<string, unknown>> {
    const set = Object.entries(this.allValues(record)).filter(([, value]) => value !== null);
    return { ...this.show(record, options), properties: Object.fromEntries(set) };
  }

  private calculatedOf(record: StoredRecord): PropertyValues {
    const phoneCountry = this.parts.phoneCountry();
    if (this.calculatedFor !== phoneCountry) this.calculated = new WeakMap();
    this.calculatedFor = phoneCountry;
    const known = this.calculated.get(record);
    if (known !== undefined) return known;
    const values = calculatedValues(record.type, record.values, {
      pipelines: this.parts.pipelines,
      phoneCountry,
    });
    this.calculated.set(record, values);
    return values;
  }

  private properties(record: StoredRecord, wanted: readonly string[]): PropertyValues {
    const facts = factsOf(record.type);
    const always = ['hs_object_id', facts.createdProperty, facts.modifiedProperty];
    const names = wanted.length === 0 ? facts.defaultProperties : [...always, ...wanted];
    const values = this.allValues(record);
    return Object.fromEntries(
      names
        .map((name) => name.toLowerCase())
        .filter((name) => this.parts.properties.get(record.type, name) !== undefined)
        .map((name) => [name, values[name] ?? null]),
    );
  }

  private associationsOf(record: StoredRecord, wanted: readonly string[]): unknown {
    const shown: Record<string, unknown> = {};
    for (const text of wanted) {
      const to = objectTypeOf(text);
      const linked = this.parts.associations.list(record, to.name);
      if (linked.length === 0) continue;
      const base = `${factsOf(record.type).singular}_to_${to.singular}`;
      shown[to.name] = {
        results: linked.flatMap(({ id, types }) =>
          types.map(({ label }) => ({ id, type: label === null ? base : `${base}_${label.toLowerCase()}` })),
        ),
      };
    }
    return Object.keys(shown).length === 0 ? null : shown;
  }

  private countedValues(record: StoredRecord): PropertyValues {
    if (record.type !== 'contacts' && record.type !== 'deals') return {};
    const other: ObjectType = record.type === 'contacts' ? 'deals' : 'contacts';
    const count = String(this.parts.associations.list(record, other).length);
    if (record.type === 'deals') return { num_associated_contacts: count };
    const companies = this.parts.associations.list(record, 'companies');
    const primary = companies.find(({ types }) => types.some(({ label }) => label === 'Primary'));
    return {
      num_associated_deals: count === '0' ? null : count,
      associatedcompanyid: primary?.id ?? null,
    };
  }
}

function pastOf(record: StoredRecord, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      (record.past?.[name] ?? []).map(({ value, at_ms }) => ({
        value,
        timestamp: iso(at_ms),
        sourceType: 'INTEGRATION',
      })),
    ]),
  );
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
