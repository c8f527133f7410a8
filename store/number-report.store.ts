import type { LimitReport } from '../domain/send/first-contact';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** What Meta reported about the quality or the limit of a number, the newest first. */
export type QualityReport = {
  readonly event: string;
  readonly limit: unknown;
  readonly atMs: number;
};

/** More of the past than this is nobody's concern. */
const REPORTS_MAX = 100;

/** Reports name a number as it is written or by its id. */
const IS_OF_NUMBER = `exists (select 1 from number
   where number.phone_number_id = $1
     and regexp_replace(account_event.number, '\\D', '', 'g')
         in (number.phone_number_id, regexp_replace(number.display_phone_number, '\\D', '', 'g')))`;

/** The reports about the quality of a number, in the order of Meta's times, whatever order they came in. */
export async function readQualityReports(client: Database, phoneNumberId: string): Promise<QualityReport[]> {
  const { rows } = await client.query<QualityReport>(
    `select upper(event) as event, to_ms(occurred_at) as "atMs",
            coalesce(raw -> 'max_daily_conversations_per_business', raw -> 'current_limit') as limit
       from account_event
      where field = 'phone_number_quality_update' and ${IS_OF_NUMBER}
      order by occurred_at desc, event, id limit $2`,
    [phoneNumberId, REPORTS_MAX],
  );
  return rows;
}

/** What Meta allows a business, as it last reported. */
export type CapabilityReport = {
  readonly perBusiness: unknown;
  readonly perNumber: unknown;
  readonly numbersMax: unknown;
  readonly atMs: number;
};

/** The newest report about what the business of a number may do; null = there was none. */
export async function readCapability(
  client: Database,
  phoneNumberId: string,
): Promise<CapabilityReport | null> {
  return firstRow(
    await client.query<CapabilityReport>(
      `select raw -> 'max_daily_conversations_per_business' as "perBusiness",
              coalesce(raw -> 'max_daily_conversation_per_phone', raw -> 'max_daily_conversations_per_phone') as "perNumber",
              raw -> 'max_phone_numbers_per_business' as "numbersMax", to_ms(occurred_at) as "atMs"
         from account_event
        where field = 'business_capability_update'
          and coalesce(waba_id = (select waba_id from number where phone_number_id = $1), true)
        order by occurred_at desc, raw::text, id limit 1`,
      [phoneNumberId],
    ),
  );
}

/** Everything that Meta said about how many buyers may be written to first. */
export async function readLimitReports(
  client: Database,
  phoneNumberId: string,
): Promise<{ ofBusiness: LimitReport[]; ofNumber: LimitReport[] }> {
  const capability = await readCapability(client, phoneNumberId);
  const read = await client.query<LimitReport>(
    `select messaging_tier as limit, to_ms(synced_at) as "atMs" from whatsapp_account
      where messaging_tier is not null and synced_at is not null order by synced_at desc limit 1`,
  );
  return {
    ofBusiness: [
      ...read.rows,
      // A number reports the limit of its business, as all its numbers share one.
      ...(await readQualityReports(client, phoneNumberId)),
      ...(capability === null ? [] : [{ limit: capability.perBusiness, atMs: capability.atMs }]),
    ],
    ofNumber: capability === null ? [] : [{ limit: capability.perNumber, atMs: capability.atMs }],
  };
}
