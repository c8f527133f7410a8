import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTransaction } from '../../platform/database';
import type { TransactionalDatabase } from '../../platform/database';
import { parsePolicy } from '../../platform/policy';
import { activatePolicy } from '../../store/policy.store';

const PATH = join(__dirname, '..', '..', 'policy', 'default.yaml');

/** Makes the shipped policy the active one, for steps that need any; `changes` replace parts of its text. */
export async function activateShippedPolicy(
  pool: TransactionalDatabase,
  changes: readonly (readonly [RegExp, string])[] = [],
): Promise<void> {
  const sourceText = changes.reduce((text, [from, to]) => text.replace(from, to), readFileSync(PATH, 'utf8'));
  const parsed = parsePolicy(sourceText, PATH);
  if (!parsed.ok) throw new Error(`the shipped policy cannot be read: ${parsed.problems.join('; ')}`);
  const { policy, sha256 } = parsed;
  await inTransaction(pool, (client) => activatePolicy(client, { policy, sha256, sourceText }));
}
