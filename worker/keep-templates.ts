import type { WhatsAppAccountPort } from '../activities/whatsapp/account.client';
import { inTransaction } from '../platform/database';
import type { TransactionalDatabase } from '../platform/database';
import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { repeat } from './repeat';
import { ensureAccount, failSync, finishSync, listAccounts, takeSync } from '../store/template.store';

/** How soon a report about a template leads to a new reading; one look at one row. */
const LOOK_EVERY_MS = 2_000;
/** A reading that takes longer is given up, and another worker may begin one. */
const LEASE_MS = 120_000;

type Parts = {
  readonly database: TransactionalDatabase;
  readonly whatsapp: WhatsAppAccountPort;
  readonly logger: Logger;
  /** The account of the settings; those of our numbers are kept with it. */
  readonly wabaId: string;
  /** At least this often, whatever is reported. */
  readonly everyMs: number;
};

/**
 * Keeps the templates of our accounts as Meta has them: read at start, regularly, and after every report about one. One
 * worker at a time; Meta being away stops nothing else. Returns the stop.
 */
export function keepTemplates(parts: Parts): () => Promise<void> {
  return repeat(() => syncTemplates(parts), {
    everyMs: LOOK_EVERY_MS,
    logger: parts.logger,
    complaint: 'the templates cannot be read yet',
  });
}

type SyncParts = Omit<Parts, 'logger'> & { readonly logger: Pick<Logger, 'info'> };

/** Reads the accounts that are due; one that cannot be read keeps no other from it, and its error is thrown at the end. */
export async function syncTemplates(parts: SyncParts): Promise<void> {
  const errors: unknown[] = [];
  for (const wabaId of await listAccounts(parts.database, parts.wabaId))
    await syncAccount({ ...parts, wabaId }).catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

async function syncAccount(parts: SyncParts): Promise<void> {
  const { database, whatsapp, wabaId, everyMs } = parts;
  await ensureAccount(database, wabaId);
  const lease = await takeSync(database, wabaId, { everyMs, leaseMs: LEASE_MS });
  if (lease === null) return;
  try {
    const account = {
      templates: await whatsapp.listTemplates(wabaId),
      tier: await whatsapp.readMessagingTier(wabaId),
    };
    await inTransaction(database, (client) => finishSync(client, wabaId, { lease, account }));
    parts.logger.info({ templates: account.templates.length, tier: account.tier }, 'templates read');
  } catch (error) {
    const { type, code } = describeError(error);
    await failSync(database, wabaId, code ?? type);
    throw error;
  }
}
