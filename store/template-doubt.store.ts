import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { accountOfNumber, applyTemplateReport } from './template.store';

/** Sends that fail one after the other have the templates read no more often than this: Meta counts these calls. */
const READ_EVERY_MS = 60_000;

/** A template of which a send told that it is not as we knew it. */
type TemplateDoubt = {
  readonly phoneNumberId: string;
  readonly name: string;
  readonly language: string;
  /** When the call was made that told it. */
  readonly atMs: number;
  /** What WhatsApp said of it; null = only that something is wrong. */
  readonly status: string | null;
};

/** Has the templates of a number's account read again soon; a status that was told counts at once, as a report does. */
export async function noteTemplateDoubt(client: Database, doubt: TemplateDoubt): Promise<void> {
  const found = await client.query<{ wabaId: string | null }>(`select ${accountOfNumber('$1')} as "wabaId"`, [
    doubt.phoneNumberId,
  ]);
  const wabaId = firstRow(found)?.wabaId ?? null;
  if (wabaId === null) return;
  if (doubt.status !== null) {
    const { name, language, atMs, status } = doubt;
    await applyTemplateReport(client, { wabaId, name, language, atMs, status });
    return;
  }
  await client.query(
    `insert into whatsapp_account as account (waba_id) values ($1)
     on conflict (waba_id) do update
        set sync_wanted = account.sync_wanted + 1,
            sync_not_before = greatest(account.sync_not_before, account.synced_at + $3 * interval '1 millisecond')
      -- What was read since the call is the truth already.
      where account.synced_at is null or account.synced_at <= to_timestamp($2::double precision / 1000)`,
    [wabaId, doubt.atMs, READ_EVERY_MS],
  );
}
