import { randomUUID } from 'node:crypto';
import { auditList } from '../../api/contract';
import { Child } from '../support/child';
import { waitFor } from '../support/wait-for';
import { createTestApi } from './app';
import type { TestApi } from './app';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.end());

/** Runs the real command to its end. */
async function run(...args: readonly string[]): Promise<{ log: string; ended: string | null }> {
  const child = new Child({
    name: 'token',
    command: process.execPath,
    args: ['--import', 'tsx', 'api/token.ts', ...args],
    environment: { DATABASE_URL: api.world.pool.options.connectionString ?? '' },
  });
  await waitFor(() => child.howItEnded() !== null, { what: 'the command ends', timeoutMs: 60_000 });
  return { log: child.log(), ended: child.howItEnded() };
}

test('npm run token makes a token that opens the API, and ends it; what it refuses stands in the audit log too', async () => {
  const made = await run('create', '--name', 'Laptop', '--scope', 'read', '--days', '1');
  const token = made.log.split('\n')[0] ?? '';
  expect((await api.get('/v1/numbers', token)).status).toBe(200);
  const listed = await run('list');
  const id = listed.log.split('  ')[0] ?? '';
  expect(listed.log).not.toContain(token);

  expect(await run('revoke', '--id', id)).toEqual({
    log: `Revoked ${id}.\n`,
    ended: 'ended with exit code 0',
  });
  expect((await api.get('/v1/numbers', token)).status).toBe(401);

  const unknown = randomUUID();
  for (const gone of [id, unknown]) {
    const refused = await run('revoke', '--id', gone);
    expect(refused.ended).toBe('ended with exit code 1');
    expect(refused.log).toContain('There is no token with this id');
  }
  const { items } = auditList.parse((await api.get('/v1/audit?actor=token-command')).body);
  expect(
    items.map(({ kind, outcome, refusal, target }) => [kind, outcome, refusal, target?.id]).reverse(),
  ).toEqual([
    ['create_token', 'done', null, id],
    ['revoke_token', 'done', null, id],
    ['revoke_token', 'refused', 'token_not_found', id],
    ['revoke_token', 'refused', 'token_not_found', unknown],
  ]);
});
