import type { ReplyModel } from '../../domain/wait/reply-model';
import type { TransactionalDatabase } from '../../platform/database';
import { applySignal } from './apply-signal';
import type { SignalOrder } from './apply-signal';
import { chooseNextStep } from './choose-next-step';
import { decideRoute, parkTurn } from './decide-route';
import type { RouteStep } from './decide-route';
import { judgeFollowUp, planFollowUp } from './follow-up';
import { reconstructContext } from './reconstruct-context';
import { noteUnknownIdentity, resolveIdentity } from './resolve-identity';
import type { IdentityStep } from './resolve-identity';
import type { NextStep } from './step';

/** The steps of a conversation that need only Postgres; each may run twice, as its keys are made of facts. */
export function createConversationActivities(parts: {
  readonly database: TransactionalDatabase;
  readonly replyModel: ReplyModel;
}) {
  const { database, replyModel } = parts;
  return {
    chooseNextStep: (input: { conversationId: string }): Promise<NextStep> =>
      chooseNextStep(database, replyModel, input.conversationId),
    resolveIdentity: (input: { turnId: string }): Promise<IdentityStep> =>
      resolveIdentity(database, input.turnId),
    noteUnknownIdentity: (input: { turnId: string }): Promise<void> =>
      noteUnknownIdentity(database, input.turnId),
    reconstructContext: (input: { turnId: string }): Promise<{ contextSnapshotId: number }> =>
      reconstructContext(database, input.turnId),
    decideRoute: (input: { turnId: string }): Promise<RouteStep> => decideRoute(database, input.turnId),
    planFollowUp: (input: { conversationId: string; messageId: string }): Promise<void> =>
      planFollowUp(database, input),
    judgeFollowUp: (input: { followUpId: string }): Promise<void> =>
      judgeFollowUp(database, input.followUpId),
    parkTurn: (input: { turnId: string; reasonCode: string }): Promise<void> => parkTurn(database, input),
    applySignal: (input: SignalOrder): Promise<void> => applySignal(database, input),
  };
}
