import { slotsOf } from '../../domain/template/template.slots';
import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { accountOfNumber } from '../../store/template.store';
import type { TemplateDetail, TemplateList, TemplateListQuery } from '../contract';
import { instant } from './values';

type TemplateRow = Omit<TemplateDetail, 'parameters' | 'synced_at' | 'components'> & {
  components: unknown[];
  synced_at: Date;
};
type AccountRow = { synced_at: Date | null; sync_error: string | null; messaging_tier: string | null };

/** All templates with what each needs, by name and language; of one number, those of its account. */
export async function listTemplates(database: Database, query: TemplateListQuery): Promise<TemplateList> {
  const { rows } = await database.query<TemplateRow>(
    `select waba_id, name, language, status, category, parameter_format, components, quality, rejected_reason, synced_at
       from template
      where ($1::text is null or name = $1) and ($2::text is null or status = upper($2))
        and ($3::text is null or waba_id = ${accountOfNumber('$3')})
      order by name, language, waba_id`,
    [query.name ?? null, query.status ?? null, query.number_id ?? null],
  );
  return {
    items: rows.map((row) => ({ ...row, parameters: parametersOf(row), synced_at: instant(row.synced_at) })),
    ...(await readReading(database, query.number_id ?? null)),
  };
}

/** How far the account of a number is read; without a number, the account that was read last. */
async function readReading(
  database: Database,
  numberId: string | null,
): Promise<Omit<TemplateList, 'items'>> {
  const account = firstRow(
    await database.query<AccountRow>(
      `select synced_at, sync_error, messaging_tier from whatsapp_account
        where $1::text is null or waba_id = ${accountOfNumber('$1')} order by synced_at desc nulls last limit 1`,
      [numberId],
    ),
  );
  return {
    synced_at: account?.synced_at ? instant(account.synced_at) : null,
    sync_error: account?.sync_error ?? null,
    messaging_tier: account?.messaging_tier ?? null,
  };
}

function parametersOf(row: TemplateRow): TemplateDetail['parameters'] {
  return slotsOf({ ...row, parameterFormat: row.parameter_format }).flatMap((slot) =>
    slot.parameters.map((name) => ({
      component: slot.component,
      index: slot.index,
      sub_type: slot.subTypes[0] ?? null,
      name,
      types: slot.types,
      is_optional: slot.isOptional,
    })),
  );
}
