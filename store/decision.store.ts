import type { DecisionKind, Reason } from '../domain/vocabulary';
import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { decisionsTotal } from '../platform/metrics';
import { telling } from './event-outbox.store';

/** A verdict to be recorded with all that it rests on. */
export type NewDecision = {
  /** Made of facts; a second decision under the same key returns the first. */
  readonly key: string;
  readonly conversationId: string;
  readonly episodeId: string | null;
  readonly turnId: string | null;
  readonly kind: DecisionKind | 'command' | 'identity';
  readonly verdict: string;
  readonly reasonCode: string;
  readonly reasons: readonly Reason[];
  readonly inputs: unknown;
  readonly runnerUp: unknown;
  readonly flip: string | null;
  readonly ruleName: string | null;
  /** What the verdict orders beside its kind, as numbers and codes. */
  readonly details?: Readonly<Record<string, number | string | null>>;
  readonly parameterVersion: string;
  readonly policyVersionId: number | null;
  readonly identityLinkId: number | null;
  readonly contextSnapshotId: number | null;
};

export type StoredDecision = { id: number; verdict: string; reason_code: string };

/** Stores a verdict once: the first one under a key wins and is returned to everybody who comes later. */
export async function recordDecision(client: Database, decision: NewDecision): Promise<StoredDecision> {
  const inserted = await client.query<StoredDecision>(INSERT, [
    decision.key,
    decision.conversationId,
    decision.episodeId,
    decision.turnId,
    decision.kind,
    decision.verdict,
    decision.reasonCode,
    JSON.stringify(decision.reasons),
    JSON.stringify(decision.inputs),
    decision.runnerUp === null ? null : JSON.stringify(decision.runnerUp),
    decision.flip,
    decision.ruleName,
    decision.parameterVersion,
    decision.policyVersionId,
    decision.identityLinkId,
    decision.contextSnapshotId,
    JSON.stringify(decision.details ?? {}),
  ]);
  const row = firstRow(inserted);
  if (row !== null) {
    decisionsTotal.inc({ kind: decision.kind, verdict: decision.verdict });
    return row;
  }
  return onlyRow(
    await client.query<StoredDecision>('select id, verdict, reason_code from decision where key = $1', [
      decision.key,
    ]),
  );
}

const INSERT = telling(
  `insert into decision (key, conversation_id, episode_id, turn_id, kind, verdict, reason_code, reasons, inputs,
      runner_up, flip, rule_name, parameter_version, policy_version_id, identity_link_id, context_snapshot_id,
      details)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
   on conflict (key) do nothing
   returning id, verdict, reason_code, conversation_id, kind, episode_id, rule_name`,
  `select 'decision.recorded' as kind, null::text as key, conversation_id,
          jsonb_build_object('decision_id', id, 'decision_kind', kind, 'verdict', verdict, 'reason_code', reason_code,
            'rule', rule_name, 'episode_id', episode_id) as facts
     from fact`,
);

/**
 * Names, on the verdicts that gave a turn's messages their episodes, the grounds that the turn was decided on: when they
 * were made, nobody had looked up the buyer yet. The verdicts themselves stay as they are.
 */
export async function groundEpisodeDecisions(
  client: Database,
  grounds: { readonly turnId: string; readonly identityLinkId: number; readonly contextSnapshotId: number },
): Promise<void> {
  await client.query(
    `update decision set identity_link_id = $2, context_snapshot_id = $3
       from message join turn on turn.id = message.turn_id
      where turn.id = $1 and decision.key = 'episode:' || turn.conversation_id || ':' || message.id
        and decision.identity_link_id is null`,
    [grounds.turnId, grounds.identityLinkId, grounds.contextSnapshotId],
  );
}

/** Why the conversation stands where it stands: the reason of its newest verdict; who somebody is explains nothing of that. */
export async function readNewestReason(client: Database, conversationId: string): Promise<string | null> {
  const newest = firstRow(
    await client.query<{ reason_code: string }>(
      `select reason_code from decision where conversation_id = $1 and kind <> 'identity' order by id desc limit 1`,
      [conversationId],
    ),
  );
  return newest?.reason_code ?? null;
}
