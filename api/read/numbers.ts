import type { Database } from '../../platform/database';
import type { NumberDetail } from '../contract';
import { explainReason } from '../explain';
import { budgetReader } from './budget';
import { readNumberReports } from './number-reports';
import { instant, instantOrNull } from './values';

type Shown =
  'id' | 'display_phone_number' | 'mode' | 'mode_chosen_by' | 'is_switched_off' | 'waiting_sends' | 'waba_id';
type NumberRow = Pick<NumberDetail, Shown> & {
  mode_chosen_at: Date | null;
  stopped_scope: 'number' | 'app' | null;
  stopped_reason: string;
  stopped_at: Date;
  stopped_error: unknown;
  back_off_scope: 'number' | 'app' | null;
  backoff_reason: string | null;
  not_before: Date;
  backoff_level: number;
};

/** All numbers with what holds them back; of a stop and a back-off of number and app, the one that counts. */
export async function listNumbers(database: Database): Promise<NumberDetail[]> {
  const { rows } = await database.query<NumberRow>(
    `select number.phone_number_id as id, number.display_phone_number, number.waba_id, number.mode, number.mode_chosen_by, number.mode_chosen_at,
            exists (select 1 from kill_switch where released_at is null
                       and (scope, target) in (('everything', ''), ('number', number.phone_number_id))) as is_switched_off,
            stopped.stopped_scope, stopped.stopped_reason, stopped.stopped_at, stopped.stopped_error,
            slowed.back_off_scope, slowed.backoff_reason, slowed.not_before, slowed.backoff_level,
            (select count(*)::int from send
               join conversation on conversation.id = send.conversation_id
              where conversation.phone_number_id = number.phone_number_id and send.status in ('planned', 'held')) as waiting_sends
       from number
       left join lateral (
         select case scope when 'app' then 'app' else 'number' end as stopped_scope, stopped_reason, stopped_at, stopped_error
           from channel where scope in ('app', number.phone_number_id) and stopped_at is not null
          order by scope = 'app' desc limit 1) as stopped on true
       left join lateral (
         select case scope when 'app' then 'app' else 'number' end as back_off_scope, backoff_reason, not_before, backoff_level
           from channel where scope in ('app', number.phone_number_id) and not_before > now()
          order by not_before desc limit 1) as slowed on true
      order by number.phone_number_id`,
  );
  const readBudget = await budgetReader(database);
  return await Promise.all(
    rows.map(async (row) => ({
      ...toDetail(row),
      ...(await readNumberReports(database, row.id)),
      budget: await readBudget(row.id),
    })),
  );
}

function toDetail(
  row: NumberRow,
): Omit<NumberDetail, 'budget' | 'quality' | 'messaging_limit' | 'capability'> {
  return {
    id: row.id,
    display_phone_number: row.display_phone_number,
    waba_id: row.waba_id,
    mode: row.mode,
    mode_chosen_by: row.mode_chosen_by,
    mode_chosen_at: instantOrNull(row.mode_chosen_at),
    is_switched_off: row.is_switched_off,
    stopped:
      row.stopped_scope === null
        ? null
        : {
            scope: row.stopped_scope,
            reason_code: row.stopped_reason,
            explanation: explainReason(row.stopped_reason),
            since: instant(row.stopped_at),
            error: row.stopped_error,
          },
    back_off:
      row.back_off_scope === null
        ? null
        : {
            scope: row.back_off_scope,
            reason_code: row.backoff_reason,
            until: instant(row.not_before),
            refusals: row.backoff_level,
          },
    waiting_sends: row.waiting_sends,
  };
}
