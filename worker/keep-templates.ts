import type { WhatsAppAccountPort } from '../activities/whatsapp/account.client';
import { inTransaction } from '../platform/database';
import type { TransactionalDatabase } from '../platform/database';
import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { repeat } from './repeat';
import { ensureAccount, failSync, finishSync, takeSync } from '../store/template.store';

/** How soon a report about a template leads to a new reading; one look at one row. */
const LOOK_EVERY_MS = 2_000;
/** A reading that takes longer is given up, and another worker may begin one. */
const LEASE_MS = 120_000;

type Parts = {
  readonly database: TransactionalDatabase;
  readonly whatsapp: WhatsAppAccountPort;
  readonly logger: Logger;
  readonly wabaId: string;
  /** At least this often, whatever is reported. */
  readonly everyMs: number;
};

/**
 * Keeps the templates of the account as Meta has them: read at start, regularly, and after every report about one. One
 * worker at a time; Meta being away stops nothing else. Returns the stop.
 */
export function keepTemplates(parts: Parts): () => Promise<void> {
  return repeat(() => syncTemplates(parts), {
    everyMs: LOOK_EVERY_MS,
    logger: parts.logger,
    complaint: 'the templates cannot be read yet',
  });
}

/** Reads the account if that is due. */
export async function syncTemplates(
  parts: Omit<Parts, 'logger'> & { logger: Pick<Logger, 'info'> },
): Promise<void> {
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
