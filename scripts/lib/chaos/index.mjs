import pg from 'pg';
import { DELIVERY, faultsOf } from './faults.mjs';

export { playBuyers } from './buyers.mjs';
export { checksOf } from './checks.mjs';
export { PARTS, conduct } from './conductor.mjs';
export { doorsTo } from './doors.mjs';
export { gatherEvidence } from './evidence.mjs';
export { Flow } from './flow.mjs';
export { planOf } from './plan.mjs';
export { report } from './report.mjs';
export { untilAtRest } from './rest.mjs';

/** Some buyers are in HubSpot before they write; from then on the counterparts fail now and then. */
export async function prepareCounterparts({ doors, plan, seed }) {
  for (const { name, waId } of plan.filter(({ isKnown }) => isKnown))
    await doors.createContact({ firstname: name, phone: `+${waId}`, email: `${waId}@example.com` });
  await doors.control('/settings', DELIVERY);
  for (const fault of faultsOf(seed)) await doors.control('/faults', fault);
}

/** A look into the database for `work`, closed afterwards. */
export async function withDatabase(url, work) {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => {});
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
