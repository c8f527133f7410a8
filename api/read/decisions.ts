import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import type { DecisionDetail, DecisionList, DecisionListQuery } from '../contract';
import { explainReason } from '../explain';
import { pageOf } from './page';
import { instant } from './values';

type Row = Omit<DecisionDetail, 'decided_at' | 'explanation'> & { decided_at: Date };

const COLUMNS = `id, conversation_id, episode_id, turn_id, kind, verdict, reason_code, reasons, inputs, runner_up, flip,
  rule_name, details, parameter_version, policy_version_id as policy_version, identity_link_id, context_snapshot_id, decided_at`;

/** Decisions, the newest first. */
export async function listAllDecisions(database: Database, query: DecisionListQuery): Promise<DecisionList> {
  const { rows } = await database.query<Row>(
    `select ${COLUMNS} from decision
      where ($1::uuid is null or conversation_id = (select coalesce(merged_into, id) from conversation where id = $1))
        and ($2::text is null or kind = $2)
        and ($3::text is null or verdict = $3)
        and ($4::text is null or reason_code = $4)
        and ($5::bigint is null or id < $5)
      order by id desc limit $6`,
    [
      query.conversation_id ?? null,
      query.kind ?? null,
      query.verdict ?? null,
      query.reason_code ?? null,
      query.cursor ?? null,
      query.limit + 1,
    ],
  );
  return pageOf(rows, query.limit, { item: toDetail, position: ({ id }) => [id] });
}

/** One decision, or null. */
export async function readDecision(database: Database, id: number): Promise<DecisionDetail | null> {
  const row = firstRow(await database.query<Row>(`select ${COLUMNS} from decision where id = $1`, [id]));
  return row === null ? null : toDetail(row);
}

function toDetail(row: Row): DecisionDetail {
  return {
    ...row,
    explanation: explainReason(row.reason_code),
    decided_at: instant(row.decided_at),
  };
}
