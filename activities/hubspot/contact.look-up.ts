import { chooseContact } from '../../domain/identity/identity.decide';
import type { Policy } from '../../domain/policy/policy';
import type { TransactionalDatabase } from '../../platform/database';
import { permanent } from '../failures';
import { readBuyerToLookUp, readCurrentLink, recordLink } from '../../store/identity-link.store';
import type {
  BuyerToLookUp,
  IdentityLink,
  LinkCandidate,
  LinkOutcome,
} from '../../store/identity-link.store';
import { readActivePolicy } from '../../store/policy.store';
import { saveContactFacts } from '../../store/hubspot-contact.store';
import { findCandidates, toLinkCandidates } from './contact.candidates';
import { createContact } from './contact.create';
import { CONTACT_FACT_PROPERTIES, fetchContactFacts, placeOf } from './contact.facts';
import { IDENTITY_KEY_PROPERTY } from './hubspot.port';
import { HubSpotCallError } from './hubspot.errors';
import type { HubSpotPort, HubSpotRecord } from './hubspot.port';
import { ensureHubSpotProperties } from './hubspot.properties';
import { noteNeverAutomated } from './never-automate.contacts';

export type LookUpParts = { readonly hubspot: HubSpotPort; readonly database: TransactionalDatabase };
type Request = {
  readonly buyer: BuyerToLookUp;
  readonly policy: Policy['identity'];
  readonly current: IdentityLink | null;
};
/** A contact that is certainly the buyer's, and how that is known. */
type Settled = { readonly record: HubSpotRecord } & Pick<LinkOutcome, 'status' | 'confidence' | 'reasonCode'>;

/**
 * Finds the buyer's contact in HubSpot, or creates it when the policy says so, and records the outcome as the buyer's link.
 * Safe to repeat and to run in parallel: the unique key allows one contact per buyer, and the same outcome changes nothing.
 */
export async function lookUpBuyer(parts: LookUpParts, buyerId: string): Promise<IdentityLink> {
  const [buyer, active, current] = await Promise.all([
    readBuyerToLookUp(parts.database, buyerId),
    readActivePolicy(parts.database),
    readCurrentLink(parts.database, buyerId),
  ]);
  if (buyer === null) throw permanent('row-missing', 'buyer');
  if (active === null) throw permanent('policy-missing', 'none-active');
  const request = { buyer, policy: active.policy.identity, current };
  const outcome = await withProperties(parts.hubspot, () => resolve(parts, request));
  return recordLink(parts.database, { buyerId, outcome, seenLinkId: current?.id ?? null });
}

/** HubSpot may have been away when the properties were to be made: a refusal is answered by making them, once. */
async function withProperties<Result>(hubspot: HubSpotPort, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HubSpotCallError) || error.failure.class !== 'rejected') throw error;
    await ensureHubSpotProperties(hubspot);
    return work();
  }
}

async function resolve(parts: LookUpParts, request: Request): Promise<LinkOutcome> {
  const known = await findKnown(parts.hubspot, request);
  if (known !== null) return settle(parts, known);
  const { buyer, policy } = request;
  const found = await findCandidates(parts.hubspot, buyer, policy.default_country);
  const verdict = chooseContact({
    waId: buyer.waId,
    exactMatches: found.exact,
    variantMatches: found.variants,
    isSharedNumber: false,
    createContact: policy.create_contact,
  });
  const { confidence, reasonCode } = verdict;
  if (verdict.verdict === 'create') return createAndSettle(parts, buyer);
  if (verdict.verdict === 'link' && verdict.contactId !== null)
    return linkExisting(parts, buyer, { contactId: verdict.contactId, confidence, reasonCode });
  if (verdict.verdict === 'unknown') return withoutContact('unknown', reasonCode, []);
  const candidates = await toLinkCandidates(parts.hubspot, [...found.exact, ...found.variants]);
  return withoutContact('ambiguous', reasonCode, candidates);
}

/** The contact we linked before, or the one that carries our key: both are certain and cost no search. */
async function findKnown(hubspot: HubSpotPort, { buyer, current }: Request): Promise<Settled | null> {
  if (current !== null && current.contactId !== null) {
    const record = await hubspot.readContact(current.contactId, CONTACT_FACT_PROPERTIES);
    const isMerged = record !== null && record.id !== current.contactId;
    const reasonCode = isMerged ? 'identity.contact_merged' : current.reasonCode;
    if (record !== null)
      return { record, status: current.status, confidence: current.confidence, reasonCode };
  }
  const record = await hubspot.findContactByKey(buyer.buyerId, CONTACT_FACT_PROPERTIES);
  return record === null ? null : settledByKey(record);
}

async function linkExisting(
  parts: LookUpParts,
  buyer: BuyerToLookUp,
  choice: { contactId: string; confidence: number; reasonCode: string },
): Promise<LinkOutcome> {
  // The search index lags behind: whose key the contact carries is read from the record itself.
  const record = await parts.hubspot.readContact(choice.contactId, CONTACT_FACT_PROPERTIES);
  if (record === null) throw new HubSpotCallError({ class: 'ambiguous', code: 'SEARCH_RESULT_GONE' });
  const key = record.properties[IDENTITY_KEY_PROPERTY] ?? '';
  if (key !== '' && key !== buyer.buyerId && !buyer.joinedBuyerIds.includes(key)) {
    const candidates = await toLinkCandidates(parts.hubspot, [{ contactId: record.id, record }]);
    return withoutContact('ambiguous', 'identity.key_of_another_buyer', candidates);
  }
  const settled = { record, status: 'linked', ...choice } as const;
  return settle(parts, key === buyer.buyerId ? settled : await claim(parts.hubspot, buyer, settled));
}

/** Writes our key onto the contact, so that from now on it is found without a search. */
async function claim(hubspot: HubSpotPort, buyer: BuyerToLookUp, settled: Settled): Promise<Settled> {
  try {
    const properties = { [IDENTITY_KEY_PROPERTY]: buyer.buyerId };
    const { id } = await hubspot.updateRecord('contacts', { id: settled.record.id, properties });
    return { ...settled, record: { ...settled.record, id } };
  } catch (error) {
    if (!(error instanceof HubSpotCallError) || error.failure.class !== 'conflict') throw error;
    // A look-up at the same time gave the key to another contact; that one holds.
    const record = await hubspot.findContactByKey(buyer.buyerId, CONTACT_FACT_PROPERTIES);
    if (record === null) throw error;
    return settledByKey(record);
  }
}

async function createAndSettle(parts: LookUpParts, buyer: BuyerToLookUp): Promise<LinkOutcome> {
  const created = await createContact(parts.hubspot, buyer);
  if (created === null) return withoutContact('unknown', 'identity.create_refused', []);
  return created.isNew
    ? settle(parts, {
        record: created.record,
        status: 'created',
        confidence: 1,
        reasonCode: 'identity.created',
      })
    : settle(parts, settledByKey(created.record));
}

async function settle(parts: LookUpParts, settled: Settled): Promise<LinkOutcome> {
  const { record, status, confidence, reasonCode } = settled;
  const facts = await fetchContactFacts(parts.hubspot, record);
  await saveContactFacts(parts.database, facts);
  await noteNeverAutomated(parts.database, record);
  return { status, contactId: record.id, ...placeOf(facts), confidence, reasonCode, candidates: [] };
}

function settledByKey(record: HubSpotRecord): Settled {
  return { record, status: 'linked', confidence: 1, reasonCode: 'identity.key' };
}

function withoutContact(
  status: 'ambiguous' | 'unknown',
  reasonCode: string,
  candidates: readonly LinkCandidate[],
): LinkOutcome {
  return { status, contactId: null, companyId: null, dealId: null, confidence: 0, reasonCode, candidates };
}
