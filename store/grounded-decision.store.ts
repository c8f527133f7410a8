import type { Database } from '../platform/database';
import type { ContextFacts } from './context.store';
import { recordDecision } from './decision.store';
import type { NewDecision } from './decision.store';
import { ensureLink } from './identity-link.store';
import type { IdentityLink } from './identity-link.store';
import type { LastSaid } from './message.store';
import { takeSnapshot } from './snapshot.store';

/** A verdict that no turn has gathered the grounds for. */
type NewGroundedDecision = Omit<
  NewDecision,
  'turnId' | 'ruleName' | 'identityLinkId' | 'contextSnapshotId'
> & {
  readonly buyerId: string;
  /** Where the caller has read it under the locks that it still holds. */
  readonly said?: LastSaid;
};

/** What a verdict was recorded as, and what it rests on. */
type GroundedDecision = { readonly id: number; readonly link: IdentityLink; readonly facts: ContextFacts };

/** Records a verdict on what is known now: the buyer's link, and a snapshot under the key of the verdict. */
export async function recordGrounded(
  client: Database,
  verdict: NewGroundedDecision,
): Promise<GroundedDecision> {
  const link = await ensureLink(client, verdict.buyerId, 'identity.not_looked_up');
  const snapshot = await takeSnapshot(client, verdict.key, { ...verdict, link });
  const { id } = await recordDecision(client, {
    ...verdict,
    turnId: null,
    ruleName: null,
    identityLinkId: link.id,
    contextSnapshotId: snapshot.id,
  });
  return { id, link, facts: snapshot.facts };
}
