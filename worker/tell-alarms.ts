import { ALARM_EVENTS, logAlarm } from '../platform/alarm';
import type { AlarmEvent, AlarmLog } from '../platform/alarm';
import type { Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import { takeAlarms } from '../store/alarm.store';
import type { Alarm } from '../store/alarm.store';
import { repeat } from './repeat';

/** An alarm stands in the log within so much time, whichever process raised it. */
const LOOK_EVERY_MS = 2_000;
const ALARMS_AT_ONCE_MAX = 100;

/**
 * Writes every alarm to the log once, over all workers, under the stable names of `event`: what collects logs can count
 * them and call somebody. Returns the stop.
 */
export function tellAlarms(parts: {
  readonly database: Database;
  readonly logger: Logger;
}): () => Promise<void> {
  return repeat(() => tellOnce(parts), {
    everyMs: LOOK_EVERY_MS,
    logger: parts.logger,
    complaint: 'alarms cannot be read yet',
  });
}

/** Tells what nobody has told yet. */
export async function tellOnce(parts: {
  readonly database: Database;
  readonly logger: AlarmLog;
}): Promise<void> {
  for (const alarm of await takeAlarms(parts.database, ALARMS_AT_ONCE_MAX)) {
    const { field, code, numberId } = alarm;
    const line = { event: eventOf(alarm), field, code, ...(numberId !== null && { numberId }) };
    logAlarm(parts.logger, alarm.severity, line);
  }
}

function eventOf({ field, behaviour, code }: Alarm): AlarmEvent {
  const ofBudget = ALARM_EVENTS.find((event) => event === code);
  if (field === 'budget' && ofBudget !== undefined) return ofBudget;
  if (field !== 'sends') return 'account.reported';
  return behaviour?.startsWith('stop_') === true ? 'channel.stopped' : 'channel.refused';
}
