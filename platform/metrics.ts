import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/*
 * What this process tells Prometheus. Labels are codes, statuses and ids of numbers; never a person, as a metric is kept
 * for years and read by many.
 */

/** All metrics of this process; it has a registry of its own, so that no package adds to it unseen. */
export const registry = new Registry();

/** Adds memory, processor and event loop of the process, once. */
export function measureProcess(part: string): void {
  registry.setDefaultLabels({ part });
  collectDefaultMetrics({ register: registry });
}

/** Verdicts as they are stored for the first time; a transaction that is rolled back later has counted as well. */
export const decisionsTotal = new Counter({
  name: 'continuo_decisions_total',
  help: 'Decisions made by this process.',
  labelNames: ['kind', 'verdict'],
  registers: [registry],
});

export const sendOutcomesTotal = new Counter({
  name: 'continuo_send_outcomes_total',
  help: 'What became of each try to let a message leave: the status of the send and the code of the reason.',
  labelNames: ['status', 'reason'],
  registers: [registry],
});

export const handOversTotal = new Counter({
  name: 'continuo_hand_overs_total',
  help: 'Signals to conversation workflows: done or failed.',
  labelNames: ['outcome'],
  registers: [registry],
});

export const webhookSeconds = new Histogram({
  name: 'continuo_webhook_seconds',
  help: 'Time until a webhook of Meta is answered; it is stored by then.',
  labelNames: ['status'],
  // Meta wants a median of 250 ms and less than one in a hundred above a second.
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
});

const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
  new Gauge({ name: `continuo_${name}`, help, labelNames, registers: [registry] });

/** What stands in Postgres, read on a scrape (api/measure-postgres.ts): every API process tells the same. */
export const postgresGauges = {
  up: gauge('postgres_up', '1 = the last reading of the figures below succeeded.'),
  handOverLagSeconds: gauge('hand_over_lag_seconds', 'Age of the oldest news that no workflow was told of.'),
  handOversWaiting: gauge('hand_overs_waiting', 'Conversations whose workflow was not yet told of news.'),
  unassignedLagSeconds: gauge(
    'webhook_items_waiting_seconds',
    'Age of the oldest captured item that was not worked off yet.',
  ),
  itemsSetAside: gauge(
    'webhook_items_set_aside',
    'Items that were not understood or failed; a person looks at them.',
  ),
  outboxAgeSeconds: gauge('crm_outbox_age_seconds', 'How long the oldest due row for HubSpot has waited.'),
  outboxWaiting: gauge('crm_outbox_waiting', 'Rows for HubSpot that are due.'),
  outboxDead: gauge('crm_outbox_dead', 'Rows that HubSpot refused for good.'),
  neverAutomateAgeSeconds: gauge(
    'never_automate_list_age_seconds',
    'How old the list of the contacts in HubSpot is to whom automation never writes.',
  ),
  stuckConversations: gauge(
    'stuck_conversations',
    'Conversations whose next action or open turn is overdue by more than two minutes.',
  ),
  unconfirmedSends: gauge('unconfirmed_sends', 'Messages of which nobody knows whether they left.'),
  recentSends: gauge('recent_sends', 'Sends planned in the last hour, by status.', ['status']),
  stoppedChannels: gauge('channel_stopped', '1 = nothing leaves until a person resumes it.', ['scope']),
  budgetUsedShare: gauge('budget_used_share', 'Share of the month’s budget in use; 1 = reached.', [
    'number_id',
  ]),
};
