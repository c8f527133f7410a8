import { readFile } from 'node:fs/promises';
import { ConfigError, readApiConfig, readWorkerConfig } from '../../platform/config';
import type { ApiConfig, WorkerConfig } from '../../platform/config';
import { createPool } from '../../platform/database';
import type { Database } from '../../platform/database';
import { parsePolicy } from '../../platform/policy';
import { readTemporalConfig } from '../../platform/temporal';
import type { TemporalConfig } from '../../platform/temporal';
import { listPortals } from '../../store/hubspot-contact.store';
import { readActivePolicy } from '../../store/policy.store';
import { checkHubSpot } from './check-hubspot';
import { checkPostgres } from './check-postgres';
import { checkTemporal } from './check-temporal';
import { checkWebhook } from './check-webhook';
import { checkWhatsApp } from './check-whatsapp';
import { codeOf, good, wrong } from './finding';
import type { Finding } from './finding';

export type Settings = {
  readonly api: ApiConfig;
  readonly worker: WorkerConfig;
  readonly temporal: TemporalConfig;
};

/** The settings of both parts, each problem as a line of its own. */
export function readSettings(environment: NodeJS.ProcessEnv): {
  findings: Finding[];
  settings: Settings | null;
} {
  const problems = new Set<string>();
  const attempt = <Config>(read: (environment: NodeJS.ProcessEnv) => Config): Config | null => {
    try {
      return read(environment);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const line of error.message.split('\n').slice(1)) problems.add(line.trim());
      return null;
    }
  };
  const api = attempt(readApiConfig);
  const worker = attempt(readWorkerConfig);
  if (api !== null && worker !== null)
    return {
      findings: [good('settings', 'of API and worker')],
      settings: { api, worker, temporal: readTemporalConfig(environment) },
    };
  const findings = [...problems].map((problem) => wrong('settings', problem, 'see .env.example'));
  return { findings, settings: null };
}

/** Makes all checks, in the order in which they build on each other; `say` hears of each as it is made. */
export async function examine(
  { api, worker, temporal }: Settings,
  say: (findings: readonly Finding[]) => void,
): Promise<void> {
  const pool = createPool({
    url: api.DATABASE_URL,
    connectionsMax: 2,
    statementTimeoutMs: api.DATABASE_STATEMENT_TIMEOUT_MS,
    applicationName: 'continuo-doctor',
  });
  try {
    say([await checkPolicyFile(worker.POLICY_FILE)]);
    say(await checkPostgres(pool));
    say(await checkTemporal(temporal));
    const webhookUrl = `${api.PUBLIC_URL.replace(/\/+$/, '')}/webhooks/whatsapp`;
    say(
      await checkWhatsApp({
        baseUrl: worker.WHATSAPP_BASE_URL,
        apiVersion: worker.WHATSAPP_API_VERSION,
        accessToken: worker.WHATSAPP_ACCESS_TOKEN,
        timeoutMs: worker.WHATSAPP_TIMEOUT_MS,
        businessAccountId: worker.WHATSAPP_BUSINESS_ACCOUNT_ID,
        appSecret: api.WHATSAPP_APP_SECRETS[0] ?? '',
        webhookUrl,
        templatesNeeded: await readTemplatesNeeded(pool),
        nowMs: Date.now(),
      }),
    );
    say(
      await checkWebhook({
        url: webhookUrl,
        appSecrets: api.WHATSAPP_APP_SECRETS,
        verifyToken: api.WHATSAPP_VERIFY_TOKEN,
        timeoutMs: worker.WHATSAPP_TIMEOUT_MS,
      }),
    );
    say(
      await checkHubSpot({
        baseUrl: worker.HUBSPOT_BASE_URL,
        accessToken: worker.HUBSPOT_ACCESS_TOKEN,
        timeoutMs: worker.HUBSPOT_TIMEOUT_MS,
        portalsKnown: await listPortals(pool).catch(() => []),
      }),
    );
  } finally {
    await pool.end();
  }
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

/** Templates that the policy in force follows up or begins with; none while Postgres is away, which has a line of its own. */
async function readTemplatesNeeded(database: Database): Promise<string[]> {
  const active = await readActivePolicy(database).catch(() => null);
  if (active === null) return [];
  const { follow_up: followUp, start } = active.policy;
  const named = [followUp.template, ...Object.values(start?.templates ?? {})];
  return [...new Set(named.flatMap((template) => template?.name ?? []))];
}
