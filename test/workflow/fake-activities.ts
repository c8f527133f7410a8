import { setTimeout as sleep } from 'node:timers/promises';
import type { Activities } from '../../activities';
import { permanent } from '../../activities/failures';
import type { ActivityName, FakeConversation } from './fake-conversation';

/** Finds the conversation that a row's id belongs to. */
type Find = (id: string) => FakeConversation;

/** The activities over conversations in memory, in the groups of their task queues. */
export function createFakeActivities(find: Find, nowMs: () => Promise<number>) {
  const enter = async (activity: ActivityName, id: string) => {
    const conversation = find(id);
    const atMs = await nowMs();
    conversation.calls.push({ activity, atMs });
    const failure = conversation.behaviour.failure(activity, atMs);
    if (failure !== null) throw permanent(failure, 'test');
    return { conversation, atMs };
  };
  const inStore = async (activity: ActivityName, id: string) => {
    const entered = await enter(activity, id);
    await sleep(entered.conversation.behaviour.storeMs);
    return entered;
  };
  return {
    conversation: {
      ...stepActivities(inStore),
      ...turnActivities(inStore),
    },
    whatsapp: {
      deliverSend: async ({ sendId }) => {
        const { conversation, atMs } = await enter('deliverSend', sendId);
        return conversation.deliver(sendId, atMs);
      },
    } satisfies Partial<Activities>,
    media: {
      fetchMedia: async ({ turnId }) => {
        const { conversation } = await enter('fetchMedia', turnId);
        await sleep(conversation.behaviour.fetchMs);
        conversation.turnsFetched.push(turnId);
        return { stored: 1, again: 0, failed: 0, isMoreLeft: false };
      },
    } satisfies Partial<Activities>,
    hubspot: {
      lookUpContact: async ({ buyerId }) => {
        const { conversation } = await enter('lookUpContact', buyerId);
        await sleep(conversation.behaviour.lookUpMs);
        conversation.isLookedUp = true;
        return { status: 'linked', identityLinkId: 1 };
      },
    } satisfies Partial<Activities>,
  };
}

type Enter = (
  activity: ActivityName,
  id: string,
) => Promise<{ readonly conversation: FakeConversation; readonly atMs: number }>;

function stepActivities(enter: Enter) {
  return {
    chooseNextStep: async ({ conversationId }) => {
      const { conversation, atMs } = await enter('chooseNextStep', conversationId);
      const step = conversation.chooseNextStep(atMs);
      if (step.kind === 'complete') await conversation.behaviour.beforeEnding();
      return step;
    },
    planFollowUp: async ({ conversationId }) => {
      const { conversation, atMs } = await enter('planFollowUp', conversationId);
      conversation.planFollowUp(atMs);
    },
    judgeFollowUp: async ({ followUpId }) => {
      const { conversation, atMs } = await enter('judgeFollowUp', followUpId);
      conversation.judgeFollowUp(followUpId, atMs);
    },
    applySignal: async (order) => {
      const { conversation } = await enter('applySignal', order.conversationId);
      if (!conversation.commands.has(order.key)) conversation.commands.set(order.key, order);
    },
  } satisfies Partial<Activities>;
}

function turnActivities(enter: Enter) {
  return {
    resolveIdentity: async ({ turnId }) => {
      const { conversation } = await enter('resolveIdentity', turnId);
      const { isBuyerKnown, lookUpTimeoutMs } = conversation.behaviour;
      if (isBuyerKnown || conversation.isLookedUp) return { kind: 'known', identityLinkId: 1 };
      return { kind: 'look-up', buyerId: conversation.buyerId, timeoutMs: lookUpTimeoutMs };
    },
    noteUnknownIdentity: async ({ turnId }) => {
      (await enter('noteUnknownIdentity', turnId)).conversation.isNotedAsUnknown = true;
    },
    reconstructContext: async ({ turnId }) => {
      await enter('reconstructContext', turnId);
      return { contextSnapshotId: 1 };
    },
    decideRoute: async ({ turnId }) => {
      const { conversation, atMs } = await enter('decideRoute', turnId);
      return conversation.decide(turnId, atMs);
    },
    parkTurn: async ({ turnId, reasonCode }) => {
      (await enter('parkTurn', turnId)).conversation.park(turnId, reasonCode);
    },
  } satisfies Partial<Activities>;
}
