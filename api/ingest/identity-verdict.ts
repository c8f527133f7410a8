import { RULES_VERSION } from '../../domain/vocabulary';
import type { Database } from '../../platform/database';
import { enqueueCrm } from '../../store/crm-outbox.store';
import { recordDecision } from '../../store/decision.store';

/** That buyers were joined or parted, or that something went over to another one, as it stands with one conversation. */
export type IdentityVerdict = {
  readonly key: string;
  readonly conversationId: string;
  /** Whose conversation it is now. */
  readonly buyerId: string;
  readonly verdict: 'join' | 'undo_join' | 'move';
  readonly reasonCode: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Whether HubSpot is told; not where there is only imported history. */
  readonly isMirrored: boolean;
};

/** Such a verdict is a decision like any other, and HubSpot follows it. */
export async function recordIdentityVerdict(client: Database, told: IdentityVerdict): Promise<void> {
  const { buyerId, isMirrored, ...verdict } = told;
  const decision = await recordDecision(client, {
    ...verdict,
    episodeId: null,
    turnId: null,
    kind: 'identity',
    reasons: [{ code: verdict.reasonCode }],
    runnerUp: null,
    flip: null,
    ruleName: null,
    parameterVersion: RULES_VERSION,
    policyVersionId: null,
    identityLinkId: null,
    contextSnapshotId: null,
  });
  if (!isMirrored) return;
  const { conversationId } = verdict;
  await enqueueCrm(client, {
    objectKind: 'contact',
    objectKey: buyerId,
    conversationId,
    decisionId: decision.id,
  });
}
