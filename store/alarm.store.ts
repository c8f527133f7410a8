import type { Database } from '../platform/database';

/** Something that people who run this must hear of. */
export type Alarm = {
  /** Where it comes from: `sends`, `budget`, or the field of the webhook. */
  readonly field: string;
  /** A code of ours, or Meta's name for what it reports. */
  readonly code: string;
  readonly severity: 'warning' | 'critical';
  /** Our id of the number, for what our own sends told. */
  readonly numberId: string | null;
  /** What followed from a refusal of a send. */
  readonly behaviour: string | null;
};

/** Takes the alarms that nobody has told yet; each goes to one process. */
export async function takeAlarms(database: Database, countMax: number): Promise<Alarm[]> {
  const taken = await database.query<Alarm>(
    `update account_event set told_at = now()
      where id in (select id from account_event where told_at is null and severity <> 'info'
                    order by id limit $1 for update skip locked)
     returning field, event as code, severity, case when field in ('sends', 'budget') then number end as "numberId",
               raw ->> 'behaviour' as behaviour`,
    [countMax],
  );
  return taken.rows;
}
