import type { Database } from '../platform/database';

/** Whether there is such a number. */
export async function isNumber(database: Database, phoneNumberId: string): Promise<boolean> {
  const known = await database.query('select 1 from number where phone_number_id = $1', [phoneNumberId]);
  return known.rowCount === 1;
}
