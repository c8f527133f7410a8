import { setTimeout as sleep } from 'node:timers/promises';
import { progress } from '../console.mjs';

const LOOK_EVERY_MS = 1_000;
/** Nothing open in so many looks in a row: what one step leaves to the next is in between. */
const QUIET_LOOKS = 3;
/** The longest wait of the product itself is 100 s between two tries for HubSpot: whoever stands still for longer is stuck. */
const STUCK_AFTER_MS = 180_000;
const TOLD_EVERY_MS = 15_000;

const OPEN = {
  'webhook items to work off': 'from webhook_item where assigned_at is null',
  'conversations to hand over': 'from conversation where look_given < look_wanted',
  'messages without a turn': `from message where direction = 'inbound' and turn_id is null`,
  'turns to decide': `from turn where status = 'open'`,
  'sends on their way': `from send where status in ('planned', 'held', 'claimed', 'accepted')`,
  // One that is planned for later is no part of the run; one that is near would come while the sides are being read.
  'follow-ups to come': `from follow_up where status = 'planned' and due_at < now() + interval '1 minute'`,
  'rows for HubSpot': 'from crm_outbox where done_at is null and dead_at is null',
};
const COUNTS = Object.entries(OPEN)
  .map(([what, from]) => `(select count(*)::int ${from}) as "${what}"`)
  .join(', ');

/** Waits until nothing is under way any more. Gives what is still open: nothing, unless the house is stuck. */
export async function untilAtRest({ database, doors }) {
  let quietLooks = 0;
  let last = { text: '', atMs: Date.now() };
  let toldAtMs = 0;
  for (;;) {
    const open = await whatIsOpen({ database, doors });
    const text = JSON.stringify(open);
    quietLooks = open.length === 0 ? quietLooks + 1 : 0;
    if (quietLooks === QUIET_LOOKS) return [];
    if (text !== last.text) last = { text, atMs: Date.now() };
    if (open.length > 0 && Date.now() - last.atMs > STUCK_AFTER_MS) return open;
    if (open.length > 0 && Date.now() - toldAtMs > TOLD_EVERY_MS) {
      progress(`Waiting for ${open.map(([what, count]) => `${count} ${what}`).join(', ')}.`);
      toldAtMs = Date.now();
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function whatIsOpen({ database, doors }) {
  const { pending } = await doors.control('/whatsapp/webhooks?state=pending');
  const [counts] = (await database.query(`select ${COUNTS}`)).rows;
  return Object.entries({ 'webhooks to deliver': pending, ...counts }).filter(([, count]) => count > 0);
}
