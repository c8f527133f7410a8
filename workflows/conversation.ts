import {
  condition,
  continueAsNew,
  log,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { ConversationView } from '../domain/conversation/conversation.state';
import { receiveCommands } from './command-signals';
import type { SignalledCommand } from './command-signals';
import { TASK_QUEUES, conversationView, look } from './contract';
import { recordFreshRun } from './fresh-run';
import { showHeldUp, showView } from './conversation-view';
import { isStepFailure, reasonToPark } from './step-failure';
import { createTurnMedia } from './turn-media';
import type { TurnMedia } from './turn-media';
import { createWakeUp } from './wake-up';
import type { WakeUp } from './wake-up';

/** History length at which a run hands over to a fresh one: cold replay of 500 events takes well under a second. */
const EVENTS_MAX = 500;
/** Between two tries of a step that an outage of Postgres holds up. */
const OUTAGE_PAUSE = '5s';

const store = proxyLocalActivities<Activities>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '5s',
  // Counted, as the time limit alone does not end a step that fails at once each time: about five seconds of tries.
  retry: { initialInterval: '100ms', maximumInterval: '1s', maximumAttempts: 8 },
});
const whatsapp = proxyActivities<Pick<Activities, 'deliverSend'>>({
  taskQueue: TASK_QUEUES.whatsapp,
  // Longer than all calls of one delivery together; after the crash of a worker the next attempt begins then.
  startToCloseTimeout: '20s',
  // Each attempt passes the gate of the send ledger again, so that repeating is harmless.
  retry: { initialInterval: '1s', maximumInterval: '30s' },
});

type State = {
  readonly conversationId: string;
  readonly commands: SignalledCommand[];
  readonly wakeUp: WakeUp;
  readonly media: TurnMedia;
  hasNews: boolean;
  isFreshStartDue: boolean;
  view: ConversationView | null;
};

/**
 * One conversation between a number and a buyer. Promises:
 * 1. Signals only say that there is something to look at; this loop alone works, so nothing interleaves.
 * 2. Its state is a cache: everything stands in Postgres, and a lost run starts again from the conversation id.
 * 3. It never ends by an error: what Postgres or a counterpart refuses is tried again without limit.
 * 4. Continue-as-new is decided on waking, before any activity, and carries the commands that are not yet applied.
 * 5. Files are fetched beside the turn: no answer waits for them, and no run ends while one is under way.
 */
export async function conversation(
  conversationId: string,
  carriedCommands: readonly SignalledCommand[] = [],
): Promise<void> {
  const state: State = {
    conversationId,
    commands: [...carriedCommands],
    wakeUp: createWakeUp(() => {
      state.hasNews = true;
    }),
    media: createTurnMedia(),
    hasNews: true,
    isFreshStartDue: false,
    view: null,
  };
  setHandler(
    look,
    () => {
      state.hasNews = true;
    },
    { description: 'Something new stands in Postgres.' },
  );
  setHandler(conversationView, () => state.view, { description: 'State as the workflow last saw it.' });
  receiveCommands(state.commands);
  for (;;) {
    await condition(() => isBusy(state));
    if (mustStartAfresh(state) && !state.media.isUnderWay()) {
      recordFreshRun();
      await continueAsNew<typeof conversation>(conversationId, state.commands);
    }
    // Noted before the step reads Postgres: what is written meanwhile comes with a signal of its own and a further look.
    state.hasNews = false;
    try {
      if ((await takeStep(state)) && (await isAtEnd(state))) return;
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      showHeldUp(state.view);
      await sleep(OUTAGE_PAUSE, { summary: 'a step failed: try again' });
      state.hasNews = true;
    }
  }
}

function mustStartAfresh(state: State): boolean {
  const info = workflowInfo();
  return state.isFreshStartDue || info.continueAsNewSuggested || info.historyLength >= EVENTS_MAX;
}

/** Whether a run with nothing planned may end: what is being fetched is waited for, unless there is something to do. */
async function isAtEnd(state: State): Promise<boolean> {
  if (state.media.isUnderWay()) await condition(() => isBusy(state) || !state.media.isUnderWay());
  return !isBusy(state);
}

function isBusy(state: State): boolean {
  return state.hasNews || state.commands.length > 0;
}

/** Does the one thing that is next; true when nothing was planned for so long that the workflow may end. */
async function takeStep(state: State): Promise<boolean> {
  const command = state.commands[0];
  if (command !== undefined) {
    await obey(state, command);
    state.hasNews = true;
    return false;
  }
  const step = await store.chooseNextStep({ conversationId: state.conversationId });
  switch (step.kind) {
    case 'complete':
      return true;
    case 'wait':
      showView(step.view, state.view);
      state.view = step.view;
      // Stays due until it is made: a fetch may hold it up.
      state.isFreshStartDue ||= step.hasClosedEpisode;
      state.wakeUp.notLaterThan(step.wakeAtMs);
      return false;
    case 'quiet-gap':
      // One timer for the whole gap: messages that arrive meanwhile are found by the next look.
      await condition(() => state.commands.length > 0, Math.max(1, step.untilMs - Date.now()), {
        summary: 'the buyer may still be writing',
      });
      break;
    case 'deliver':
      await whatsapp.deliverSend({ sendId: step.sendId });
      break;
    case 'plan-follow-up':
      await store.planFollowUp({ conversationId: state.conversationId, messageId: step.messageId });
      break;
    case 'follow-up':
      await store.judgeFollowUp({ followUpId: step.followUpId });
      break;
    case 'turn':
      await takeTurn(state, step);
      break;
  }
  state.hasNews = true;
  return false;
}

/** A command stays first in line until it is stored, so that a run that ends meanwhile carries it on. */
async function obey(state: State, command: SignalledCommand): Promise<void> {
  try {
    await store.applySignal({ conversationId: state.conversationId, ...command });
  } catch (error) {
    // One that a defect holds up must not hold up the conversation; whoever sent it sees no effect and sends it again.
    if (reasonToPark(error) === null) throw error;
    log.error('a command could not be carried out', { key: command.key, kind: command.kind });
  }
  state.commands.shift();
}

async function takeTurn(
  state: State,
  { turnId, hasMedia }: { readonly turnId: string; readonly hasMedia: boolean },
): Promise<void> {
  if (hasMedia) state.media.fetch(turnId);
  let hasLeftTask = false;
  try {
    hasLeftTask = await answerTurn(state, turnId);
  } catch (error) {
    const reasonCode = reasonToPark(error);
    if (reasonCode === null) throw error;
    await store.parkTurn({ turnId, reasonCode });
  }
  // At most one turn per workflow task: a timer of no length ends the task where nothing else did.
  if (!hasLeftTask) await sleep(1, { summary: 'end of the turn' });
}

/** True when it waited for somebody outside, which ends a workflow task; local activities alone do not. */
async function answerTurn(state: State, turnId: string): Promise<boolean> {
  const identity = await store.resolveIdentity({ turnId });
  if (identity.kind === 'look-up') {
    // A turn of an unknown buyer goes on without the answer after this time; the link follows.
    const hubspot = proxyActivities<Pick<Activities, 'lookUpContact'>>({
      taskQueue: TASK_QUEUES.hubspot,
      scheduleToCloseTimeout: identity.timeoutMs,
    });
    try {
      await hubspot.lookUpContact({ buyerId: identity.buyerId });
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      await store.noteUnknownIdentity({ turnId });
    }
  }
  await store.reconstructContext({ turnId });
  const { sendId, heldUntilMs } = await store.decideRoute({ turnId });
  // Waited for here and not by a look of its own, which would cost twice as many events; news ends the wait, and the
  // send is found again when it is due.
  const hasNews =
    heldUntilMs !== undefined &&
    (await condition(() => isBusy(state), Math.max(1, heldUntilMs - Date.now()), {
      summary: 'the answer waits for its time',
    }));
  if (sendId !== null && !hasNews) await whatsapp.deliverSend({ sendId });
  return identity.kind === 'look-up' || (sendId !== null && !hasNews);
}
