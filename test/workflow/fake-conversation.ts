import { randomUUID } from 'node:crypto';
import type { RouteStep } from '../../activities/conversation/decide-route';
import type { NextStep } from '../../activities/conversation/step';
import type { SignalOrder } from '../../activities/conversation/apply-signal';
import type { FailureType } from '../../activities/failures';
import type { Activities } from '../../activities';
import type { ConversationView } from '../../domain/conversation/conversation.state';

export type ActivityName = keyof Activities;

export type Call = { readonly activity: ActivityName; readonly atMs: number };

/** How the buyer, the policy and the counterparts of one conversation behave; a test may change it at any time. */
export type Behaviour = {
  isBuyerKnown: boolean;
  /** Whether a turn is answered by automation. */
  isAnswered: boolean;
  factsPerTurnMax: number;
  /** Whether the buyer sends files; they take this long to fetch. */
  hasMedia: boolean;
  fetchMs: number;
  /** How long an automated message is held before it leaves. */
  holdMs: number;
  quietGapMs: number;
  lookUpMs: number;
  lookUpTimeoutMs: number;
  /** How long each activity that needs only Postgres takes. */
  storeMs: number;
  followUpAfterMs: number | null;
  /** The gate lets each send leave only after these waits, one for each time it is asked. */
  gateWaitsMs: readonly number[];
  idleLimitMs: number;
  completeAfterMs: number;
  /** Happens after the workflow was told that it may complete, before it does. */
  beforeEnding: () => Promise<void>;
  /** What goes wrong in an activity now, if anything; it outlasts the activity's own retries. */
  failure: (activity: ActivityName, atMs: number) => FailureType | null;
};

type Turn = { readonly id: string; readonly facts: readonly string[]; status: 'open' | 'decided' | 'parked' };
type FollowUp = { readonly id: string; dueAtMs: number; judgedAtMs: number | null };
type Send = {
  readonly id: string;
  deliveries: number;
  deliveredAtMs: number | null;
  gateWaits: number;
  dueAtMs: number;
  status: 'planned' | 'accepted' | 'recalled';
};

const DAY_MS = 86_400_000;
const USUAL: Behaviour = {
  isBuyerKnown: true,
  isAnswered: true,
  factsPerTurnMax: 1_000,
  hasMedia: false,
  fetchMs: 0,
  holdMs: 0,
  quietGapMs: 0,
  lookUpMs: 0,
  lookUpTimeoutMs: 5_000,
  storeMs: 0,
  followUpAfterMs: null,
  gateWaitsMs: [],
  idleLimitMs: 7 * DAY_MS,
  completeAfterMs: 30 * DAY_MS,
  beforeEnding: () => Promise.resolve(),
  failure: () => null,
};

/** What Postgres would hold of one conversation, in memory: unique by the same keys, the first stored verdict wins. */
export class FakeConversation {
  readonly id: string = randomUUID();
  readonly buyerId: string = randomUUID();
  private readonly lastMessageId: string = randomUUID();
  readonly behaviour: Behaviour;
  readonly calls: Call[] = [];
  readonly turns: Turn[] = [];
  readonly sends: Send[] = [];
  readonly followUps: FollowUp[] = [];
  readonly commands = new Map<string, SignalOrder>();
  readonly parkedFor: string[] = [];
  readonly turnsFetched: string[] = [];
  isLookedUp = false;
  isNotedAsUnknown = false;
  episodesClosed = 0;
  private readonly waiting: { readonly fact: string; readonly atMs: number }[] = [];
  private lastActivityAtMs: number | null = null;
  private isEpisodeOpen = false;
  private isSilenceJudged = true;
  private lastStep: NextStep['kind'] | null = null;

  constructor(behaviour: Partial<Behaviour> = {}) {
    this.behaviour = { ...USUAL, ...behaviour };
  }

  /** The buyer writes; the fact must be handled by exactly one turn. */
  write(fact: string, atMs: number): void {
    this.waiting.push({ fact, atMs });
  }

  owns(id: string): boolean {
    const rows = [...this.turns, ...this.sends, ...this.followUps];
    return [this.id, this.buyerId].includes(id) || rows.some((row) => row.id === id);
  }

  /** Names of the activities called so far, in order; without the look for the next step. */
  steps(): readonly ActivityName[] {
    return this.calls.map((call) => call.activity).filter((name) => name !== 'chooseNextStep');
  }

  callsOf(activity: ActivityName): readonly Call[] {
    return this.calls.filter((call) => call.activity === activity);
  }

  /** The facts of all turns that were decided, in order. */
  handledFacts(): readonly string[] {
    return this.turns.filter((turn) => turn.status === 'decided').flatMap((turn) => turn.facts);
  }

  /** Whether all that was written is done and the workflow has heard so. */
  isSettled(): boolean {
    const isAtRest = this.lastStep === 'wait' || this.lastStep === 'complete';
    return this.waiting.length === 0 && isAtRest;
  }

  chooseNextStep(nowMs: number): NextStep {
    const step = this.choose(nowMs);
    this.lastStep = step.kind;
    return step;
  }

  private choose(nowMs: number): NextStep {
    this.lastActivityAtMs ??= nowMs;
    const send = this.plannedSend();
    if (send !== undefined && send.dueAtMs <= nowMs) return { kind: 'deliver', sendId: send.id };
    const open = this.turns.find((turn) => turn.status === 'open');
    if (open !== undefined) return { kind: 'turn', turnId: open.id, hasMedia: this.behaviour.hasMedia };
    const last = this.waiting.at(-1);
    if (last !== undefined) return this.takeUp(last.atMs + this.behaviour.quietGapMs, nowMs);
    const followUp = this.plannedFollowUp();
    if (followUp !== undefined && followUp.dueAtMs <= nowMs)
      return { kind: 'follow-up', followUpId: followUp.id };
    if (!this.isSilenceJudged) return { kind: 'plan-follow-up', messageId: this.lastMessageId };
    return this.settleDown(nowMs, this.lastActivityAtMs);
  }

  decide(turnId: string, nowMs: number): RouteStep {
    const turn = this.turnOf(turnId);
    // The send's key is the turn: deciding again gives the same send.
    const send = this.sends.find((one) => one.id === sendIdOf(turnId));
    if (turn.status === 'decided') return { verdict: 'decided', sendId: send?.id ?? null };
    turn.status = 'decided';
    if (!this.behaviour.isAnswered) return { verdict: 'none', sendId: null };
    const { id, dueAtMs } = this.plan(turnId, nowMs);
    return { verdict: 'reply', sendId: id, ...(dueAtMs > nowMs ? { heldUntilMs: dueAtMs } : {}) };
  }

  /** A person cancels what is held; the workflow is not told. */
  recall(): void {
    for (const send of this.sends) if (send.status === 'planned') send.status = 'recalled';
  }

  private plan(rowId: string, nowMs: number): Send {
    const send: Send = {
      id: sendIdOf(rowId),
      dueAtMs: nowMs + this.behaviour.holdMs,
      deliveries: 0,
      deliveredAtMs: null,
      gateWaits: 0,
      status: 'planned',
    };
    this.sends.push(send);
    return send;
  }

  private plannedSend(): Send | undefined {
    return this.sends.find((one) => one.status === 'planned');
  }

  park(turnId: string, reasonCode: string): void {
    const turn = this.turnOf(turnId);
    if (turn.status !== 'open') return;
    turn.status = 'parked';
    this.parkedFor.push(reasonCode);
  }

  deliver(sendId: string, nowMs: number): { status: string; reasonCode: null } {
    const send = this.sends.find((one) => one.id === sendId);
    if (send === undefined) return { status: 'missing', reasonCode: null };
    if (send.status === 'planned' && send.dueAtMs <= nowMs) this.passGate(send, nowMs);
    return { status: send.status, reasonCode: null };
  }

  private passGate(send: Send, nowMs: number): void {
    const waitMs = this.behaviour.gateWaitsMs[send.gateWaits];
    if (waitMs === undefined) {
      send.deliveries += 1;
      send.deliveredAtMs = nowMs;
      send.status = 'accepted';
      return;
    }
    send.gateWaits += 1;
    send.dueAtMs = nowMs + waitMs;
  }

  planFollowUp(nowMs: number): void {
    const { followUpAfterMs } = this.behaviour;
    this.isSilenceJudged = true;
    if (followUpAfterMs === null || this.plannedFollowUp() !== undefined) return;
    this.followUps.push({ id: randomUUID(), dueAtMs: nowMs + followUpAfterMs, judgedAtMs: null });
  }

  judgeFollowUp(followUpId: string, nowMs: number): void {
    const followUp = this.followUps.find((one) => one.id === followUpId);
    if (followUp?.judgedAtMs !== null) return;
    followUp.judgedAtMs = nowMs;
    this.plan(followUpId, nowMs);
  }

  private takeUp(untilMs: number, nowMs: number): NextStep {
    if (untilMs > nowMs) return { kind: 'quiet-gap', untilMs };
    // What has not left yet would not answer this.
    this.recall();
    // A reply of the buyer ends what its silence had planned.
    for (const followUp of this.followUps) followUp.judgedAtMs ??= nowMs;
    const taken = this.waiting.splice(0, this.behaviour.factsPerTurnMax);
    const turn: Turn = { id: randomUUID(), facts: taken.map((one) => one.fact), status: 'open' };
    this.turns.push(turn);
    this.isEpisodeOpen = true;
    this.isSilenceJudged = false;
    this.lastActivityAtMs = nowMs;
    return { kind: 'turn', turnId: turn.id, hasMedia: this.behaviour.hasMedia };
  }

  private settleDown(nowMs: number, lastActivityAtMs: number): NextStep {
    const followUpAtMs = this.plannedFollowUp()?.dueAtMs ?? null;
    const idleAtMs = lastActivityAtMs + this.behaviour.idleLimitMs;
    const completeAtMs = lastActivityAtMs + this.behaviour.completeAfterMs;
    const sendAtMs = this.plannedSend()?.dueAtMs ?? null;
    const isAwaited = followUpAtMs !== null || sendAtMs !== null;
    const hasClosedEpisode = !isAwaited && idleAtMs <= nowMs && this.closeEpisode();
    const [wakeAtMs] = [sendAtMs, followUpAtMs, this.isEpisodeOpen ? idleAtMs : null, completeAtMs]
      .filter((atMs) => atMs !== null)
      .filter((atMs) => atMs > nowMs)
      .sort((one, other) => one - other);
    if (wakeAtMs === undefined) return { kind: 'complete' };
    return { kind: 'wait', wakeAtMs, view: this.view(followUpAtMs), hasClosedEpisode };
  }

  private closeEpisode(): boolean {
    const wasOpen = this.isEpisodeOpen;
    this.isEpisodeOpen = false;
    if (wasOpen) this.episodesClosed += 1;
    return wasOpen;
  }

  private view(followUpAtMs: number | null): ConversationView {
    return {
      status: this.isEpisodeOpen ? 'waiting' : 'closed',
      ownerKind: 'automation',
      numberId: '100000000000001',
      needsHuman: false,
      isPaused: false,
      nextActionKind: followUpAtMs === null ? null : 'follow_up',
      nextActionAtMs: followUpAtMs,
      reasonCode: null,
    };
  }

  private plannedFollowUp(): FollowUp | undefined {
    return this.followUps.find((one) => one.judgedAtMs === null);
  }

  private turnOf(turnId: string): Turn {
    const turn = this.turns.find((one) => one.id === turnId);
    if (turn === undefined) throw new Error('There is no such turn.');
    return turn;
  }
}

function sendIdOf(rowId: string): string {
  // Ids of sends look like ids: the first digit tells them from what they answer.
  return `${rowId.startsWith('0') ? 'f' : '0'}${rowId.slice(1)}`;
}
