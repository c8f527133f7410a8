/** How much a report about the account matters: `critical` = nothing or little can be sent; `warning` = somebody should look. */
export type Severity = 'info' | 'warning' | 'critical';

const BY_EVENT: Readonly<Record<string, Severity>> = {
  ACCOUNT_DELETED: 'critical',
  ACCOUNT_OFFBOARDED: 'critical',
  ACCOUNT_RESTRICTION: 'critical',
  ACCOUNT_VIOLATION: 'critical',
  DISABLED_UPDATE: 'critical',
  PARTNER_REMOVED: 'critical',
  PARTNER_APP_UNINSTALLED: 'critical',
  DISABLED: 'warning',
  DOWNGRADE: 'warning',
  FLAGGED: 'warning',
  PAUSED: 'warning',
  RED: 'warning',
  REJECTED: 'warning',
  THROUGHPUT_DOWNGRADE: 'warning',
  YELLOW: 'warning',
};

const BY_GIVEN: Readonly<Record<string, Severity>> = {
  CRITICAL: 'critical',
  WARNING: 'warning',
  INFORMATIONAL: 'info',
};

/** Judges an event; Meta's own word counts where it gives one, and an event nobody knows is information. */
export function severityOf(report: {
  readonly event: string;
  readonly given: string | null;
  /** What stood against the account is over. */
  readonly isLifted?: boolean;
}): Severity {
  if (report.isLifted === true) return 'info';
  const given = report.given === null ? undefined : BY_GIVEN[report.given.toUpperCase()];
  return given ?? BY_EVENT[report.event.toUpperCase()] ?? 'info';
}
