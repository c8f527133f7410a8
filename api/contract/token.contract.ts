import { z } from 'zod';
import { SCOPES } from '../../store/token.store';
import { orderAnswer } from './order.contract';
import { nextCursor, pageByTime } from './page.contract';
import { givenInstant, id, instant, reason } from './values.contract';

/** Names stand in the audit log, and the name of an agent in the owner of a conversation. */
export const actorName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9._-]+$/, 'must be letters, digits, dots, dashes and underscores')
  .meta({ examples: ['anna'] });

export const tokenScope = z
  .enum(SCOPES)
  .describe(
    'read = sees everything but tokens and the audit log · agent = leads conversations, too · supervisor = says what automation may do, too · admin = makes tokens, too',
  );

export const createTokenRequest = z.strictObject({
  name: actorName.describe('what it is for'),
  scope: tokenScope,
  agent: actorName
    .optional()
    .describe('the person whose token it is; what it orders stands in the audit log under this name'),
  expires_at: givenInstant.optional().describe('left out = it does not expire'),
  reason,
});

const facts = {
  id,
  name: z.string(),
  scope: tokenScope,
  agent: z.string().nullable(),
  prefix: z.string().describe('the beginning of the token'),
  expires_at: instant.nullable(),
};

/** A new token. */
export const createTokenAnswer = orderAnswer('create_token').extend({
  ...facts,
  token: z.string().nullable().describe('shown this once and kept nowhere; null in a repetition'),
});

export const revokeTokenRequest = z.strictObject({ reason });
export const revokeTokenAnswer = orderAnswer('revoke_token').extend({ id });

export const tokenListQuery = z.strictObject({ ...pageByTime });

/** Tokens, the newest first, those that are over too. */
export const tokenList = z.strictObject({
  items: z.array(
    z.strictObject({
      ...facts,
      created_at: instant,
      created_by: z.string(),
      revoked_at: instant.nullable(),
      revoked_by: z.string().nullable(),
      last_used_at: instant.nullable().describe('to the minute'),
    }),
  ),
  next_cursor: nextCursor,
});

export type TokenList = z.infer<typeof tokenList>;
export type TokenListQuery = z.infer<typeof tokenListQuery>;
