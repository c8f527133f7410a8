import { z } from 'zod';
import { COMMAND_KINDS } from '../../store/commands/command.types';
import { ORDER_KINDS } from '../../store/commands/order-kinds';
import { nextCursor, pageByTime } from './page.contract';
import { filterWord, givenInstant, id, instant, json, rowId } from './values.contract';

const kind = z.enum([...COMMAND_KINDS, ...ORDER_KINDS]);

export const auditQuery = z.strictObject({
  actor: filterWord.optional(),
  kind: kind.optional(),
  outcome: z.enum(['done', 'refused']).optional(),
  conversation_id: id.toLowerCase().optional(),
  from: givenInstant.optional().describe('ordered then or later'),
  before: givenInstant.optional().describe('ordered before'),
  ...pageByTime,
});

/** Everything that people ordered, the newest first: who, when, why, and what it came to. */
export const auditList = z.strictObject({
  items: z.array(
    z.strictObject({
      id,
      kind: z.string().meta({ examples: ['take_over'] }),
      actor: z.string(),
      is_verified: z
        .boolean()
        .describe('false = by a signal from the Temporal UI or CLI, whose sender nobody checks'),
      reason: z.string().nullable(),
      outcome: z.enum(['done', 'refused']),
      refusal: z.string().nullable(),
      arguments: json.describe('what was ordered'),
      conversation_id: id.nullable(),
      buyer_join_id: rowId.nullable(),
      target: z
        .strictObject({ kind: z.string(), id: z.string() })
        .nullable()
        .describe('what it was about, where that is no conversation'),
      created_at: instant,
    }),
  ),
  next_cursor: nextCursor,
});

export type AuditQuery = z.infer<typeof auditQuery>;
export type AuditList = z.infer<typeof auditList>;
