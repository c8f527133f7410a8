import { z } from 'zod';
import { nextCursor, pageByRow, pageByTime } from './page.contract';
import { filterWord, id, instant, json, names, rowId } from './values.contract';

/** A buyer with everything that identified them, now and before. */
export const buyerDetail = z
  .strictObject({
    id,
    name: z.string().nullable().describe('the first of "names"'),
    names,
    username: z.string().nullable().describe('for show only: it can be changed and passed on at any time'),
    address: z
      .strictObject({ kind: z.enum(['wa_id', 'bsuid', 'parent_bsuid']), value: z.string() })
      .nullable()
      .describe(
        'to whom a message would go now: the phone where it is known, else the user id; null = nobody can write to this buyer, and "no_address_reason_code" says why',
      ),
    no_address_reason_code: z
      .enum(['address.joined', 'address.given_up', 'address.username_only', 'address.unknown'])
      .nullable()
      .describe(
        'null = there is an address. joined: "joined_into" has it. given_up: the phone or user id passed on, and nothing newer is known. username_only: nobody can be written to by it. unknown: none was ever seen',
      ),
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
  })
  .meta({ id: 'BuyerDetail' });

export const buyerListQuery = z.strictObject({
  phone: z.string().min(1).max(40).optional().describe('with country code, in any spelling; who has it now'),
  user_id: filterWord.optional().describe('of WhatsApp; who has it now'),
  contact_id: filterWord.optional().describe('of HubSpot; who is linked to it now'),
  opted_out: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional(),
  ...pageByTime,
});

/** Buyers, the newest first; one that proved to be another is shown as that one only. */
export const buyerList = z.strictObject({
  items: z.array(
    z.strictObject({
      id,
      name: z.string().nullable(),
      wa_id: z.string().nullable(),
      contact_id: z.string().nullable().describe('of HubSpot'),
      opted_out_at: instant.nullable(),
      created_at: instant,
    }),
  ),
  next_cursor: nextCursor,
});

const policyVersion = z.strictObject({
  id: rowId,
  name: z.string(),
  sha256: z.string(),
  status: z.enum(['draft', 'shadow', 'active', 'retired']),
  imported_at: instant,
  activated_at: instant.nullable(),
});

export const policyListQuery = z.strictObject({ ...pageByRow });

/** Versions of the policy, the newest first. */
export const policyList = z.strictObject({ items: z.array(policyVersion), next_cursor: nextCursor });

/** One version with what it says. */
export const policyDetail = policyVersion.extend({
  document: json,
  source_text: z.string().describe('the file as it was imported'),
});

/** Every refusal and failure (RFC 9457, application/problem+json); `type` ends with the kind of the problem. */
export const problemDetails = z
  .looseObject({
    type: z.string().regex(/^urn:continuo:problem:[a-z_]+$/),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    field: z.string().optional(),
    errors: z
      .array(
        z.strictObject({
          in: z.enum(['body', 'query', 'header']),
          field: z.string(),
          pointer: z.string().optional().describe('JSON pointer into the body'),
          message: z.string(),
        }),
      )
      .optional(),
    what_to_do: z.string(),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });

/** The types of problems that there are. */
export const problemList = z.strictObject({
  items: z.array(
    z.strictObject({
      type: z.string(),
      title: z.string(),
      status: z.number().int(),
      what_to_do: z.string(),
    }),
  ),
});

export type BuyerDetail = z.infer<typeof buyerDetail>;
export type BuyerList = z.infer<typeof buyerList>;
export type BuyerListQuery = z.infer<typeof buyerListQuery>;
export type PolicyListQuery = z.infer<typeof policyListQuery>;
export type PolicyDetail = z.infer<typeof policyDetail>;
export type PolicyList = z.infer<typeof policyList>;
export type ProblemDetails = z.infer<typeof problemDetails>;
