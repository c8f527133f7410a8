import { BatchInputPublicFetchAssociationsBatchRequest } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/BatchInputPublicFetchAssociationsBatchRequest';
import { PublicFetchAssociationsBatchRequest } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/PublicFetchAssociationsBatchRequest';
import { BatchInputSimplePublicObjectBatchInput } from '@hubspot/api-client/lib/codegen/crm/objects/models/BatchInputSimplePublicObjectBatchInput';
import { BatchInputSimplePublicObjectBatchInputUpsert } from '@hubspot/api-client/lib/codegen/crm/objects/models/BatchInputSimplePublicObjectBatchInputUpsert';
import { BatchReadInputSimplePublicObjectId } from '@hubspot/api-client/lib/codegen/crm/objects/models/BatchReadInputSimplePublicObjectId';
import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/objects/models/Filter';
import { PublicObjectSearchRequest } from '@hubspot/api-client/lib/codegen/crm/objects/models/PublicObjectSearchRequest';
import { SimplePublicObjectBatchInput } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObjectBatchInput';
import { SimplePublicObjectBatchInputUpsert } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObjectBatchInputUpsert';
import { SimplePublicObjectInput } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObjectInput';
import { AssociationSpecAssociationCategoryEnum } from '@hubspot/api-client/lib/codegen/crm/objects/models/AssociationSpec';
import { SimplePublicObjectInputForCreate } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObjectInputForCreate';
import {
  PropertyCreate,
  PropertyCreateFieldTypeEnum,
  PropertyCreateTypeEnum,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate';
import { PropertyGroupCreate } from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyGroupCreate';
import { PropertyUpdate } from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyUpdate';
import { toStorableText } from '../../domain/json';
import type {
  HubSpotAssociation,
  HubSpotAssociationInput,
  HubSpotOption,
  HubSpotPastValue,
  HubSpotProperties,
  HubSpotPropertyInput,
  HubSpotRecord,
  HubSpotSearchFilter,
  HubSpotUpdate,
} from './hubspot.port';

/* Between this product's words and the request and answer classes of the SDK. */

const SEARCH_RESULTS_MAX = 100;
/** The most that HubSpot gives in one answer. */
const PAGE_RECORDS_MAX = 200;
const RECORD_ID_PROPERTY = 'hs_object_id';

export function toRecord(source: {
  id: string;
  properties: Readonly<Record<string, string | null>>;
  createdAt: Date;
}): HubSpotRecord {
  const createdAtMs = new Date(source.createdAt).getTime();
  return {
    id: source.id,
    properties: storableValues(source.properties),
    createdAtMs: Number.isFinite(createdAtMs) ? createdAtMs : 0,
  };
}

/** HubSpot keeps what Postgres refuses, such as half of an emoji that was cut off. */
function storableValues(properties: Readonly<Record<string, string | null>>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, storableOrNull(value)]));
}

function storableOrNull(value: string | null): string | null {
  return typeof value === 'string' ? toStorableText(value) : value;
}

export function toAssociation(source: {
  toObjectId: string;
  associationTypes: { typeId: number }[];
}): HubSpotAssociation {
  return { toId: source.toObjectId, typeIds: source.associationTypes.map(({ typeId }) => typeId) };
}

/** Every field is set: HubSpot's own description of the request calls all of them required. */
export function searchRequest(filters: readonly HubSpotSearchFilter[], properties: readonly string[]) {
  return Object.assign(new PublicObjectSearchRequest(), {
    filterGroups: filters.map((filter) => ({ filters: [toFilter(filter)] })),
    properties: [...properties],
    sorts: [],
    limit: SEARCH_RESULTS_MAX,
    after: '0',
  });
}

/**
 * Pages go by the id of the last record and not by HubSpot's cursor: that one skips records when others drop out meanwhile,
 * and ends at 10,000.
 */
export function listRequest(
  wanted: { readonly propertyName: string; readonly value: string },
  page: { readonly afterId: string; readonly properties: readonly string[] },
) {
  return Object.assign(new PublicObjectSearchRequest(), {
    filterGroups: [
      {
        filters: [
          { ...wanted, operator: FilterOperatorEnum.Eq },
          { propertyName: RECORD_ID_PROPERTY, operator: FilterOperatorEnum.Gt, value: page.afterId },
        ],
      },
    ],
    properties: [...page.properties],
    sorts: [RECORD_ID_PROPERTY],
    limit: PAGE_RECORDS_MAX,
    after: '0',
  });
}

export function upsertRequest(idProperty: string, key: string, properties: HubSpotProperties) {
  const input = Object.assign(new SimplePublicObjectBatchInputUpsert(), {
    id: key,
    idProperty,
    properties: { ...properties },
  });
  return Object.assign(new BatchInputSimplePublicObjectBatchInputUpsert(), { inputs: [input] });
}

export function updateRequest(properties: HubSpotProperties) {
  return Object.assign(new SimplePublicObjectInput(), { properties: { ...properties } });
}

export function batchUpdateRequest(updates: readonly HubSpotUpdate[]) {
  const inputs = updates.map(({ id, properties }) =>
    Object.assign(new SimplePublicObjectBatchInput(), { id, properties: { ...properties } }),
  );
  return Object.assign(new BatchInputSimplePublicObjectBatchInput(), { inputs });
}

export function toPast(
  values: readonly { value: string; timestamp: Date; updatedByUserId?: number }[],
): HubSpotPastValue[] {
  return values
    .map(({ value, timestamp, updatedByUserId }) => ({
      value: toStorableText(value),
      sinceMs: new Date(timestamp).getTime(),
      setBy: updatedByUserId === undefined ? null : String(updatedByUserId),
    }))
    .filter(({ sinceMs }) => Number.isFinite(sinceMs))
    .sort((one, other) => other.sinceMs - one.sinceMs);
}

export function batchReadRequest(
  ids: readonly string[],
  properties: readonly string[],
  pastOf: readonly string[] = [],
) {
  return Object.assign(new BatchReadInputSimplePublicObjectId(), {
    inputs: ids.map((id) => ({ id })),
    properties: [...properties],
    propertiesWithHistory: [...pastOf],
  });
}

export function associationsRequest(ids: readonly string[]) {
  const inputs = ids.map((id) => Object.assign(new PublicFetchAssociationsBatchRequest(), { id }));
  return Object.assign(new BatchInputPublicFetchAssociationsBatchRequest(), { inputs });
}

export function createRequest(
  properties: HubSpotProperties,
  associations: readonly HubSpotAssociationInput[],
) {
  return Object.assign(new SimplePublicObjectInputForCreate(), {
    properties: { ...properties },
    associations: associations.map(({ toId, typeId }) => ({
      to: { id: toId },
      types: [
        {
          associationCategory: AssociationSpecAssociationCategoryEnum.HubspotDefined,
          associationTypeId: typeId,
        },
      ],
    })),
  });
}

export function propertyGroupRequest(name: string, label: string) {
  return Object.assign(new PropertyGroupCreate(), { name, label, displayOrder: -1 });
}

export function propertyRequest(property: HubSpotPropertyInput) {
  const { name, label, description, groupName, hasUniqueValue } = property;
  return Object.assign(new PropertyCreate(), {
    name,
    label,
    description,
    groupName,
    hasUniqueValue,
    formField: false,
    type: TYPES[property.type],
    fieldType: FIELD_TYPES[property.fieldType],
    options: toOptions(property.options),
  });
}

export function optionsRequest(options: readonly HubSpotOption[]) {
  return Object.assign(new PropertyUpdate(), { options: toOptions(options) });
}

const TYPES = {
  string: PropertyCreateTypeEnum.String,
  number: PropertyCreateTypeEnum.Number,
  datetime: PropertyCreateTypeEnum.Datetime,
  enumeration: PropertyCreateTypeEnum.Enumeration,
  bool: PropertyCreateTypeEnum.Bool,
};
const FIELD_TYPES = {
  text: PropertyCreateFieldTypeEnum.Text,
  number: PropertyCreateFieldTypeEnum.Number,
  date: PropertyCreateFieldTypeEnum.Date,
  select: PropertyCreateFieldTypeEnum.Select,
  booleancheckbox: PropertyCreateFieldTypeEnum.Booleancheckbox,
};

function toOptions(options: readonly HubSpotOption[]) {
  return options.map((option, index) => ({ ...option, displayOrder: index }));
}

function toFilter(filter: HubSpotSearchFilter) {
  const { propertyName } = filter;
  switch (filter.operator) {
    case 'IN':
      return { propertyName, operator: FilterOperatorEnum.In, values: [...filter.values] };
    case 'CONTAINS_TOKEN':
      return { propertyName, operator: FilterOperatorEnum.ContainsToken, value: filter.value };
    case 'HAS_PROPERTY':
      return { propertyName, operator: FilterOperatorEnum.HasProperty };
  }
}
