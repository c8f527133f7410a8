import { z } from 'zod';
import { badRequest } from './hubspot.errors';
import type { ObjectTypeFacts } from './object-type';
import { objectTypeOf } from './object-type';
import type { PropertyStore } from './property.store';

const OPERATORS = [
  'EQ',
  'NEQ',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
  'NOT_CONTAINS_TOKEN',
  'GT',
  'GTE',
  'LT',
  'LTE',
  'BETWEEN',
] as const;

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const filterSchema = z.looseObject({
  propertyName: z.string().min(1),
  operator: z.enum(OPERATORS),
  value: scalar.optional(),
  highValue: scalar.optional(),
  values: z.array(scalar).optional(),
});
const searchSchema = z.looseObject({
  filterGroups: z.array(z.looseObject({ filters: z.array(filterSchema) })).default([]),
  filters: z.array(filterSchema).optional(),
  sorts: z
    .array(
      z.union([z.string(), z.looseObject({ propertyName: z.string(), direction: z.string().optional() })]),
    )
    .default([]),
  query: z.string().optional(),
  properties: z.array(z.string()).default([]),
  limit: z.int().default(10),
  after: z.union([z.string(), z.number()]).transform(String).optional(),
});

export type Filter = z.infer<typeof filterSchema>;
export type SearchRequest = z.infer<typeof searchSchema>;

type Parts = { readonly facts: ObjectTypeFacts; readonly properties: PropertyStore };

const BODY_LENGTH_MAX = 3_000;
const GROUPS_MAX = 5;
const FILTERS_PER_GROUP_MAX = 6;
const FILTERS_MAX = 18;
const PAGE_MAX = 200;
const RESULTS_MAX = 10_000;

/** Reads a search request; throws what HubSpot answers to one it does not accept. */
export function parseSearch(body: unknown, text: string, parts: Parts): SearchRequest {
  if (text.length > BODY_LENGTH_MAX)
    throw badRequest(`The request body is ${text.length} characters long; the limit is ${BODY_LENGTH_MAX}.`);
  const result = searchSchema.safeParse(body);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw badRequest(`Invalid input JSON: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const request = withGroups(result.data);
  checkSizes(request);
  for (const filter of request.filterGroups.flatMap(({ filters }) => filters)) checkFilter(filter, parts);
  return request;
}

function withGroups(request: SearchRequest): SearchRequest {
  const { filters } = request;
  if (filters === undefined || filters.length === 0 || request.filterGroups.length > 0) return request;
  return { ...request, filterGroups: [{ filters }] };
}

function checkSizes({ filterGroups, limit, sorts, after }: SearchRequest): void {
  const sizes = filterGroups.map((group) => group.filters.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (filterGroups.length > GROUPS_MAX)
    throw badRequest(`Too many filter groups: ${filterGroups.length}; the limit is ${GROUPS_MAX}.`);
  if (Math.max(0, ...sizes) > FILTERS_PER_GROUP_MAX)
    throw badRequest(`Too many filters in a group; the limit is ${FILTERS_PER_GROUP_MAX}.`);
  if (total > FILTERS_MAX) throw badRequest(`Too many filters: ${total}; the limit is ${FILTERS_MAX}.`);
  if (limit < 0 || limit > PAGE_MAX)
    throw badRequest(`Invalid limit ${limit}: it must be between 0 and ${PAGE_MAX}.`);
  if (sorts.length > 1) throw badRequest('Only one sort is allowed.');
  checkCursor(after ?? '', limit);
}

function checkCursor(after: string, limit: number): void {
  if (after === '') return;
  if (!/^\d+$/.test(after)) throw badRequest(`Invalid paging cursor ${after}.`);
  if (Number(after) + limit > RESULTS_MAX)
    throw badRequest(`Paging through more than ${RESULTS_MAX} results is not supported.`);
}

function checkFilter(filter: Filter, parts: Parts): void {
  const { propertyName } = filter;
  const association = associationOf(propertyName);
  if (association !== null) objectTypeOf(association);
  else if (parts.properties.get(parts.facts.name, propertyName.toLowerCase()) === undefined) {
    throw badRequest(`There was a problem with the request: property '${propertyName}' does not exist.`, {
      errors: [
        {
          message: `Property "${propertyName}" does not exist`,
          code: 'PROPERTY_DOESNT_EXIST',
          context: { propertyName: [propertyName] },
        },
      ],
    });
  }
  checkOperands(filter);
}

function checkOperands({ operator, value, values, highValue }: Filter): void {
  if (operator === 'HAS_PROPERTY' || operator === 'NOT_HAS_PROPERTY') return;
  if (operator === 'IN' || operator === 'NOT_IN') {
    if (values === undefined || values.length === 0)
      throw badRequest(`The operator ${operator} needs values.`);
    return;
  }
  if (value === undefined) throw badRequest(`The operator ${operator} needs a value.`);
  if (operator === 'BETWEEN' && highValue === undefined)
    throw badRequest('The operator BETWEEN needs a highValue.');
}

/** The object type named by the pseudo-property `associations.<type>`, or null. */
export function associationOf(propertyName: string): string | null {
  return /^associations\.(.+)$/.exec(propertyName)?.[1] ?? null;
}
