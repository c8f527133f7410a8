import { z } from 'zod';
import { orderAnswer } from './order.contract';
import { nextCursor, pageByRow } from './page.contract';
import { filterWord, instant, json, reason, reportedError, rowId } from './values.contract';

export const accountEventListQuery = z.strictObject({
  field: filterWord.optional(),
  severity: z.enum(['info', 'warning', 'critical']).optional(),
  ...pageByRow,
});

/** What Meta reports about the account, its numbers and its templates, the newest first. */
export const accountEventList = z.strictObject({
  items: z.array(
    z.strictObject({
      id: rowId,
      field: z.string(),
      waba_id: z.string().nullable(),
      number: z.string().nullable().describe('id or display number, as the report names it'),
      event: z.string(),
      severity: z.enum(['info', 'warning', 'critical']),
      occurred_at: instant,
      raw: json,
    }),
  ),
  next_cursor: nextCursor,
});

const itemKind = z.enum([
  'message',
  'status',
  'echo',
  'identity_change',
  'preference',
  'history',
  'state_sync',
  'account_event',
  'unknown',
]);

export const webhookItemListQuery = z.strictObject({
  kind: itemKind.optional(),
  error: filterWord.optional(),
  ...pageByRow,
});

const webhookItem = z
  .strictObject({
    id: rowId,
    kind: itemKind,
    field: z.string(),
    pointer: z.string().describe('JSON pointer of the item inside its body'),
    number_id: z.string().nullable(),
    error: z.string().nullable(),
    reported_error: reportedError.nullable().describe('what Meta said that it could not pass on'),
    attempts: z.number().int(),
    captured_at: instant,
    assigned_at: instant.nullable(),
    raw: json,
  })
  .meta({ id: 'WebhookItem' });

/** Items that were not understood or have an error, the newest first, and how many there are of each. */
export const webhookItemList = z.strictObject({
  counts: z.array(
    z.strictObject({
      kind: itemKind,
      field: z.string(),
      error: z.string().nullable(),
      count: z.number().int(),
    }),
  ),
  items: z.array(webhookItem),
  next_cursor: nextCursor,
});

export const retryRequest = z.strictObject({ reason });

/** What became of an item that was run again. */
export const webhookItemRetry = orderAnswer('retry_webhook_item').extend({
  result: z
    .enum(['assigned', 'set_aside', 'failed', 'not_understood'])
    .describe(
      'assigned = it has become what it reports; set_aside = kept with its error; failed = tried again later; not_understood = kept raw',
    ),
  new_items: z.number().int().describe('items that a new reading of the body found'),
  item: webhookItem,
});

export type AccountEventListQuery = z.infer<typeof accountEventListQuery>;
export type AccountEventList = z.infer<typeof accountEventList>;
export type WebhookItemListQuery = z.infer<typeof webhookItemListQuery>;
export type WebhookItemList = z.infer<typeof webhookItemList>;
export type WebhookItem = z.infer<typeof webhookItem>;
export type WebhookItemRetry = z.infer<typeof webhookItemRetry>;
