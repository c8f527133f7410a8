import { HubSpotError } from './hubspot.errors';

export type ObjectType = 'contacts' | 'companies' | 'deals' | 'communications';

export type ObjectTypeFacts = {
  readonly name: ObjectType;
  readonly singular: string;
  readonly typeId: string;
  /** Shown when a request asks for no properties. */
  readonly defaultProperties: readonly string[];
  readonly createdProperty: string;
  readonly modifiedProperty: string;
  readonly searchableProperties: readonly string[];
  readonly scopes: { readonly read: string; readonly write: string };
};

const FACTS: Readonly<Record<ObjectType, ObjectTypeFacts>> = {
  contacts: {
    name: 'contacts',
    singular: 'contact',
    typeId: '0-1',
    defaultProperties: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
    createdProperty: 'createdate',
    modifiedProperty: 'lastmodifieddate',
    searchableProperties: [
      'firstname',
      'lastname',
      'email',
      'phone',
      'mobilephone',
      'company',
      'hs_additional_emails',
    ],
    scopes: { read: 'crm.objects.contacts.read', write: 'crm.objects.contacts.write' },
  },
  companies: {
    name: 'companies',
    singular: 'company',
    typeId: '0-2',
    defaultProperties: ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name'],
    createdProperty: 'createdate',
    modifiedProperty: 'hs_lastmodifieddate',
    searchableProperties: ['name', 'domain', 'website', 'phone'],
    scopes: { read: 'crm.objects.companies.read', write: 'crm.objects.companies.write' },
  },
  deals: {
    name: 'deals',
    singular: 'deal',
    typeId: '0-3',
    defaultProperties: [
      'amount',
      'closedate',
      'createdate',
      'dealname',
      'dealstage',
      'hs_lastmodifieddate',
      'hs_object_id',
      'pipeline',
    ],
    createdProperty: 'createdate',
    modifiedProperty: 'hs_lastmodifieddate',
    searchableProperties: ['dealname', 'pipeline', 'dealstage', 'description', 'dealtype'],
    scopes: { read: 'crm.objects.deals.read', write: 'crm.objects.deals.write' },
  },
  communications: {
    name: 'communications',
    singular: 'communication',
    typeId: '0-18',
    defaultProperties: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
    createdProperty: 'hs_createdate',
    modifiedProperty: 'hs_lastmodifieddate',
    searchableProperties: ['hs_communication_body'],
    // There is no scope of its own: communications go with contacts.
    scopes: { read: 'crm.objects.contacts.read', write: 'crm.objects.contacts.write' },
  },
};

export const OBJECT_TYPES: readonly ObjectTypeFacts[] = Object.values(FACTS);

/** The facts of a type named in a path: plural or singular name, or type id. */
export function objectTypeOf(text: string): ObjectTypeFacts {
  const wanted = text.toLowerCase();
  const facts = OBJECT_TYPES.find(
    ({ name, singular, typeId }) => name === wanted || singular === wanted || typeId === wanted,
  );
  if (facts !== undefined) return facts;
  throw new HubSpotError([400, 'VALIDATION_ERROR'], `Unable to infer object type from: ${text}`);
}

/** The facts of a known type. */
export function factsOf(type: ObjectType): ObjectTypeFacts {
  return FACTS[type];
}
