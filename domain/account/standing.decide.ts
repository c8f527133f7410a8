/** A report of Meta about a business account. */
export type StandingReport = {
  readonly event: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly atMs: number;
};

/** Why nothing may leave through the numbers of an account; null = nothing stands against it. */
export type AccountStop = StandingReport & { readonly reasonCode: string };

/** What a report is about: Meta's measures end by Meta's word, a cut connection by a new one. */
type Matter = 'measures' | 'connection';
type Meaning = { readonly matter: Matter; readonly reasonCode: string | null };

const MEANINGS: Readonly<Record<string, Meaning>> = {
  DISABLED_UPDATE: { matter: 'measures', reasonCode: 'account.disabled' },
  ACCOUNT_RESTRICTION: { matter: 'measures', reasonCode: 'account.restricted' },
  ACCOUNT_VIOLATION: { matter: 'measures', reasonCode: 'account.violation' },
  ACCOUNT_DELETED: { matter: 'connection', reasonCode: 'account.deleted' },
  ACCOUNT_OFFBOARDED: { matter: 'connection', reasonCode: 'account.disconnected' },
  PARTNER_REMOVED: { matter: 'connection', reasonCode: 'account.disconnected' },
  PARTNER_APP_UNINSTALLED: { matter: 'connection', reasonCode: 'account.disconnected' },
  ACCOUNT_RECONNECTED: { matter: 'connection', reasonCode: null },
  PARTNER_ADDED: { matter: 'connection', reasonCode: null },
  PARTNER_APP_INSTALLED: { matter: 'connection', reasonCode: null },
};

/** Whether a report tells that what stood against an account is over. */
export function isLifted(report: Pick<StandingReport, 'event' | 'value'>): boolean {
  return meaningOf({ ...report, event: report.event.toUpperCase(), atMs: 0 }, 0)?.reasonCode === null;
}

/** The events that say whether an account may send. */
export const STANDING_EVENTS = Object.keys(MEANINGS);

/** Of all restrictions, those that leave messages alone. */
export const HARMLESS_RESTRICTIONS = new Set(['RESTRICTED_ADD_PHONE_NUMBER_ACTION']);

/**
 * What stands against an account after all that Meta reported, in whatever order it came: the newest report of each
 * matter counts, and of what still stands the newest is named. A restriction of which Meta told the end is over then.
 */
export function standingOf(reports: readonly StandingReport[], nowMs: number): AccountStop | null {
  const newest = new Map<Matter, { readonly report: StandingReport; readonly reasonCode: string | null }>();
  const byTime = timeOrder(nowMs);
  for (const report of [...reports].sort(byTime)) {
    const meaning = meaningOf(report, nowMs);
    // A restriction that was ended by time says nothing about a ban, which only Meta's word ends.
    const isBanned = newest.get('measures')?.reasonCode === MEANINGS['DISABLED_UPDATE']?.reasonCode;
    if (isBanned && isEndedByTime(report, nowMs)) continue;
    if (meaning !== null) newest.set(meaning.matter, { report, reasonCode: meaning.reasonCode });
  }
  const standing = [...newest.values()].flatMap(({ report, reasonCode }) =>
    reasonCode === null ? [] : [{ ...report, reasonCode }],
  );
  return standing.sort(byTime).at(-1) ?? null;
}

/** Of two reports of one second, the graver one counts as the later: then nothing automated leaves. */
function timeOrder(nowMs: number): (one: StandingReport, other: StandingReport) => number {
  const isGrave = (report: StandingReport): boolean =>
    (meaningOf(report, nowMs)?.reasonCode ?? null) !== null;
  return (one, other) => {
    if (one.atMs !== other.atMs) return one.atMs - other.atMs;
    const difference = Number(isGrave(one)) - Number(isGrave(other));
    if (difference !== 0) return difference;
    return one.event < other.event ? -1 : 1;
  };
}

function meaningOf(report: StandingReport, nowMs: number): Meaning | null {
  const meaning = MEANINGS[report.event.toUpperCase()] ?? null;
  if (meaning === null) return null;
  if (report.event === 'DISABLED_UPDATE' && isReinstated(report.value))
    return { ...meaning, reasonCode: null };
  if (report.event !== 'ACCOUNT_RESTRICTION') return meaning;
  const restrictions = restrictionsOf(report.value, nowMs);
  if (restrictions === null) return meaning;
  if (restrictions.length === 0) return { ...meaning, reasonCode: null };
  return restrictions.every((type) => HARMLESS_RESTRICTIONS.has(type)) ? null : meaning;
}

/** A restriction of which nothing holds any more, as the time that Meta told for its end has come. */
function isEndedByTime({ event, value }: StandingReport, nowMs: number): boolean {
  if (event !== 'ACCOUNT_RESTRICTION') return false;
  const given: unknown = value['restriction_info'];
  return Array.isArray(given) && given.length > 0 && restrictionsOf(value, nowMs)?.length === 0;
}

/** Meta names the state of a ban as a word or as a list of words. */
function isReinstated(value: StandingReport['value']): boolean {
  const states = [fieldOf(value['ban_info'], 'waba_ban_state')].flat();
  return states.includes('REINSTATE');
}

/** The kinds of restrictions that hold now; null where Meta does not name any. */
function restrictionsOf(value: StandingReport['value'], nowMs: number): string[] | null {
  const given: unknown = value['restriction_info'];
  if (!Array.isArray(given)) return null;
  return given
    .filter((one) => !hasEnded(fieldOf(one, 'expiration'), nowMs))
    .map((one) => String(fieldOf(one, 'restriction_type')));
}

/** Meta tells the end in unix seconds; anything else is no end that could be counted on. */
function hasEnded(expiration: unknown, nowMs: number): boolean {
  const seconds = typeof expiration === 'string' && expiration !== '' ? Number(expiration) : expiration;
  return typeof seconds === 'number' && seconds > 0 && seconds * 1000 <= nowMs;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
