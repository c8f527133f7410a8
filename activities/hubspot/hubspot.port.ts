/** The unique property of a contact that says which buyer it is: our own key, known to HubSpot without index lag. */
export const IDENTITY_KEY_PROPERTY = 'wa_identity_key';

/** The property of a contact by which people keep automation from ever writing; it is read and never written. */
export const NEVER_AUTOMATE_PROPERTY = 'wa_never_automate';

/** Contacts that became this one, separated by semicolons. */
export const MERGED_IDS_PROPERTY = 'hs_merged_object_ids';

/** The property of a contact by which people and workflows order us to write first; cleared when that is done. */
export const START_PROPERTY = 'wa_start_template';

/** What became of such an order. */
export const START_RESULT_PROPERTY = 'wa_start_result';

/** How a contact agreed to get messages. */
export const OPT_IN_HOW_PROPERTY = 'wa_opt_in_how';

/** When a contact agreed to get messages. */
export const OPT_IN_AT_PROPERTY = 'wa_opt_in_at';

/** The kinds of HubSpot records this product touches, as they are called in HubSpot's paths. */
export type HubSpotObjectType = 'contacts' | 'companies' | 'deals' | 'communications';

/** One record as HubSpot returned it; `id` may differ from the id asked for, when records were merged. */
export type HubSpotRecord = {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly createdAtMs: number;
};

/** New values by property name; HubSpot takes strings only. */
export type HubSpotProperties = Readonly<Record<string, string>>;

/** One row of a batch update. */
export type HubSpotUpdate = { readonly id: string; readonly properties: HubSpotProperties };

/** One record an association points to; `typeIds` tell which kind of association it is. */
export type HubSpotAssociation = { readonly toId: string; readonly typeIds: readonly number[] };

/** An association made together with a new record. */
export type HubSpotAssociationInput = { readonly toId: string; readonly typeId: number };

/** Two records that are linked, or shall be. */
export type HubSpotPair = {
  readonly from: { readonly type: HubSpotObjectType; readonly id: string };
  readonly to: { readonly type: HubSpotObjectType; readonly id: string };
};

/** One condition of a search; several conditions of a search are alternatives. */
export type HubSpotSearchFilter =
  | { readonly propertyName: string; readonly operator: 'IN'; readonly values: readonly string[] }
  | { readonly propertyName: string; readonly operator: 'CONTAINS_TOKEN'; readonly value: string }
  | { readonly propertyName: string; readonly operator: 'HAS_PROPERTY' };

/** A value that a property had from a time on. */
export type HubSpotPastValue = {
  readonly value: string;
  readonly sinceMs: number;
  /** The id of the user who set it; null = something else did. */
  readonly setBy: string | null;
};

/** A record with the past of one of its properties, the newest value first. */
type HubSpotRecordWithPast = HubSpotRecord & { readonly past: readonly HubSpotPastValue[] };

/** A contact property as it stands in HubSpot. */
export type HubSpotProperty = {
  readonly name: string;
  readonly type: string;
  readonly hasUniqueValue: boolean;
  readonly options: readonly HubSpotOption[];
};

/** One choice of an enumeration. */
export type HubSpotOption = { readonly value: string; readonly label: string; readonly hidden: boolean };

/** A contact property to be created. */
export type HubSpotPropertyInput = {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly groupName: string;
  readonly type: 'string' | 'number' | 'datetime' | 'enumeration' | 'bool';
  readonly fieldType: 'text' | 'number' | 'date' | 'select' | 'booleancheckbox';
  readonly hasUniqueValue: boolean;
  readonly options: readonly HubSpotOption[];
};

/**
 * All this product asks of HubSpot. Every call ends within the client's time limit and throws nothing but HubSpotCallError;
 * nothing is repeated inside, so a caller knows that one call is one request.
 */
export interface HubSpotPort {
  readPortalId(): Promise<string>;
  findContactByKey(key: string, properties: readonly string[]): Promise<HubSpotRecord | null>;
  readContact(contactId: string, properties: readonly string[]): Promise<HubSpotRecord | null>;
  /** Finds contacts that fulfil any of the filters; new records appear here only after HubSpot indexed them. */
  searchContacts(
    filters: readonly HubSpotSearchFilter[],
    properties: readonly string[],
  ): Promise<readonly HubSpotRecord[]>;
  /** The next contacts, in the order of their ids, of which a property has a value. */
  listContactsWith(
    wanted: { readonly propertyName: string; readonly value: string },
    page: { readonly afterId: string; readonly properties: readonly string[] },
  ): Promise<{ readonly records: readonly HubSpotRecord[]; readonly hasMore: boolean }>;
  /** Creates the contact that carries this key, or updates it. */
  upsertContact(
    key: string,
    properties: HubSpotProperties,
  ): Promise<{ readonly record: HubSpotRecord; readonly isNew: boolean }>;
  updateRecord(type: HubSpotObjectType, update: HubSpotUpdate): Promise<HubSpotRecord>;
  /** Updates up to 100 records; records missing in the answer were not written. */
  updateRecords(
    type: 'contacts' | 'communications',
    updates: readonly HubSpotUpdate[],
  ): Promise<readonly HubSpotRecord[]>;
  readRecords(
    type: HubSpotObjectType,
    ids: readonly string[],
    properties: readonly string[],
  ): Promise<readonly HubSpotRecord[]>;
  /** The same of contacts, with the past of one property. */
  readContactsWithPast(
    ids: readonly string[],
    properties: readonly string[],
    pastOf: string,
  ): Promise<readonly HubSpotRecordWithPast[]>;
  /** What the given records are associated with, by the id asked for. */
  readAssociations(
    from: HubSpotObjectType,
    to: HubSpotObjectType,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, readonly HubSpotAssociation[]>>;
  /** Links two records in the plain way; linked already is fine. */
  associate(pair: HubSpotPair): Promise<void>;
  /** Takes every link between two records away; not linked is fine. */
  dissociate(pair: HubSpotPair): Promise<void>;
  createCommunication(
    properties: HubSpotProperties,
    associations: readonly HubSpotAssociationInput[],
  ): Promise<HubSpotRecord>;
  readContactProperties(): Promise<readonly HubSpotProperty[]>;
  createContactPropertyGroup(name: string, label: string): Promise<void>;
  createContactProperty(property: HubSpotPropertyInput): Promise<void>;
  updateContactPropertyOptions(name: string, options: readonly HubSpotOption[]): Promise<void>;
}
