import { z } from 'zod';
import { classifyIdentifier } from '../../domain/identity/identifier';
import { orderAnswer } from './order.contract';
import { nextCursor, pageByRow } from './page.contract';
import { instant, rowId, why } from './values.contract';

export const neverAutomateListQuery = z.strictObject({
  removed: z.enum(['true', 'false']).default('false').describe('true = entries that were removed, too'),
  ...pageByRow,
});

/** A person whom automation must never write to, by phone or by WhatsApp's user id. */
export const neverAutomateRequest = z
  .strictObject({
    phone: z.string().min(1).max(40).optional().describe('with country code, in any spelling'),
    user_id: z
      .string()
      .refine((value) => ['bsuid', 'parent_bsuid'].includes(classifyIdentifier(value)), {
        error: 'must be a user id of WhatsApp, such as US.13491208655302741918',
      })
      .optional(),
    reason: why,
  })
  .refine(({ phone, user_id: userId }) => (phone === undefined) !== (userId === undefined), {
    path: ['phone'],
    error: 'send either "phone" or "user_id"',
  })
  .meta({ examples: [{ phone: '+1 202 555 0123', reason: 'asked for it on the telephone' }] });

export const neverAutomateRemoval = z.strictObject({ reason: why });

/** The entry that now holds; one that was there before stays as it is. */
export const neverAutomateAnswer = orderAnswer('add_never_automate').extend({
  id: rowId,
  is_new: z.boolean(),
});
export const neverAutomateRemovalAnswer = orderAnswer('remove_never_automate').extend({ id: rowId });

/** The list, the newest first. */
export const neverAutomateList = z.strictObject({
  items: z.array(
    z.strictObject({
      id: rowId,
      kind: z.enum(['wa_id', 'bsuid', 'parent_bsuid']),
      value: z.string(),
      reason: z.string(),
      added_by: z.string(),
      added_at: instant,
      removed_by: z.string().nullable(),
      removed_at: instant.nullable(),
      remove_reason: z.string().nullable(),
    }),
  ),
  next_cursor: nextCursor,
});

export type NeverAutomateListQuery = z.infer<typeof neverAutomateListQuery>;
export type NeverAutomateList = z.infer<typeof neverAutomateList>;
