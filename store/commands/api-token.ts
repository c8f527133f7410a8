import { createHash, randomBytes } from 'node:crypto';
import type { TransactionalDatabase } from '../../platform/database';
import { endToken, insertToken } from '../token.store';
import type { NewToken, Scope } from '../token.store';
import { runOrder } from './run-order';
import type { OrderBy, OrderResult } from './run-order';

/** 256 bits: nobody guesses one, so a plain hash is enough. */
const TOKEN_BYTES = 32;
/** So that a token is recognised where it must not stand, as in a repository. */
const TOKEN_MARK = 'continuo_';
const PREFIX_LENGTH = TOKEN_MARK.length + 6;

type CreatedToken = {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  readonly agent: string | null;
  readonly prefix: string;
  readonly expires_at: string | null;
};

/** What a token is known by. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Makes a token. It is given once, beside the answer; a repetition of the order cannot give it again. */
export async function createToken(
  pool: TransactionalDatabase,
  order: OrderBy & NewToken,
): Promise<{ readonly token: string; readonly result: OrderResult<CreatedToken, never> }> {
  const token = `${TOKEN_MARK}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const prefix = token.slice(0, PREFIX_LENGTH);
  const { name, scope, agent, expiresAt } = order;
  const result = await runOrder<CreatedToken, never>(
    pool,
    { ...order, kind: 'create_token', arguments: { name, scope, agent, expires_at: expiresAt } },
    async (client) => {
      const id = await insertToken(client, { ...order, prefix, hash: hashOfToken(token) });
      return {
        kind: 'done',
        target: { kind: 'token', id },
        answer: { id, name, scope, agent, prefix, expires_at: expiresAt },
      };
    },
  );
  return { token, result };
}

/** Ends a token: the next request with it is refused. */
export async function revokeToken(
  pool: TransactionalDatabase,
  order: OrderBy & { readonly id: string },
): Promise<OrderResult<{ readonly id: string }, 'token_not_found'>> {
  const { id } = order;
  return await runOrder(pool, { ...order, kind: 'revoke_token', arguments: { id } }, async (client) => {
    if (!(await endToken(client, order))) return { kind: 'refused', refusal: 'token_not_found' };
    return { kind: 'done', target: { kind: 'token', id }, answer: { id } };
  });
}
