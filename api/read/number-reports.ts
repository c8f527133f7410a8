import { qualityOf } from '../../domain/account/number-report.decide';
import type { Held } from '../../domain/account/number-report.decide';
import type { Database } from '../../platform/database';
import { readCapability, readQualityReports } from '../../store/number-report.store';
import type { NumberDetail } from '../contract';
import { instant } from './values';

type Shown = Pick<NumberDetail, 'quality' | 'messaging_limit' | 'capability'>;

/** What Meta last reported about a number and its business. */
export async function readNumberReports(database: Database, phoneNumberId: string): Promise<Shown> {
  const { quality, limit } = qualityOf(await readQualityReports(database, phoneNumberId));
  const capability = await readCapability(database, phoneNumberId);
  return {
    quality: heldShown(quality),
    messaging_limit: heldShown(limit),
    capability:
      capability === null
        ? null
        : {
            first_contacts_of_business: textOrNull(capability.perBusiness),
            first_contacts_of_number: textOrNull(capability.perNumber),
            numbers_max: textOrNull(capability.numbersMax),
            reported_at: instant(new Date(capability.atMs)),
          },
  };
}

function heldShown(held: Held | null): Shown['quality'] {
  if (held === null) return null;
  const { previous } = held;
  return {
    value: held.value,
    since: instant(new Date(held.atMs)),
    previous: previous === null ? null : { value: previous.value, since: instant(new Date(previous.atMs)) },
  };
}

/** As Meta writes it: a number, or the name of a tier. */
function textOrNull(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
