import type { ListedTemplate, Template } from '../domain/template/template';
import type { TemplateChange } from '../domain/template/template.report';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** After a failure the account is not read again for so long. */
const AFTER_FAILURE_MS = 30_000;

/** The accounts whose templates are kept: the one of the settings, and those that our numbers turned out to belong to. */
export async function listAccounts(client: Database, wabaId: string): Promise<string[]> {
  const found = await client.query<{ id: string }>(
    'select $1 as id union select waba_id from number where waba_id is not null order by id',
    [wabaId],
  );
  return found.rows.map(({ id }) => id);
}

/** Makes sure that the templates of an account are kept. */
export async function ensureAccount(client: Database, wabaId: string): Promise<void> {
  await client.query('insert into whatsapp_account (waba_id) values ($1) on conflict do nothing', [wabaId]);
}

/** A reading of an account that somebody has begun. */
export type SyncLease = { readonly wanted: number; readonly startedAt: Date };

/**
 * Takes on the reading of an account that is due: something was reported about a template, or the last reading is old.
 * Null when it is not due, or another worker does it.
 */
export async function takeSync(
  client: Database,
  wabaId: string,
  times: { readonly everyMs: number; readonly leaseMs: number },
): Promise<SyncLease | null> {
  const taken = await client.query<SyncLease>(
    `update whatsapp_account set sync_not_before = now() + $3 * interval '1 millisecond'
      where waba_id = $1 and (sync_not_before is null or sync_not_before <= now())
        and (sync_done < sync_wanted or synced_at is null or synced_at <= now() - $2 * interval '1 millisecond')
      returning sync_wanted as wanted, clock_timestamp() as "startedAt"`,
    [wabaId, times.everyMs, times.leaseMs],
  );
  return firstRow(taken);
}

/** What was read of an account. */
export type AccountReading = {
  readonly tier: string | null;
  readonly templates: readonly ListedTemplate[];
};

/**
 * Writes down what was read; a template that Meta does not list any more is DELETED. A report that came after the
 * reading had begun is newer than it and stays.
 */
export async function finishSync(
  client: Database,
  wabaId: string,
  read: { readonly lease: SyncLease; readonly account: AccountReading },
): Promise<void> {
  const { lease, account } = read;
  // A name and language twice in a list would make the statement fail; the first one counts.
  const byKey = new Map([...account.templates].reverse().map((one) => [`${one.name}:${one.language}`, one]));
  await client.query(
    `insert into template as known (waba_id, template_id, name, language, status, category, parameter_format, components,
        quality, rejected_reason, synced_at)
     select $1, item ->> 'templateId', item ->> 'name', item ->> 'language', item ->> 'status', item ->> 'category',
            item ->> 'parameterFormat', item -> 'components', item ->> 'quality', item ->> 'rejectedReason', $3
       from jsonb_array_elements($2) as item
     on conflict (waba_id, name, language) do update
        set template_id = excluded.template_id, parameter_format = excluded.parameter_format,
            components = excluded.components, synced_at = excluded.synced_at, rejected_reason = excluded.rejected_reason,
            status = case when known.status_at > $3 then known.status else excluded.status end,
            category = case when known.category_at > $3 then known.category else excluded.category end,
            quality = case when known.quality_at > $3 then known.quality else excluded.quality end`,
    [wabaId, JSON.stringify([...byKey.values()]), lease.startedAt],
  );
  await client.query(
    `update template set status = 'DELETED', synced_at = $2 where waba_id = $1 and synced_at < $2`,
    [wabaId, lease.startedAt],
  );
  await client.query(
    `update whatsapp_account
        set sync_done = $2, synced_at = $3, sync_not_before = null, sync_error = null,
            messaging_tier = coalesce($4, messaging_tier)
      where waba_id = $1`,
    [wabaId, lease.wanted, lease.startedAt, account.tier],
  );
}

/** Notes that an account could not be read; it is read again a little later. */
export async function failSync(client: Database, wabaId: string, code: string): Promise<void> {
  await client.query(
    `update whatsapp_account
        set sync_error = $2, sync_not_before = now() + $3 * interval '1 millisecond' where waba_id = $1`,
    [wabaId, code, AFTER_FAILURE_MS],
  );
}

/** What a webhook says about a template, and when. */
export type TemplateReport = TemplateChange & {
  readonly wabaId: string;
  readonly name: string;
  readonly language: string;
  readonly atMs: number;
};

/**
 * Lets a report count at once for the side of the template that it is about, unless something newer is known of that, and
 * has the account read again: reports come in any order, in whole seconds, and say only a part.
 */
export async function applyTemplateReport(client: Database, report: TemplateReport): Promise<void> {
  const { wabaId, name, language, atMs } = report;
  for (const side of ['status', 'category', 'quality'] as const) {
    const value = report[side];
    if (value === undefined) continue;
    await client.query(
      `update template set ${side} = $5, ${side}_at = to_timestamp($4::double precision / 1000)
        where waba_id = $1 and name = $2 and language = $3 and ${IS_NEWS}
          and coalesce(${side}_at, '-infinity') <= to_timestamp($4::double precision / 1000)`,
      [wabaId, name, language, atMs, value],
    );
  }
  if (report.text !== undefined)
    await client.query(
      `update template set components = (
         select jsonb_agg(case when upper(one ->> 'type') = 'BODY' then one || jsonb_build_object('text', $5::text) else one end order by place)
           from jsonb_array_elements(components) with ordinality as listed (one, place))
        where waba_id = $1 and name = $2 and language = $3 and ${IS_NEWS} and jsonb_array_length(components) > 0`,
      [wabaId, name, language, atMs, report.text],
    );
  await client.query(
    `insert into whatsapp_account (waba_id) values ($1)
     on conflict (waba_id) do update set sync_wanted = whatsapp_account.sync_wanted + 1`,
    [wabaId],
  );
}

/** A report is older than what was read when its whole second lies before the reading. */
const IS_NEWS = 'synced_at <= to_timestamp(($4::double precision + 999) / 1000)';

/**
 * All languages of a template as the account of the sending number has it: another account's template of the same name is
 * another one. A number whose account is not known yet has the templates of the only account there is.
 */
export async function listLanguages(
  client: Database,
  wanted: { readonly name: string; readonly phoneNumberId: string },
): Promise<Template[]> {
  const found = await client.query<Template>(
    `select name, language, status, category, parameter_format as "parameterFormat", components
       from template where name = $1 and waba_id = ${accountOfNumber('$2')} order by language`,
    [wanted.name, wanted.phoneNumberId],
  );
  return found.rows;
}

/** SQL that names the account whose templates a number sends; null where nobody can tell. */
export function accountOfNumber(phoneNumberId: string): string {
  return `coalesce((select waba_id from number where phone_number_id = ${phoneNumberId}),
                   (select min(waba_id) from template having count(distinct waba_id) = 1))`;
}
