import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';

/** How much was asked with a token since its window opened, this request included, and when the window ends. */
export type TokenUse = { readonly requests: number; readonly windowEndsAt: Date };

/** Counts one request of a token, whichever process it came to; the first one after the end of a window opens another. */
export async function countRequest(
  database: Database,
  { token, windowMs }: { readonly token: string; readonly windowMs: number },
): Promise<TokenUse> {
  const counted = await database.query<{ requests: number; window_ends_at: Date }>(
    `insert into api_token_use as used (token, requests, window_ends_at)
     values ($1, 1, now() + $2 * interval '1 millisecond')
     on conflict (token) do update
        set requests = case when used.window_ends_at > now() then used.requests + 1 else 1 end,
            window_ends_at = case when used.window_ends_at > now() then used.window_ends_at else excluded.window_ends_at end
     returning requests, window_ends_at`,
    [token, windowMs],
  );
  const { requests, window_ends_at: windowEndsAt } = onlyRow(counted);
  return { requests, windowEndsAt };
}

/** Opens a token's window anew. */
export async function forgetRequests(database: Database, token: string): Promise<void> {
  await database.query('delete from api_token_use where token = $1', [token]);
}
