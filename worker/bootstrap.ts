import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureHubSpotProperties } from '../activities/hubspot/hubspot.properties';
import type { HubSpotPort } from '../activities/hubspot/hubspot.port';
import { inTransaction } from '../platform/database';
import type { TransactionalDatabase } from '../platform/database';
import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { parsePolicy } from '../platform/policy';
import { activatePolicy, readActivePolicy } from '../store/policy.store';
import { savePortal } from '../store/hubspot-contact.store';

/** Thrown when the worker cannot start in a way that only a person mends; the message says what and where. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

const HUBSPOT_AGAIN_AFTER_MS = 5_000;

/**
 * Makes POLICY_FILE the active policy. A file that is missing or wrong keeps the version that is active; when none is,
 * the worker must not start. Throws StartRefused.
 */
export async function importPolicy(
  database: TransactionalDatabase,
  file: string,
  logger: Logger,
): Promise<void> {
  const problems = await tryImport(database, file, logger);
  if (problems === null) return;
  const active = await readActivePolicy(database);
  const report = `POLICY_FILE ${path.resolve(file)} cannot be used:\n${problems.map((line) => `  ${line}`).join('\n')}`;
  if (active === null)
    throw new StartRefused(
      `${report}\nNo policy is active yet, so nothing could be decided. Correct the file and start again.`,
    );
  logger.error(
    { policyVersion: active.id, file: path.resolve(file), problems },
    'the policy file cannot be used, the active version stays',
  );
}

async function tryImport(
  database: TransactionalDatabase,
  file: string,
  logger: Logger,
): Promise<readonly string[] | null> {
  let sourceText: string;
  try {
    sourceText = await readFile(file, 'utf8');
  } catch (error) {
    return [
      `it cannot be read (${describeError(error).code ?? 'unknown error'}); set POLICY_FILE to a policy file`,
    ];
  }
  const parsed = parsePolicy(sourceText, file);
  if (!parsed.ok) return parsed.problems;
  const imported = await inTransaction(database, (client) =>
    activatePolicy(client, { policy: parsed.policy, sha256: parsed.sha256, sourceText }),
  );
  logger.info(
    { policyVersion: imported.id, isNew: imported.isNew, name: parsed.policy.name },
    'policy active',
  );
  return null;
}

/** Makes sure that HubSpot has our properties; tried again until it answers, as a HubSpot that is away stops nothing else. */
export function prepareHubSpot(parts: {
  readonly database: TransactionalDatabase;
  readonly hubspot: HubSpotPort;
  readonly logger: Logger;
}): { stop(): void } {
  let isStopped = false;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      try {
        const { portalId, problems } = await ensureHubSpotProperties(parts.hubspot);
        await savePortal(parts.database, portalId);
        for (const problem of problems) parts.logger.error({ problem }, 'a HubSpot property needs attention');
        parts.logger.info({ portalId }, 'hubspot ready');
        return;
      } catch (error) {
        parts.logger.warn(describeError(error), 'hubspot cannot be prepared yet');
        await new Promise((resolve) => setTimeout(resolve, HUBSPOT_AGAIN_AFTER_MS));
      }
    }
  };
  void run();
  return {
    stop() {
      isStopped = true;
    },
  };
}
