import type { AssociationStore, Ref } from './association.store';
import { pairOfTypeId, typesBetween } from './association.types';
import { HubSpotError, badRequest, invalidProperties, notFound } from './hubspot.errors';
import type { PropertyProblem } from './hubspot.errors';
import { factsOf } from './object-type';
import type { ObjectType, ObjectTypeFacts } from './object-type';
import type { OwnerStore } from './owner.store';
import type { PipelineStore } from './pipeline.store';
import type { PropertyStore } from './property.store';
import { checkValues } from './property.validate';
import type { CheckedValues, PropertyValues, Warning } from './property.validate';
import { missingRequired } from './record.rules';
import { pastAfter } from './record.store';
import type { RecordStore, StoredRecord } from './record.store';

export type RecordInput = {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly associations?: readonly AssociationInput[] | undefined;
};
export type AssociationInput = {
  readonly to: { readonly id: string };
  readonly types: readonly { readonly associationTypeId: number }[];
};
export type Written = { readonly record: StoredRecord; readonly warnings: readonly Warning[] };

type Parts = {
  readonly records: RecordStore;
  readonly properties: PropertyStore;
  readonly associations: AssociationStore;
  readonly pipelines: PipelineStore;
  readonly owners: OwnerStore;
  readonly now: () => number;
  readonly portalId: number;
  readonly isPhoneOnlyCreateAllowed: () => boolean;
};
/** Unique values taken by earlier rows of the same batch. */
export type Claims = Set<string>;
export type Plan = () => Written;
type Target = {
  readonly type: ObjectType;
  readonly record: StoredRecord | null;
  readonly claims: Claims;
};
type PlannedLink = { readonly to: Ref; readonly typeIds: readonly number[] };

/** Creates and changes CRM records under HubSpot's rules: a request is done whole or refused whole. */
export class RecordActions {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  create(type: ObjectType, input: RecordInput): Written {
    return this.planCreate(type, input, new Set())();
  }

  update(record: StoredRecord, properties: Readonly<Record<string, unknown>>): Written {
    return this.planUpdate(record, properties, new Set())();
  }

  /** Checks a create; nothing is written before the returned function is called. Claims are those of one batch. */
  planCreate(type: ObjectType, input: RecordInput, claims: Claims): Plan {
    const { records, now } = this.parts;
    const checked = this.check({ type, record: null, claims }, input.properties);
    const values = this.withDefaults(type, checked.values);
    const missing = missingRequired(type, values, this.parts.isPhoneOnlyCreateAllowed());
    if (missing !== null) throw missing;
    this.checkStage(values);
    const links = (input.associations ?? []).map((one) => this.plannedLink(type, one));
    return () => {
      const at_ms = now();
      const id = records.nextId();
      const times = { created_at_ms: at_ms, updated_at_ms: at_ms, archived_at_ms: null };
      const past = pastAfter({ values: {} }, values, at_ms);
      const record = records.put({ type, id, values, past, ...times });
      for (const { to, typeIds } of links) this.parts.associations.add(record, to, typeIds);
      return { record, warnings: checked.warnings };
    };
  }

  /** Checks an update; nothing is written before the returned function is called. */
  planUpdate(record: StoredRecord, properties: Readonly<Record<string, unknown>>, claims: Claims): Plan {
    const { records, now } = this.parts;
    const checked = this.check({ type: record.type, record, claims }, properties);
    const values = { ...record.values, ...checked.values };
    this.checkStage(values);
    return () => {
      const updated_at_ms = Math.max(now(), record.updated_at_ms);
      const past = pastAfter(record, checked.values, updated_at_ms);
      return { record: records.put({ ...record, values, past, updated_at_ms }), warnings: checked.warnings };
    };
  }

  /** The live record an id or a unique value leads to. */
  find(facts: ObjectTypeFacts, id: string, idProperty?: string): StoredRecord | undefined {
    const record =
      idProperty === undefined || idProperty === ''
        ? this.parts.records.get(facts.name, id)
        : this.parts.records.findByUnique(facts.name, this.uniqueProperty(facts, idProperty), id);
    return record?.archived_at_ms === null ? record : undefined;
  }

  require(facts: ObjectTypeFacts, id: string, idProperty?: string): StoredRecord {
    const record = this.find(facts, id, idProperty);
    if (record === undefined) throw notFound();
    return record;
  }

  archive(record: StoredRecord): void {
    this.parts.records.put({ ...record, archived_at_ms: this.parts.now() });
    for (const to of this.parts.associations.listAll(record)) this.parts.associations.remove(record, to);
  }

  /** Leaves nothing of the record but its id being gone. */
  erase(record: StoredRecord): void {
    for (const to of this.parts.associations.listAll(record)) this.parts.associations.remove(record, to);
    this.parts.records.delete(record);
  }

  /** Two records become a new one; both old ids lead to it. Deals keep the first id. */
  merge(facts: ObjectTypeFacts, primaryId: string, otherId: string): StoredRecord {
    const { records, associations, now } = this.parts;
    const primary = this.require(facts, primaryId);
    const other = this.require(facts, otherId);
    if (primary.id === other.id) throw badRequest('A record cannot be merged with itself.');
    const id = facts.name === 'deals' ? primary.id : records.nextId();
    const links = [primary, other].flatMap((one) => associations.listAll(one));
    for (const one of [primary, other]) {
      for (const to of associations.listAll(one)) associations.remove(one, to);
    }
    if (id !== primary.id) records.replace(primary, id);
    records.replace(other, id);
    const merged = records.put({
      ...primary,
      id,
      values: mergedValues(primary, other),
      created_at_ms: Math.min(primary.created_at_ms, other.created_at_ms),
      updated_at_ms: now(),
    });
    for (const to of links) associations.add(merged, to);
    return merged;
  }

  /** The name of a property that leads to one record, or the refusal HubSpot gives. */
  uniqueProperty(facts: ObjectTypeFacts, name: string): string {
    const property = name.toLowerCase();
    const definition = this.parts.properties.get(facts.name, property);
    const isUnique = definition?.hasUniqueValue === true && property !== 'hs_object_id';
    if (isUnique || (facts.name === 'contacts' && property === 'email')) return property;
    throw badRequest(`Unable to perform the request by non-unique ${facts.typeId} property '${name}'.`, {
      context: { idProperty: [name] },
    });
  }

  private check(target: Target, properties: Readonly<Record<string, unknown>>): CheckedValues {
    const checked = checkValues(target.type, properties, {
      properties: this.parts.properties,
      isOwner: (id) => this.parts.owners.get(id) !== undefined,
    });
    if (checked.problems.length > 0) throw invalidProperties(checked.problems, this.parts.portalId);
    for (const [property, value] of Object.entries(checked.values)) {
      if (value !== null) this.checkUnique(target, property, value);
    }
    return checked;
  }

  private checkUnique({ type, record, claims }: Target, property: string, value: string): void {
    const { records, portalId } = this.parts;
    if (!records.isUnique(type, property)) return;
    const holder = records.findByUnique(type, property, value);
    const claim = `${type}/${property}/${value.toLowerCase()}`;
    const isTaken = claims.has(claim) || (holder !== undefined && holder.id !== record?.id);
    claims.add(claim);
    if (!isTaken) return;
    const holderId = holder?.id ?? 'another row of the batch';
    if (property === 'email')
      throw new HubSpotError([409, 'CONFLICT'], `Contact already exists. Existing ID: ${holderId}`);
    const target = record === null ? 'the new record' : record.id;
    const message = `Cannot set PropertyValueCoordinates{portalId=${portalId}, objectTypeId=${factsOf(type).typeId}, propertyName=${property}, value=${value}} on ${target}. ${holderId} already has that value.`;
    throw invalidProperties([{ name: property, code: 'CONFLICTING_UNIQUE_VALUE', message }], portalId);
  }

  private withDefaults(type: ObjectType, values: PropertyValues): PropertyValues {
    if (type !== 'deals' || (values['pipeline'] ?? null) !== null) return values;
    const stage = values['dealstage'];
    const pipeline = typeof stage === 'string' ? this.parts.pipelines.pipelineOfStage(stage) : undefined;
    return { ...values, pipeline: pipeline?.id ?? 'default' };
  }

  private checkStage(values: PropertyValues): void {
    const { pipeline, dealstage } = values;
    if (dealstage === undefined || dealstage === null) return;
    if (this.parts.pipelines.stage(pipeline, dealstage) !== undefined) return;
    const isKnownPipeline = this.parts.pipelines.get(pipeline ?? 'default') !== undefined;
    const problem: PropertyProblem = isKnownPipeline
      ? {
          name: 'dealstage',
          code: 'INVALID_OPTION',
          message: `${dealstage} is not a stage of the pipeline ${pipeline ?? 'default'}.`,
        }
      : { name: 'pipeline', code: 'INVALID_OPTION', message: `${pipeline ?? ''} is not a pipeline.` };
    throw invalidProperties([problem], this.parts.portalId);
  }

  private plannedLink(type: ObjectType, input: AssociationInput): PlannedLink {
    const typeIds = input.types.map(({ associationTypeId }) => associationTypeId);
    const first = typeIds[0];
    if (first === undefined) throw badRequest('An association needs at least one type.');
    const pair = pairOfTypeId(first);
    const known = pair.from === type ? typesBetween(pair.from, pair.to).map(({ typeId }) => typeId) : [];
    const wrong = typeIds.find((id) => !known.includes(id));
    if (wrong !== undefined) {
      throw badRequest(`association type id ${wrong} doesn't exist between ${type} and ${pair.to}`, {
        errors: [{ message: 'invalid association type', code: 'INVALID_ASSOCIATION_TYPE' }],
      });
    }
    const target = this.find(factsOf(pair.to), input.to.id);
    if (target === undefined) {
      throw badRequest(`No ${factsOf(pair.to).singular} with ID ${input.to.id} exists.`, {
        errors: [
          {
            message: `No ${factsOf(pair.to).singular} with ID ${input.to.id} exists.`,
            code: 'INVALID_OBJECT_IDS',
            context: { objectIds: [input.to.id] },
          },
        ],
      });
    }
    return { to: target, typeIds };
  }
}

function mergedValues(primary: StoredRecord, other: StoredRecord): PropertyValues {
  const filled = Object.entries(primary.values).filter(([, value]) => value !== null);
  const emails = [other.values['hs_additional_emails'], other.values['email']].filter(
    (email) => typeof email === 'string' && email !== primary.values['email'],
  );
  const earlier = [primary, other].flatMap((one) => [one.id, one.values['hs_merged_object_ids'] ?? '']);
  return {
    ...other.values,
    ...Object.fromEntries(filled),
    ...(emails.length > 0 && { hs_additional_emails: emails.join(';') }),
    hs_merged_object_ids: earlier.filter((id) => id !== '').join(';'),
  };
}
