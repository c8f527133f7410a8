import { say, table } from '../console.mjs';
import { isAmbiguous } from './send-checks.mjs';

const SHOWN_MAX = 5;

/** Prints what was killed when, what there was, and each comparison; gives the number of those that are not true. */
export function report({ kills, faults, evidence, checks, seed, messages }) {
  say(`\nWhat was killed with -9 (seed ${seed})`);
  table(
    kills.map(({ round, name, atMs, said, awayMs }) => [
      `round ${round}, ${seconds(atMs)}`,
      `${name.padEnd(9)} after ${said} of ${messages} messages, ready again ${seconds(awayMs)} later`,
    ]),
  );
  say('\nWhat there was');
  table(countsOf({ faults, evidence }));
  say('\nWhat is true');
  for (const { text, against } of checks) {
    say(`  ${against.length === 0 ? '✓' : '✗'} ${text}`);
    for (const one of against.slice(0, SHOWN_MAX)) say(`      ${one}`);
    if (against.length > SHOWN_MAX) say(`      and ${against.length - SHOWN_MAX} more`);
  }
  return checks.filter(({ against }) => against.length > 0).length;
}

function countsOf({ faults, evidence }) {
  const { plan, seen, whatsapp, postgres, hubspot } = evidence;
  const torn = [...whatsapp.phones.values()]
    .flat()
    .filter(({ direction, id }) => direction === 'in' && !seen.said.has(id));
  return [
    ['buyers', `${plan.length}`],
    [
      'messages',
      `${seen.said.size} taken by WhatsApp, ${torn.length} more whose writer a kill left without an answer`,
    ],
    ['webhooks', `${whatsapp.deliveries} deliveries tried`],
    ['orders of agents', `${seen.commands}, of which ${seen.refusedCommands} refused`],
    [
      'faults',
      Object.entries(hitsBy(faults))
        .map(([service, hits]) => `${hits} of ${service}`)
        .join(', '),
    ],
    [
      'calls to send',
      `${whatsapp.calls.length}, of which ${whatsapp.calls.filter(isAmbiguous).length} with an unknown end`,
    ],
    [
      'sends',
      Object.entries(countBy(postgres.sends, ({ status }) => status))
        .map(([status, count]) => `${count} ${status}`)
        .join(', '),
    ],
    ['HubSpot', `${hubspot.contacts.length} contacts, ${hubspot.communications.length} logs`],
  ];
}

function hitsBy(faults) {
  const hits = {};
  for (const fault of faults) hits[fault.service] = (hits[fault.service] ?? 0) + fault.hits;
  return hits;
}

function countBy(rows, keyOf) {
  const counts = {};
  for (const row of rows) counts[keyOf(row)] = (counts[keyOf(row)] ?? 0) + 1;
  return counts;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
