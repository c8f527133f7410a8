import { handBack, pause, takeOver } from '../../workflows/contract';
import { waitFor } from '../support/wait-for';
import type { FakeConversation } from '../workflow/fake-conversation';
import type { Stage } from '../workflow/stage';

/** One way in which a conversation goes, played on the real server. */
export type Shape = {
  readonly name: string;
  /** Takes longer than a test should: played only when histories are recorded anew. */
  readonly isSlow?: true;
  readonly play: (stage: Stage) => Promise<FakeConversation>;
};

/** The shapes whose histories must replay on every later version of the workflow code. */
export const SHAPES: readonly Shape[] = [
  { name: 'answered-turn', play: (stage) => answered(stage, stage.conversation()) },
  {
    name: 'two-turns-with-follow-up-planned',
    play: async (stage) => {
      const conversation = await answered(stage, stage.conversation({ followUpAfterMs: 86_400_000 }));
      return await answered(stage, conversation);
    },
  },
  {
    name: 'burst',
    play: async (stage) => {
      const conversation = stage.conversation({ quietGapMs: 700 });
      await stage.write(conversation, 'a', 'b', 'c');
      return await settled(conversation);
    },
  },
  { name: 'backlog-nobody-answers', play: backlog },
  { name: 'turn-with-media', play: turnWithMedia },
  {
    name: 'unknown-buyer',
    play: (stage) => answered(stage, stage.conversation({ isBuyerKnown: false })),
  },
  {
    name: 'look-up-timed-out',
    play: (stage) =>
      answered(stage, stage.conversation({ isBuyerKnown: false, lookUpTimeoutMs: 500, lookUpMs: 2_500 })),
  },
  { name: 'follow-up', play: followUp },
  { name: 'held-answer', play: (stage) => answered(stage, stage.conversation({ holdMs: 300 })) },
  { name: 'held-answer-cut-short', play: heldCutShort },
  { name: 'commands-by-signal', play: commands },
  { name: 'parked-turn', play: parkedTurn },
  { name: 'episode-closed-fresh-run', play: freshRun },
  {
    name: 'completed',
    play: (stage) => answered(stage, stage.conversation({ idleLimitMs: 0, completeAfterMs: 0 })),
  },
  { name: 'database-away', isSlow: true, play: databaseAway },
  { name: 'slow-database', isSlow: true, play: slowDatabase },
];

async function settled(conversation: FakeConversation): Promise<FakeConversation> {
  await waitFor(() => conversation.isSettled(), { what: 'the end of the turn' });
  return conversation;
}

async function answered(stage: Stage, conversation: FakeConversation): Promise<FakeConversation> {
  await stage.write(conversation, 'a');
  return await settled(conversation);
}

/** The file is still on its way when the answer leaves. */
async function turnWithMedia(stage: Stage): Promise<FakeConversation> {
  const conversation = await answered(stage, stage.conversation({ hasMedia: true, fetchMs: 500 }));
  await waitFor(() => conversation.turnsFetched.length === 1, { what: 'the file' });
  conversation.behaviour.hasMedia = false;
  return await answered(stage, conversation);
}

async function backlog(stage: Stage): Promise<FakeConversation> {
  const conversation = stage.conversation({ isAnswered: false, factsPerTurnMax: 1 });
  for (const fact of ['a', 'b', 'c']) conversation.write(fact, await stage.nowMs());
  await stage.look(conversation);
  return await settled(conversation);
}

async function followUp(stage: Stage): Promise<FakeConversation> {
  const conversation = await answered(stage, stage.conversation({ followUpAfterMs: 500 }));
  await waitFor(() => conversation.sends.length === 2, { what: 'the follow-up' });
  return await settled(conversation);
}

async function heldCutShort(stage: Stage): Promise<FakeConversation> {
  const conversation = stage.conversation({ holdMs: 1_500 });
  await stage.write(conversation, 'a');
  await waitFor(() => conversation.sends.length === 1, { what: 'the held answer' });
  await stage.write(conversation, 'b');
  await waitFor(() => conversation.sends.some((send) => send.deliveries === 1), { what: 'the answer' });
  return await settled(conversation);
}

async function commands(stage: Stage): Promise<FakeConversation> {
  const conversation = await answered(stage, stage.conversation());
  const handle = stage.handle(conversation);
  await handle.signal(takeOver);
  await handle.signal(pause, { untilMs: 1_800_000_000_000 });
  await handle.signal(handBack);
  await waitFor(() => conversation.commands.size === 3, { what: 'the commands' });
  return await settled(conversation);
}

async function parkedTurn(stage: Stage): Promise<FakeConversation> {
  const conversation = stage.conversation({
    failure: (activity) => (activity === 'decideRoute' ? 'unexpected' : null),
  });
  await answered(stage, conversation);
  conversation.behaviour.failure = () => null;
  return await answered(stage, conversation);
}

async function freshRun(stage: Stage): Promise<FakeConversation> {
  const conversation = await answered(stage, stage.conversation({ idleLimitMs: 500 }));
  await waitFor(() => conversation.episodesClosed === 1, { what: 'the end of the episode' });
  return await answered(stage, conversation);
}

async function databaseAway(stage: Stage): Promise<FakeConversation> {
  let failuresLeft = 2;
  const conversation = stage.conversation({
    failure: (activity) => {
      if (activity !== 'reconstructContext' || failuresLeft === 0) return null;
      failuresLeft -= 1;
      return 'database-unavailable';
    },
  });
  return await answered(stage, conversation);
}

/** Five steps in one workflow task take longer than it may: it reports after 8 s and goes on as a second one. */
async function slowDatabase(stage: Stage): Promise<FakeConversation> {
  const conversation = await answered(stage, stage.conversation());
  conversation.behaviour.storeMs = 1_900;
  conversation.write('b', await stage.nowMs());
  await stage.handle(conversation).signal(takeOver);
  return await settled(conversation);
}
