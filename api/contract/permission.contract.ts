import { z } from 'zod';
import { orderAnswer } from './order.contract';
import { nextCursor, pageByRow } from './page.contract';
import { id, instant, numberId, rowId, why } from './values.contract';

const TARGET_LENGTH_MAX = 100;

const sendUnderWay = z.strictObject({ send_id: id, status: z.string() });

/** Automated sends that had begun before an order. */
const begunBefore = {
  under_way: z
    .array(sendUnderWay)
    .readonly()
    .describe('automated sends, and those that HubSpot ordered, begun before, with an unknown end'),
  left_before: z.array(sendUnderWay).readonly().describe('such sends begun before that left meanwhile'),
};

export const numberModeRequest = z
  .strictObject({
    mode: z
      .enum(['observe', 'draft', 'live'], { error: 'must be observe, draft or live' })
      .optional()
      .describe('outranks the policy until use_policy'),
    use_policy: z.literal(true).optional().describe('the policy decides the mode again'),
    reason: why,
  })
  .refine(({ mode, use_policy: usesPolicy }) => (mode === undefined) === (usesPolicy === true), {
    path: ['mode'],
    error: 'send either "mode" or "use_policy": true',
  })
  .meta({ examples: [{ mode: 'draft', reason: 'first day' }] });

/** The mode that holds now. No automated message that it forbids begins after this answer. */
export const numberModeAnswer = orderAnswer('set_number_mode').extend({
  id: z.string(),
  mode: z.enum(['observe', 'draft', 'live']),
  mode_chosen_by: z.string().nullable(),
  ...begunBefore,
});

const scope = z.enum(['everything', 'number', 'rule'], { error: 'must be everything, number or rule' });

export const killSwitchRequest = z
  .strictObject({
    scope,
    number_id: numberId.optional().describe('with scope number'),
    rule: z
      .string()
      .max(TARGET_LENGTH_MAX)
      .optional()
      .describe('with scope rule: a rule of the policy, "fallback", or a kind of automated message'),
    reason: why,
  })
  .superRefine(({ scope: given, number_id: numberId, rule }, context) => {
    for (const [path, value, owner] of [
      ['number_id', numberId, 'number'],
      ['rule', rule, 'rule'],
    ] as const)
      if ((value !== undefined) !== (given === owner))
        context.addIssue({
          code: 'custom',
          path: [path],
          message: given === owner ? `is missing for scope "${owner}"` : `belongs to scope "${owner}" only`,
        });
  })
  .meta({ examples: [{ scope: 'everything', reason: 'a wrong price list' }] });

export const killSwitchRelease = z.strictObject({ reason: why });

/** A switch that was thrown. No automated message that it covers begins after this answer. */
export const killSwitchAnswer = orderAnswer('throw_kill_switch').extend({
  id: rowId,
  is_new: z.boolean().describe('false = it was thrown before and stays as it was'),
  ...begunBefore,
});
export const killSwitchReleaseAnswer = orderAnswer('release_kill_switch').extend({ id: rowId });

export const killSwitchListQuery = z.strictObject({
  released: z.enum(['true', 'false']).default('false').describe('true = released ones, too'),
  ...pageByRow,
});

/** Kill switches, the newest first. */
export const killSwitchList = z.strictObject({
  items: z.array(
    z.strictObject({
      id: rowId,
      scope,
      number_id: z.string().nullable(),
      rule: z.string().nullable(),
      reason: z.string(),
      thrown_by: z.string(),
      thrown_at: instant,
      released_by: z.string().nullable(),
      released_at: instant.nullable(),
      release_reason: z.string().nullable(),
    }),
  ),
  next_cursor: nextCursor,
});

export type KillSwitchListQuery = z.infer<typeof killSwitchListQuery>;
export type KillSwitchList = z.infer<typeof killSwitchList>;
