/** A deal of the contact. */
export type Deal = {
  readonly id: string;
  readonly isClosed: boolean;
  readonly stage: string | null;
  readonly modifiedAtMs: number | null;
};

/** The deal a conversation is about, with how certain that is. */
export type DealChoice = {
  readonly dealId: string | null;
  readonly stage: string | null;
  readonly reasonCode: 'deal.none_open' | 'deal.only_open' | 'deal.several_open';
  readonly confidence: number;
};

/** Chooses the open deal; among several the newest modified one, flagged so that nobody takes it for certain. */
export function chooseDeal(deals: readonly Deal[]): DealChoice {
  const open = deals.filter((deal) => !deal.isClosed).sort(byNewest);
  const [first] = open;
  if (first === undefined) return { dealId: null, stage: null, reasonCode: 'deal.none_open', confidence: 1 };
  const choice = { dealId: first.id, stage: first.stage };
  return open.length === 1
    ? { ...choice, reasonCode: 'deal.only_open', confidence: 1 }
    : { ...choice, reasonCode: 'deal.several_open', confidence: 0.5 };
}

/** By id where times are equal, so that the order of HubSpot's answer does not matter. */
function byNewest(one: Deal, other: Deal): number {
  const difference = (other.modifiedAtMs ?? 0) - (one.modifiedAtMs ?? 0);
  if (difference !== 0) return difference;
  return one.id < other.id ? -1 : 1;
}
