import { RULES_VERSION } from '../vocabulary';
import type { Reason, RunnerUp, Verdict } from '../vocabulary';

export { classifyIdentifier } from './identifier';
export { searchVariants } from './number-variants';
export { chooseDeal } from './deal.choose';

/** A HubSpot contact that may be the buyer; the facts are shown to people and decide nothing. */
export type Candidate = {
  readonly contactId: string;
  readonly hasOpenDeal?: boolean | undefined;
  readonly ownerId?: string | null | undefined;
  readonly lastActivityAtMs?: number | null | undefined;
  readonly createdAtMs?: number | null | undefined;
};

/** What was found in HubSpot for a buyer. */
export type IdentityInput = {
  /** Null when the buyer is known by a business-scoped id only. */
  readonly waId: string | null;
  /** Contacts with exactly this number, verified as E.164. */
  readonly exactMatches: readonly Candidate[];
  /** Contacts with another national form of the number. */
  readonly variantMatches: readonly Candidate[];
  /** The number is known to belong to several people, as a switchboard does. */
  readonly isSharedNumber: boolean;
  readonly createContact: 'always' | 'never';
};

/** Which contact a buyer is: a decision about a link, not about a message. */
export type IdentityVerdict = Omit<
  Verdict<'link' | 'create' | 'ask_human' | 'unknown', IdentityInput>,
  'kind'
> & {
  readonly kind: 'identity';
  readonly contactId: string | null;
  readonly confidence: number;
  readonly candidates: readonly Candidate[];
};

type Finding = {
  readonly verdict: IdentityVerdict['verdict'];
  readonly reasonCode: string;
  readonly confidence: number;
  readonly contactId?: string;
  readonly candidates?: readonly Candidate[];
  readonly flip: string | null;
};

/** Chooses the contact of a buyer; more than one possibility is a question to a person, never a guess. */
export function chooseContact(input: IdentityInput): IdentityVerdict {
  const exact = distinct(input.exactMatches);
  const variants = distinct(input.variantMatches).filter((candidate) => !includes(exact, candidate));
  const finding = find(input, exact, variants);
  const counts: Reason[] = [
    { code: 'identity.exact_count', detail: exact.length },
    { code: 'identity.variant_count', detail: variants.length },
  ];
  return {
    kind: 'identity',
    verdict: finding.verdict,
    reasonCode: finding.reasonCode,
    reasons: [{ code: finding.reasonCode }, ...counts],
    inputs: input,
    runnerUp: runnerUp(finding, input),
    flip: finding.flip,
    parameterVersion: RULES_VERSION,
    contactId: finding.contactId ?? null,
    confidence: finding.confidence,
    candidates: finding.candidates ?? [],
  };
}

function find(input: IdentityInput, exact: readonly Candidate[], variants: readonly Candidate[]): Finding {
  const found = exact.length > 0 ? exact : variants;
  const [first] = found;
  if (first === undefined) return findNobody(input);
  const ask = { verdict: 'ask_human', confidence: 0, candidates: found } as const;
  if (found.length > 1)
    return { ...ask, reasonCode: 'identity.several_candidates', flip: 'identity.candidates=1' };
  if (input.isSharedNumber)
    return { ...ask, reasonCode: 'identity.shared_number', flip: 'is_shared_number=false' };
  const link = { verdict: 'link', contactId: first.contactId, candidates: found } as const;
  return exact.length === 1
    ? { ...link, reasonCode: 'identity.phone_exact', confidence: 1, flip: 'identity.exact_count>=2' }
    : { ...link, reasonCode: 'identity.phone_variant', confidence: 0.9, flip: 'identity.variant_count>=2' };
}

function findNobody(input: IdentityInput): Finding {
  if (input.isSharedNumber)
    return {
      verdict: 'ask_human',
      reasonCode: 'identity.shared_number',
      confidence: 0,
      flip: 'is_shared_number=false',
    };
  return input.createContact === 'always'
    ? { verdict: 'create', reasonCode: 'identity.created', confidence: 1, flip: 'create_contact=never' }
    : { verdict: 'unknown', reasonCode: 'identity.no_match', confidence: 0, flip: 'create_contact=always' };
}

function runnerUp(finding: Finding, input: IdentityInput): RunnerUp {
  if (finding.verdict === 'link' || finding.verdict === 'create')
    return { verdict: 'ask_human', reasonCode: 'identity.several_candidates' };
  if (finding.verdict === 'unknown') return { verdict: 'create', reasonCode: 'identity.created' };
  return input.exactMatches.length > 0
    ? { verdict: 'link', reasonCode: 'identity.phone_exact' }
    : { verdict: 'link', reasonCode: 'identity.phone_variant' };
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(
    (candidate, index) => candidates.findIndex((other) => other.contactId === candidate.contactId) === index,
  );
}

function includes(candidates: readonly Candidate[], candidate: Candidate): boolean {
  return candidates.some((other) => other.contactId === candidate.contactId);
}
