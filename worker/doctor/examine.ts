import { readFile } from 'node:fs/promises';
import { ConfigError, readApiConfig, readKnownSettings, readWorkerConfig } from '../../platform/config';
import type { KnownSettings } from '../../platform/config';
import { createPool } from '../../platform/database';
import type { Database } from '../../platform/database';
import { parsePolicy } from '../../platform/policy';
import { readActivePolicy } from '../../store/policy.store';
import { checkHubSpot } from './check-hubspot';
import { checkPostgres } from './check-postgres';
import { checkTemporal } from './check-temporal';
import { checkWebhook } from './check-webhook';
import { checkWhatsApp } from './check-whatsapp';
import { codeOf, good, withSettings, wrong } from './finding';
import type { Finding } from './finding';

/**
 * Makes all checks that these settings allow, in the order in which they build on each other; `say` hears of each as it is
 * made. Never throws: whatever fails is a line of its own, and the others are still made.
 */
export async function examine(
  environment: NodeJS.ProcessEnv,
  say: (findings: readonly Finding[]) => void,
): Promise<void> {
  say(checkSettings(environment));
  const known = readKnownSettings(environment);
  const pool = openPool(known);
  try {
    say(
      await withSettings({ known, needs: ['POLICY_FILE'], names: ['policy file'] }, async (settings) => [
        await checkPolicyFile(settings.POLICY_FILE),
      ]),
    );
    say(await checkPostgres(known, pool));
    say(await checkTemporal(known, environment));
    say(await checkWhatsApp(known, { templatesNeeded: await readTemplatesNeeded(pool), nowMs: Date.now() }));
    say(await checkWebhook(known));
    say(await checkHubSpot(known, pool));
  } finally {
    await pool?.end();
  }
}

/** The settings of both parts, each problem as a line of its own. */
function checkSettings(environment: NodeJS.ProcessEnv): Finding[] {
  const problems = new Set<string>();
  for (const read of [readApiConfig, readWorkerConfig])
    try {
      read(environment);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const line of error.message.split('\n').slice(1)) problems.add(line.trim());
    }
  return problems.size === 0
    ? [good('settings', 'of API and worker')]
    : [...problems].map((problem) => wrong('settings', problem, 'see .env.example'));
}

function openPool(known: KnownSettings): ReturnType<typeof createPool> | null {
  const { DATABASE_URL: url, DATABASE_STATEMENT_TIMEOUT_MS: statementTimeoutMs } = known;
  if (url === undefined || statementTimeoutMs === undefined) return null;
  return createPool({ url, connectionsMax: 2, statementTimeoutMs, applicationName: 'continuo-doctor' });
}

async function checkPolicyFile(file: string): Promise<Finding> {
  try {
    const parsed = parsePolicy(await readFile(file, 'utf8'), file);
    return parsed.ok
      ? good('policy file', `${file}, "${parsed.policy.name}"`)
      : wrong('policy file', parsed.problems.join('; '), `correct ${file}`);
  } catch (error) {
    return wrong('policy file', `${file} cannot be read (${codeOf(error)})`, 'set POLICY_FILE');
  }
}

/** Templates that the policy in force follows up or begins with; null = Postgres, which has lines of its own, does not tell. */
async function readTemplatesNeeded(database: Database | null): Promise<string[] | null> {
  if (database === null) return null;
  try {
    const active = await readActivePolicy(database);
    if (active === null) return [];
    const { follow_up: followUp, start } = active.policy;
    const named = [followUp.template, ...Object.values(start?.templates ?? {})];
    return [...new Set(named.flatMap((template) => template?.name ?? []))];
  } catch {
    return null;
  }
}
