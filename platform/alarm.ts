import type { Logger } from './logger';

/**
 * What people who run this must hear of, by the names under which it stands in the log as `event`. They never change, as
 * what collects logs counts them and calls somebody; docs/operate.md says what to do about each.
 */
export const ALARM_EVENTS = [
  'channel.stopped',
  'channel.refused',
  'budget.nearly_used',
  'budget.automation_stopped',
  'budget.used_up',
  'account.reported',
  'send.unconfirmed',
  'webhook.disabled',
] as const;
export type AlarmEvent = (typeof ALARM_EVENTS)[number];

/** Beside its name an alarm says codes and ids; never words, names or numbers of people. */
type Alarm = {
  readonly event: AlarmEvent;
  readonly code: string;
  readonly [fact: string]: string;
};

export type AlarmLog = Pick<Logger, 'warn' | 'error'>;

/** Writes an alarm to the log; critical = something has stopped until a person acts. */
export function logAlarm(log: AlarmLog, severity: 'warning' | 'critical', alarm: Alarm): void {
  if (severity === 'critical') log.error(alarm, 'alarm');
  else log.warn(alarm, 'alarm');
}
