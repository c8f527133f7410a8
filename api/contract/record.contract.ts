import { z } from 'zod';
import { id, instant, json, names, rowId } from './values.contract';

/** A buyer with everything that identified them, now and before. */
export const buyerDetail = z.strictObject({
  id,
  name: z.string().nullable().describe('the first of "names"'),
  names,
  username: z.string().nullable().describe('for show only: it can be changed and passed on at any time'),
  opted_out_at: instant.nullable(),
  unreachable: z
    .strictObject({ since: instant, until: instant.nullable(), reason_code: z.string() })
    .nullable()
    .describe(
      'WhatsApp could not deliver; automation writes again after a message of the buyer, or after "until"',
    ),
  consents: z
    .array(
      z.strictObject({
        id: rowId,
        value: z
          .string()
          .describe(
            'stop, resume, signup, opt_in (recorded by a person), or whatever else WhatsApp reported',
          ),
        source: z.enum(['message', 'preference', 'send_error', 'command', 'earlier']),
        reason_code: z.string(),
        occurred_at: instant,
        message_id: id.nullable(),
        send_id: id.nullable(),
        decision_id: rowId.nullable(),
        details: json.describe('what a person recorded'),
      }),
    )
    .describe('every wish to be written to or not, with what proves it'),
  late_replies: z.number().describe('D: replies that came later than half an hour'),
  expected_late_replies: z.number().describe('E: what an average buyer would have given'),
  identities: z.array(
    z.strictObject({
      kind: z.string(),
      value: z.string(),
      valid_from: instant,
      valid_to: instant.nullable(),
    }),
  ),
  links: z.array(
    z.strictObject({
      id: rowId,
      status: z.string(),
      reason_code: z.string(),
      confidence: z.number(),
      contact_id: z.string().nullable(),
      company_id: z.string().nullable(),
      deal_id: z.string().nullable(),
      candidates: json,
      created_at: instant,
      ended_at: instant.nullable(),
      end_reason: z.string().nullable(),
    }),
  ),
  conversation_ids: z.array(id),
  joins: z.array(
    z.strictObject({
      id: rowId,
      joined_at: instant,
      other_buyer_id: id,
      is_survivor: z.boolean().describe('whether this buyer is the one that went on'),
      is_conflict: z.boolean().describe('both were linked to different contacts'),
      undone_at: instant.nullable(),
    }),
  ),
  joined_into: id.nullable().describe('the buyer this one proved to be; everything stands there'),
});

export const policyList = z.strictObject({
  items: z.array(
    z.strictObject({
      id: rowId,
      name: z.string(),
      sha256: z.string(),
      status: z.enum(['draft', 'shadow', 'active', 'retired']),
      imported_at: instant,
      activated_at: instant.nullable(),
    }),
  ),
});

/** Every refusal and failure (RFC 9457, application/problem+json); `type` ends with the kind of the problem. */
export const problemDetails = z.looseObject({
  type: z.string().startsWith('urn:continuo:problem:'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  field: z.string().optional(),
  errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
  what_to_do: z.string(),
  request_id: z.string(),
});

export type BuyerDetail = z.infer<typeof buyerDetail>;
export type PolicyList = z.infer<typeof policyList>;
export type ProblemDetails = z.infer<typeof problemDetails>;
