import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ConfigError, readDatabaseConfig } from '../platform/config';
import { createPool } from '../platform/database';
import { createLogger, describeError } from '../platform/logger';
import { createToken, revokeToken } from '../store/commands/api-token';
import { insertRefusedOrder } from '../store/commands/refused-order.store';
import { actorName, tokenScope } from './contract';
import { listTokens } from './read/tokens';

/** Who orders here: whoever can reach the database. */
const ACTOR = 'token-command';
const CONNECTIONS_MAX = 1;
const LISTED_MAX = 200;
const HOUR_MS = 3_600_000;

const USAGE = `npm run token -- create --name NAME --scope read|agent|supervisor|admin [--agent AGENT] [--days N]
npm run token -- list
npm run token -- revoke --id ID`;

const given = z.discriminatedUnion('order', [
  z.strictObject({
    order: z.literal('create'),
    name: actorName,
    scope: tokenScope,
    agent: actorName.optional(),
    days: z.coerce.number().int().min(1).max(3_650).optional(),
  }),
  z.strictObject({ order: z.literal('list') }),
  z.strictObject({ order: z.literal('revoke'), id: z.guid() }),
]);
type Given = z.infer<typeof given>;

/** Thrown for a call that is not understood; its message tells what is wrong. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `npm run token`: makes, lists and revokes tokens with nothing but the database, so that there can be a first one. */
async function main(): Promise<void> {
  const order = readOrder(process.argv.slice(2));
  const config = readDatabaseConfig(process.env);
  const pool = createPool({
    url: config.DATABASE_URL,
    connectionsMax: CONNECTIONS_MAX,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    applicationName: 'continuo-token',
  });
  try {
    for (const line of await carryOut(pool, order)) process.stdout.write(`${line}\n`);
  } finally {
    await pool.end();
  }
}

function readOrder(args: readonly string[]): Given {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        scope: { type: 'string' },
        agent: { type: 'string' },
        days: { type: 'string' },
        id: { type: 'string' },
      },
    });
    return given.parse({ order: positionals[0], ...values });
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : describeArguments(error);
    throw new UsageError(`${problem}\n\n${USAGE}`);
  }
}

function describeArguments(error: unknown): string {
  return error instanceof Error ? error.message : 'The arguments are not understood.';
}

async function carryOut(pool: ReturnType<typeof createPool>, order: Given): Promise<string[]> {
  if (order.order === 'create') return await create(pool, order);
  if (order.order === 'list') {
    const { items } = await listTokens(pool, { limit: LISTED_MAX });
    return items.map((token) =>
      [token.id, token.prefix, token.scope, token.agent ?? token.name, stateOf(token)].join('  '),
    );
  }
  const revoked = await revokeToken(pool, { id: order.id, actor: ACTOR, reason: null });
  if (revoked.kind === 'refused') {
    await insertRefusedOrder(pool, {
      kind: 'revoke_token',
      actor: ACTOR,
      reason: null,
      refusal: 'token_not_found',
      arguments: { id: order.id },
      target: { kind: 'token', id: order.id },
    });
    throw new UsageError('There is no token with this id that is not revoked.');
  }
  return [`Revoked ${order.id}.`];
}

async function create(
  pool: ReturnType<typeof createPool>,
  { name, scope, agent, days }: Extract<Given, { order: 'create' }>,
): Promise<string[]> {
  const expiresAt = days === undefined ? null : new Date(Date.now() + days * 24 * HOUR_MS).toISOString();
  const { token } = await createToken(pool, {
    name,
    scope,
    agent: agent ?? null,
    expiresAt,
    actor: ACTOR,
    reason: null,
  });
  return [token, `Scope ${scope}. This is the only time that it is shown.`];
}

function stateOf(token: { readonly revoked_at: string | null; readonly expires_at: string | null }): string {
  if (token.revoked_at !== null) return `revoked ${token.revoked_at}`;
  return token.expires_at === null ? 'does not expire' : `until ${token.expires_at}`;
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError || error instanceof UsageError) process.stderr.write(`${error.message}\n`);
  else createLogger('token', 'info').fatal(describeError(error), 'the order could not be carried out');
  process.exitCode = 1;
});
