import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';

/** What a token opens; each scope includes those before it. */
export const SCOPES = ['read', 'agent', 'supervisor', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Uses are noted to the minute: a write for each request would cost more than the figure is worth. */
const USE_NOTED_EVERY_SECONDS = 60;

export type NewToken = {
  readonly name: string;
  readonly scope: Scope;
  /** The person whose token it is; null = nobody's in particular. */
  readonly agent: string | null;
  /** ISO 8601; null = never. */
  readonly expiresAt: string | null;
};

/** A token that opens something now. */
export type LivingToken = { readonly id: string; readonly actor: string; readonly scope: Scope };

/** Keeps a token by its hash; gives its id. */
export async function insertToken(
  client: Database,
  token: NewToken & { readonly prefix: string; readonly hash: Buffer; readonly actor: string },
): Promise<string> {
  const { name, scope, agent, expiresAt, prefix, hash, actor } = token;
  const added = await client.query<{ id: string }>(
    `insert into api_token (name, scope, agent, expires_at, prefix, hash, created_by)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [name, scope, agent, expiresAt, prefix, hash, actor],
  );
  return onlyRow(added).id;
}

/** Ends a token for good; false when there is none with this id that is not revoked. */
export async function endToken(
  client: Database,
  revoked: { readonly id: string; readonly actor: string },
): Promise<boolean> {
  const done = await client.query(
    `update api_token set revoked_at = now(), revoked_by = $2 where id = $1 and revoked_at is null`,
    [revoked.id, revoked.actor],
  );
  return done.rowCount === 1;
}

/** The token with this hash, if it is neither revoked nor expired; its use is noted. */
export async function useToken(database: Database, hash: Buffer): Promise<LivingToken | null> {
  return firstRow(
    await database.query<LivingToken>(
      `with used as (
         update api_token set last_used_at = now()
          where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())
            and (last_used_at is null or last_used_at < now() - $2 * interval '1 second')
       )
       select id, coalesce(agent, name) as actor, scope from api_token
        where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
      [hash, USE_NOTED_EVERY_SECONDS],
    ),
  );
}
