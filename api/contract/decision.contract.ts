import { z } from 'zod';
import { nextCursor, pageByRow } from './page.contract';
import { filterWord, id, instant, json, rowId } from './values.contract';

/** What was decided, why, and what would have changed it. */
export const decisionSummary = z
  .strictObject({
    id: rowId,
    kind: z.string(),
    verdict: z.string(),
    reason_code: z.string(),
    explanation: z.string(),
    reasons: json,
    inputs: json,
    runner_up: json,
    flip: z.string().nullable(),
    details: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
    rule_name: z.string().nullable(),
    policy_version: rowId.nullable(),
    identity_link_id: rowId.nullable(),
    context_snapshot_id: rowId.nullable(),
    decided_at: instant,
  })
  .meta({ id: 'DecisionSummary' });

export const decisionDetail = decisionSummary
  .extend({
    conversation_id: id,
    episode_id: id.nullable(),
    turn_id: id.nullable(),
    parameter_version: z.string(),
  })
  .meta({ id: 'Decision' });

export const decisionListQuery = z.strictObject({
  conversation_id: id.toLowerCase().optional(),
  kind: z.enum(['episode', 'route', 'follow_up', 'skip', 'stop', 'command', 'identity', 'owner']).optional(),
  verdict: filterWord.optional(),
  reason_code: filterWord.optional(),
  ...pageByRow,
});

/** Decisions, the newest first. */
export const decisionList = z.strictObject({ items: z.array(decisionDetail), next_cursor: nextCursor });

export type DecisionDetail = z.infer<typeof decisionDetail>;
export type DecisionListQuery = z.infer<typeof decisionListQuery>;
export type DecisionList = z.infer<typeof decisionList>;
