import { createToken, revokeToken } from '../../store/commands/api-token';
import {
  auditList,
  auditQuery,
  createTokenAnswer,
  createTokenRequest,
  idParam,
  revokeTokenAnswer,
  revokeTokenRequest,
  tokenList,
  tokenListQuery,
} from '../contract';
import { listAudit } from '../read/audit';
import { listTokens } from '../read/tokens';
import { PLAIN, command, read } from '../route';
import type { Route } from '../route';
import { orderBody } from './command-door';

/** Who may use the API, and what people ordered. */
export const accessRoutes: readonly Route[] = [
  read({
    ...PLAIN,
    id: 'list-audit',
    method: 'get',
    path: '/v1/audit',
    tag: 'Access',
    summary: 'The audit log, the newest first',
    description: 'Everything that people ordered: who, when, why, and what it came to; refused orders too.',
    scope: 'supervisor',
    query: auditQuery,
    answers: { 200: { description: 'A page of the log.', schema: auditList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listAudit(pool, query) }),
  }),
  read({
    ...PLAIN,
    id: 'list-tokens',
    method: 'get',
    path: '/v1/tokens',
    tag: 'Access',
    summary: 'Tokens, the newest first',
    description: 'Those that are over too. No token is shown, only how it begins.',
    scope: 'admin',
    query: tokenListQuery,
    answers: { 200: { description: 'A page of tokens.', schema: tokenList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listTokens(pool, query) }),
  }),
  command({
    ...PLAIN,
    id: 'create-token',
    orders: 'create_token',
    method: 'post',
    path: '/v1/tokens',
    tag: 'Access',
    summary: 'Make a token',
    description:
      'The token stands in this answer and nowhere else. A repetition with the same key cannot show it again.',
    scope: 'admin',
    body: createTokenRequest,
    answers: { 201: { description: 'Made.', schema: createTokenAnswer } },
    problems: ['idempotency_key_reused'],
    handle: async ({ body: given, actor, idempotencyKey }, { pool }) => {
      const { token, result } = await createToken(pool, {
        name: given.name,
        scope: given.scope,
        agent: given.agent ?? null,
        expiresAt: given.expires_at === undefined ? null : new Date(given.expires_at).toISOString(),
        reason: given.reason ?? null,
        actor,
        idempotencyKey,
      });
      const body = orderBody(result);
      return { status: 201, body: { ...body, token: body.repeated ? null : token } };
    },
  }),
  command({
    ...PLAIN,
    id: 'revoke-token',
    orders: 'revoke_token',
    method: 'post',
    path: '/v1/tokens/{id}/revoke',
    tag: 'Access',
    summary: 'End a token for good',
    description: 'The next request with it is answered 401.',
    scope: 'admin',
    params: idParam,
    body: revokeTokenRequest,
    answers: { 200: { description: 'Revoked.', schema: revokeTokenAnswer } },
    problems: ['token_not_found', 'idempotency_key_reused'],
    handle: async ({ params, body, actor, idempotencyKey }, { pool }) => {
      const order = { id: params.id, actor, idempotencyKey, reason: body.reason ?? null };
      return { status: 200, body: orderBody(await revokeToken(pool, order)) };
    },
  }),
];
