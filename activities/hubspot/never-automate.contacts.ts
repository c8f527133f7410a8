import { searchVariants } from '../../domain/identity/identity.decide';
import type { Database } from '../../platform/database';
import { countryOfNumber, toE164 } from '../../platform/phone';
import {
  dropNeverAutomated,
  forgetNeverAutomated,
  keepNeverAutomated,
  listBusinessPhones,
  listNeverAutomatedContacts,
  noteListRead,
} from '../../store/hubspot-never-automate.store';
import type { ListTurn, NeverAutomatedContact } from '../../store/hubspot-never-automate.store';
import { readActivePolicy } from '../../store/policy.store';
import { PHONE_PROPERTIES } from './contact.facts';
import { MERGED_IDS_PROPERTY, NEVER_AUTOMATE_PROPERTY } from './hubspot.port';
import type { HubSpotPort, HubSpotRecord } from './hubspot.port';

type Parts = { readonly hubspot: HubSpotPort; readonly database: Database };

const WANTED = { propertyName: NEVER_AUTOMATE_PROPERTY, value: 'true' };
const PROPERTIES: readonly string[] = [NEVER_AUTOMATE_PROPERTY, MERGED_IDS_PROPERTY, ...PHONE_PROPERTIES];
const BATCH_MAX = 100;
const FIRST_ID = '0';

/**
 * Brings the list of contacts to whom automation never writes into step with HubSpot. The search lags behind, so that
 * whoever is new in it or missing is read itself. Nothing is forgotten before the whole list was read; a failure half-way
 * leaves what is known. Two at a time do no harm.
 */
export async function readNeverAutomated(parts: Parts, turn: ListTurn): Promise<void> {
  const { database } = parts;
  const known = await listNeverAutomatedContacts(database);
  const found = await listFlagged(parts.hubspot);
  const isFound = new Set(found.map(({ id }) => id));
  const isKnown = new Set(known);
  const doubtful = [
    ...found.filter(({ id }) => !isKnown.has(id)).map(({ id }) => id),
    ...known.filter((id) => !isFound.has(id)),
  ];
  const read = await readThemselves(parts.hubspot, doubtful);
  const flagged = [...found.filter(({ id }) => isKnown.has(id)), ...read.filter(isFlagged)];
  const countries = await readCountries(database);
  await keepNeverAutomated(
    database,
    flagged.map((record) => toContact(record, countries)),
  );
  const remaining = new Set(flagged.map(({ id }) => id));
  await dropNeverAutomated(
    database,
    known.filter((id) => !remaining.has(id)),
    turn,
  );
  await noteListRead(database, turn);
}

/** Keeps the list in step with one contact that was just read. */
export async function noteNeverAutomated(database: Database, record: HubSpotRecord): Promise<void> {
  if (!isFlagged(record)) {
    await forgetNeverAutomated(database, record.id);
    return;
  }
  await keepNeverAutomated(database, [toContact(record, await readCountries(database))]);
}

async function listFlagged(hubspot: HubSpotPort): Promise<HubSpotRecord[]> {
  const found: HubSpotRecord[] = [];
  for (let afterId = FIRST_ID; ;) {
    const page = await hubspot.listContactsWith(WANTED, { afterId, properties: PROPERTIES });
    found.push(...page.records);
    const last = page.records.at(-1);
    if (!page.hasMore || last === undefined) return found;
    afterId = last.id;
  }
}

async function readThemselves(hubspot: HubSpotPort, ids: readonly string[]): Promise<HubSpotRecord[]> {
  const read: HubSpotRecord[] = [];
  for (let start = 0; start < ids.length; start += BATCH_MAX)
    read.push(...(await hubspot.readRecords('contacts', ids.slice(start, start + BATCH_MAX), PROPERTIES)));
  return read;
}

function isFlagged({ properties }: HubSpotRecord): boolean {
  return properties[NEVER_AUTOMATE_PROPERTY] === 'true';
}

/** The countries as of which a phone without a country code may have been typed; none = it is read as it stands. */
async function readCountries(database: Database): Promise<(string | undefined)[]> {
  const active = await readActivePolicy(database);
  const country = active?.policy.identity.default_country;
  if (country !== undefined) return [country];
  const ours = (await listBusinessPhones(database)).map(countryOfNumber);
  return ours.length === 0 ? [undefined] : [...new Set(ours)];
}

/** Wide on purpose: to ask a person once too often is better than to write once too often. */
function toContact(
  { id, properties }: HubSpotRecord,
  countries: readonly (string | undefined)[],
): NeverAutomatedContact {
  const typed = PHONE_PROPERTIES.map((name) => properties[name] ?? '');
  const numbers = typed.flatMap((raw) => countries.map((country) => toE164(raw, country)));
  const phones = numbers.flatMap((number) => (number === null ? [] : searchVariants(number.slice(1))));
  const merged = (properties[MERGED_IDS_PROPERTY] ?? '').split(';').map((one) => one.trim());
  return { contactId: id, mergedIds: merged.filter((one) => one !== ''), phones: [...new Set(phones)] };
}
