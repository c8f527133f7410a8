import type { Faults } from './story.schema';

/** Statuses overtake each other within this time. */
const REORDER_WITHIN_MS = 400;
/** How long an event waits for others to share its body. */
const COMPANY_WAIT_MS = 150;

/** The setting `webhook_delivery` of the simulator for what goes wrong; `{}` = nothing does. */
export function deliveryOf(faults: Faults, seed: number): Readonly<Record<string, unknown>> {
  const areStatusesLate = faults.reorder !== undefined || faults.repeat_statuses !== undefined;
  return { ...bodiesOf(faults), ...statusesOf(faults, areStatusesLate), hold: false, seed };
}

function bodiesOf(faults: Faults): Readonly<Record<string, unknown>> {
  const { duplicates = 0, same_item_again: again = 0, batches_of: size } = faults;
  return {
    duplicates,
    repeats_in_body: again,
    batch_max: size ?? 1,
    batch_wait_ms: size === undefined ? 0 : COMPANY_WAIT_MS,
    shuffle: faults.reorder === 'everything',
    trickle: faults.slow_bodies === true ? { bytes: 100, pause_ms: 5 } : null,
  };
}

function statusesOf(
  { repeat_statuses: repeats = 0 }: Faults,
  areLate: boolean,
): Readonly<Record<string, unknown>> {
  return { status_delay_max_ms: areLate ? REORDER_WITHIN_MS : 0, status_repeats: repeats };
}
