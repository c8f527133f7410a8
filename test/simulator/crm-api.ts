import { Client } from '@hubspot/api-client';
import {
  AssociationSpec,
  AssociationSpecAssociationCategoryEnum,
} from '@hubspot/api-client/lib/codegen/crm/objects/models/AssociationSpec';
import { PublicAssociationsForObject } from '@hubspot/api-client/lib/codegen/crm/objects/models/PublicAssociationsForObject';
import { PublicObjectId } from '@hubspot/api-client/lib/codegen/crm/objects/models/PublicObjectId';
import { SimplePublicObjectInput } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObjectInput';
import { SimplePublicObjectInputForCreate } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObjectInputForCreate';
import { OptionInput } from '@hubspot/api-client/lib/codegen/crm/properties/models/OptionInput';
import { PropertyCreate } from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate';
import { z } from 'zod';
import { http } from '../support/http';
import type { HttpAnswer, HttpRequest } from '../support/http';

const REWRITES: readonly (readonly [RegExp, string])[] = [
  [/\/crm\/v3\/objects\//, '/crm/objects/2026-09/'],
  [/\/crm\/v4\/objects\//, '/crm/objects/2026-09/'],
  [/\/crm\/v4\/associations\//, '/crm/associations/2026-09/'],
  [/\/crm\/v3\/properties\//, '/crm/properties/2026-09/'],
  [/\/crm\/v3\/pipelines\//, '/crm/pipelines/2026-09/'],
  [/\/crm\/v3\/owners\/?/, '/crm/owners/2026-09/'],
];

type RequestContext = { getUrl(): string; setUrl(url: string): void };
type Properties = Readonly<Record<string, string>>;
type Link = { readonly id: string; readonly typeId: number };

/** HubSpot's own client, its paths rewritten to 2026-09, without retries and limiter. */
export function crmClient(url: string): Client {
  return new Client({
    accessToken: 'hs-token',
    basePath: `${url}/hubspot`,
    numberOfApiCallRetries: 0,
    middleware: [
      {
        pre: (context: unknown) => {
          if (!isRequestContext(context)) throw new Error('The client of HubSpot has changed.');
          const url = REWRITES.reduce((path, [from, to]) => path.replace(from, to), context.getUrl());
          context.setUrl(url.replace(/\/(\?|$)/, '$1'));
          return Promise.resolve(context);
        },
        post: (context: unknown) => Promise.resolve(context),
      },
    ],
  });
}

function isRequestContext(value: unknown): value is RequestContext {
  return typeof value === 'object' && value !== null && 'getUrl' in value && 'setUrl' in value;
}

/** What a create takes: values, and links by association type. */
export function createInput(
  properties: Properties,
  links: readonly Link[] = [],
): SimplePublicObjectInputForCreate {
  const associations = links.map(({ id, typeId }) =>
    Object.assign(new PublicAssociationsForObject(), {
      to: Object.assign(new PublicObjectId(), { id }),
      types: [
        Object.assign(new AssociationSpec(), {
          associationCategory: AssociationSpecAssociationCategoryEnum.HubspotDefined,
          associationTypeId: typeId,
        }),
      ],
    }),
  );
  return Object.assign(new SimplePublicObjectInputForCreate(), {
    properties: { ...properties },
    associations,
  });
}

/** What an update takes. */
export function updateInput(properties: Properties): SimplePublicObjectInput {
  return Object.assign(new SimplePublicObjectInput(), { properties: { ...properties } });
}

/** A definition for the client of HubSpot, completed to one of its instances. */
export function propertyInput(
  definition: Omit<PropertyCreate, 'options'> & {
    readonly options?: readonly { label: string; value: string }[];
  },
): PropertyCreate {
  const options = (definition.options ?? []).map((option, displayOrder) =>
    Object.assign(new OptionInput(), { ...option, displayOrder, hidden: false }),
  );
  return Object.assign(new PropertyCreate(), { ...definition, options });
}

/** A request to the CRM API without HubSpot's client. */
export function crm(url: string, path: string, request: HttpRequest = {}): Promise<HttpAnswer> {
  return http(`${url}/hubspot${path}`, {
    ...request,
    headers: { authorization: 'Bearer hs-token', ...request.headers },
  });
}

const refusalSchema = z.looseObject({
  code: z.number(),
  body: z.looseObject({
    category: z.string(),
    correlationId: z.uuid(),
    message: z.string(),
    errors: z.array(z.looseObject({ code: z.string().optional() })).optional(),
  }),
});

/** What HubSpot's client threw, told apart by shape as the product has to do it. */
export async function refusalOf(call: Promise<unknown>): Promise<{
  readonly status: number;
  readonly category: string;
  readonly message: string;
  readonly codes: readonly (string | undefined)[];
}> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const { code, body } = refusalSchema.parse(error);
  const codes = (body.errors ?? []).map((detail) => detail.code);
  return { status: code, category: body.category, message: body.message, codes };
}
