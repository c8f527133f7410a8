import type { Database } from '../../platform/database';
import type { ConversationDetail } from '../contract';
import { explainReason } from '../explain';
import { ROWS_MAX, instant } from './values';

type Decision = ConversationDetail['decisions'][number];
type Command = ConversationDetail['commands'][number];
type DecisionRow = Omit<Decision, 'decided_at' | 'explanation'> & { decided_at: Date };
type CommandRow = Omit<Command, 'created_at'> & { created_at: Date };

/** What was decided, why, and what would have changed it. */
export async function listDecisions(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['decisions']> {
  const { rows } = await database.query<DecisionRow>(
    `select id, kind, verdict, reason_code, reasons, inputs, runner_up, flip, rule_name, details,
        policy_version_id as policy_version, identity_link_id, context_snapshot_id, decided_at
       from decision where conversation_id = $1 order by id desc limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({
    ...row,
    explanation: explainReason(row.reason_code),
    decided_at: instant(row.decided_at),
  }));
}

/** The audit log: who ordered what, when and why, refused orders too. */
export async function listCommands(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['commands']> {
  const { rows } = await database.query<CommandRow>(
    `select id, kind, actor, is_verified, arguments, reason, outcome, answer ->> 'refusal' as refusal, created_at
       from command where conversation_id = $1 order by created_at desc, id desc limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({ ...row, created_at: instant(row.created_at) }));
}
