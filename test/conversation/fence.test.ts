import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import type { WhatsAppPort } from '../../activities/whatsapp/whatsapp.client';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { releaseKillSwitch, setNumberMode, throwKillSwitch } from '../../store/commands/allow-automation';
import type { BegunBefore } from '../../store/commands/run-order';
import type { CommandOrder } from '../../store/commands/command.types';
import { runCommand } from '../../store/commands/run-command';
import { NUMBER_ID, addSend } from '../commands/world';
import type { Scene } from '../commands/world';
import { messagesBody, textMessage, webhookBody } from '../component/webhook-bodies';
import { createChance } from '../ingest/mutate';
import type { Chance } from '../ingest/mutate';
import { AUTOMATED_SENDS } from '../../domain/vocabulary';
import type { AutomatedSendKind } from '../../domain/vocabulary';
import { TEST_SETTINGS } from '../support/settings';
import { openArena } from './arena';
import type { Arena } from './arena';

const SIZE = Number(process.env['FENCE_SIZE'] ?? 100);
const SEED = Number(process.env['FENCE_SEED'] ?? 20_261_122);
/** One after the other, as each stops everything. */
const SIZE_ALONE = Math.ceil(SIZE * 0.15);
const AT_ONCE = 8;
const MS_PER_RACE_MAX = 250;
/** Both sides of a race begin within so many milliseconds. */
const SPREAD_MS = 12;

/** WhatsApp takes its time with half of the calls, before or after it has taken the message. */
const SLOW_CALLS = { service: 'whatsapp', kind: 'delay', delay_ms: 40, seed: SEED } as const;

let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
  await arena.simulator.fault({ ...SLOW_CALLS, share: 0.3 });
  await arena.simulator.fault({ ...SLOW_CALLS, share: 0.3, seed: SEED + 1, after_commit: true });
});
afterAll(() => arena.end());

const ORDERS: Readonly<Record<string, CommandOrder>> = {
  take_over: { kind: 'take_over', arguments: {} },
  pause: { kind: 'pause', arguments: { forever: true } },
  opt_out: { kind: 'opt_out', arguments: {} },
  close: { kind: 'close', arguments: {} },
};
const BODIES: Readonly<Record<string, (waId: string) => unknown>> = {
  message: (waId) => messagesBody(textMessage(waId, 'Wait, one more thing')),
  stop: (waId) => messagesBody(textMessage(waId, 'STOP')),
  echo: (waId) =>
    webhookBody({
      field: 'smb_message_echoes',
      value: {
        metadata: { phone_number_id: TEST_SETTINGS.whatsappPhoneNumberId },
        message_echoes: [textMessage('12025550100', 'I take this', { to: waId })],
      },
    }),
  preference: (waId) =>
    webhookBody({
      field: 'user_preferences',
      value: {
        metadata: { phone_number_id: TEST_SETTINGS.whatsappPhoneNumberId },
        user_preferences: [{ wa_id: waId, value: 'stop', timestamp: Math.floor(Date.now() / 1000) }],
      },
    }),
};
const CONTENDERS = [...Object.keys(ORDERS), ...Object.keys(BODIES)];
/** The confirmation of an opt-out is exempt from what the buyer writes and chooses; what people order stops it, too. */
const OF_CONFIRMATIONS = ['take_over', 'pause', 'close'];

type Pair = { readonly kind: AutomatedSendKind; readonly contender: string };
const PAIRS: readonly Pair[] = AUTOMATED_SENDS.flatMap((kind) =>
  (kind === 'opt_out_confirmation' ? OF_CONFIRMATIONS : CONTENDERS).map((contender) => ({ kind, contender })),
);

/**
 * Whoever stops automation has been answered: no look at a message that begins from now on may let it leave. What a
 * person ordered, and what a webhook told once it is worked off, holds for looks that had begun before, too.
 */
type Confirmation = {
  readonly atMs: number;
  /** By the database's clock: when the order holds for everybody. */
  readonly obeyedAtMs: number;
  /** An order's answer names what had begun before; a webhook's answer goes to WhatsApp and names nothing. */
  readonly isOrder: boolean;
  readonly named: readonly string[];
  readonly undo?: () => Promise<unknown>;
};

async function confirm(contender: string, scene: Scene): Promise<Confirmation> {
  const flip = SWITCHES[contender];
  if (flip !== undefined) {
    const { begun, undo } = await flip();
    const atMs = performance.now();
    const named = begun.under_way.map((send) => send.send_id);
    return { atMs, obeyedAtMs: await arena.clockMs(), isOrder: true, named, undo };
  }
  const body = BODIES[contender];
  if (body === undefined) {
    const named = await command(contender, scene);
    return { atMs: performance.now(), obeyedAtMs: await arena.clockMs(), isOrder: true, named };
  }
  const itemIds = await captureBody(arena.world.pool, Buffer.from(JSON.stringify(body(scene.waId))));
  const atMs = performance.now();
  await assignItems(arena.world.pool, itemIds);
  return { atMs, obeyedAtMs: await arena.clockMs(), isOrder: false, named: [] };
}

async function command(contender: string, scene: Scene): Promise<string[]> {
  const order = ORDERS[contender];
  if (order === undefined) throw new Error(`no such contender: ${contender}`);
  const result = await runCommand(arena.world.pool, {
    ...order,
    conversationId: scene.id,
    actor: 'anna',
    isVerified: true,
    idempotencyKey: randomUUID(),
  });
  if (result.kind !== 'done') throw new Error(`refused: ${result.refusal}`);
  return result.answer.under_way.map((send) => send.send_id);
}

/** Orders that hold for more than one conversation; they race alone, and are taken back after each race. */
const SWITCHES: Readonly<Record<string, () => Promise<Thrown>>> = {
  kill_everything: () => throwIt('everything', ''),
  kill_number: () => throwIt('number', NUMBER_ID),
  mode_observe: async () => {
    const begun = await setNumberMode(arena.world.pool, {
      ...BY_ANNA,
      phoneNumberId: NUMBER_ID,
      mode: 'observe',
    });
    if (begun.kind === 'refused') throw new Error(begun.refusal);
    const back = { ...BY_ANNA, phoneNumberId: NUMBER_ID, mode: 'live' } as const;
    return { begun: begun.answer, undo: () => setNumberMode(arena.world.pool, back) };
  },
};
const BY_ANNA = { actor: 'anna', reason: 'a race' };
type Thrown = { readonly begun: BegunBefore; readonly undo: () => Promise<unknown> };

async function throwIt(scope: 'everything' | 'number', target: string): Promise<Thrown> {
  const begun = await throwKillSwitch(arena.world.pool, { ...BY_ANNA, scope, target });
  if (begun.kind === 'refused') throw new Error(begun.refusal);
  const { answer } = begun;
  return {
    begun: answer,
    undo: () => releaseKillSwitch(arena.world.pool, { ...BY_ANNA, id: answer.id }),
  };
}

/** A conversation in which a message of this kind may leave. */
async function sceneFor(kind: AutomatedSendKind): Promise<Scene> {
  const scene = await arena.conversation();
  const { pool } = arena.world;
  if (kind === 'assurance')
    await pool.query(`update conversation set owner = 'unassigned', unassigned_at = now() where id = $1`, [
      scene.id,
    ]);
  if (kind === 'opt_out_confirmation')
    await pool.query(
      `update buyer set opted_out_at = now(), opted_out_reason = 'stop.opt_out' where id = $1`,
      [scene.buyerId],
    );
  return scene;
}

type Race = Pair & { readonly hasLeft: boolean; readonly breach: string | null };

async function race({ kind, contender, delays, first }: Entry): Promise<Race> {
  const scene = await sceneFor(kind);
  const sendId = await addSend(arena.world, scene, { kind, status: 'planned' });
  let callAtMs: number | null = null;
  let answeredAtMs: number | null = null;
  let lookAtMs = 0;
  const watched: WhatsAppPort = {
    ...arena.whatsapp,
    send: async (message) => {
      callAtMs = performance.now();
      const outcome = await arena.whatsapp.send(message);
      answeredAtMs = performance.now();
      return outcome;
    },
  };
  const deliver = async (): Promise<void> => {
    lookAtMs = performance.now();
    await deliverSend({ database: arena.world.pool, whatsapp: watched }, sendId);
  };
  const confirmation = await meet(first, {
    theirs: () => sleep(delays.theirs).then(() => confirm(contender, scene)),
    ours: () => sleep(delays.ours).then(deliver),
  });
  const firstLookAtMs = lookAtMs;
  // Whatever comes back to a send that was stopped must be stopped again.
  await deliver();
  await confirmation.undo?.();
  const claimedAtMs = await arena.claimedAtMs(sendId);
  const hasLeft = (await arena.simulator.received(scene.waId)).length;
  return {
    kind,
    contender,
    hasLeft: hasLeft > 0,
    breach: breachOf({
      confirmation,
      claimedAtMs,
      callAtMs,
      answeredAtMs,
      lookAtMs: firstLookAtMs,
      sendId,
      hasLeft,
    }),
  };
}

async function meet(
  first: Entry['first'],
  { theirs, ours }: { theirs: () => Promise<Confirmation>; ours: () => Promise<void> },
): Promise<Confirmation> {
  if (first === 'ours') await ours();
  const meanwhile = first === null ? ours() : Promise.resolve();
  const [confirmation] = await Promise.all([theirs(), meanwhile]);
  if (first === 'theirs') await ours();
  return confirmation;
}

function breachOf(seen: {
  confirmation: Confirmation;
  claimedAtMs: number | null;
  callAtMs: number | null;
  answeredAtMs: number | null;
  lookAtMs: number;
  sendId: string;
  hasLeft: number;
}): string | null {
  const { confirmation, claimedAtMs, callAtMs } = seen;
  if (seen.hasLeft > 1) return 'doubled';
  if (claimedAtMs !== null && claimedAtMs > confirmation.obeyedAtMs) return 'claimed after the order held';
  if (callAtMs !== null && seen.lookAtMs > confirmation.atMs) return 'looked at after the confirmation';
  if (!confirmation.isOrder || confirmation.named.includes(seen.sendId)) return null;
  // WhatsApp answered only after the order was answered: the message was under way at that moment.
  const isUnderWay = seen.answeredAtMs !== null && seen.answeredAtMs > confirmation.atMs;
  return isUnderWay ? 'under way at the answer and not named in it' : null;
}

function shuffled(pairs: readonly Pair[], size: number, chance: Chance): Entry[] {
  return Array.from({ length: size }, (_, index) => ({
    ...(pairs[index % pairs.length] ?? { kind: 'reply', contender: 'take_over' }),
    delays: { ours: chance.below(SPREAD_MS), theirs: chance.below(SPREAD_MS) },
    first: index === 0 ? 'ours' : index === 1 ? 'theirs' : null,
  }));
}
type Entry = Pair & {
  readonly delays: { readonly ours: number; readonly theirs: number };
  /** Who is through before the other one begins; null = they race. On a busy machine all of those may have one end. */
  readonly first: 'ours' | 'theirs' | null;
};

/** Every breach, and whether both ends of the race were really met: else nothing was proved. */
function outcomeOf(races: readonly Race[]): { breaches: readonly Race[]; hasMetBothEnds: boolean } {
  return {
    breaches: races.filter((one) => one.breach !== null),
    hasMetBothEnds: new Set(races.map((one) => one.hasLeft)).size === 2,
  };
}
const UNBROKEN = { breaches: [], hasMetBothEnds: true };

it(
  `${SIZE} races against an automated message: none begins after the confirmation (seed ${SEED})`,
  async () => {
    const chance = createChance(SEED);
    const queue = shuffled(PAIRS, SIZE, chance);
    const races: Race[] = [];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) races.push(await race(next));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(outcomeOf(races)).toEqual(UNBROKEN);
  },
  600_000 + SIZE * MS_PER_RACE_MAX,
);

it(
  `${SIZE_ALONE} races of a kill switch or a stricter mode: none begins after the confirmation (seed ${SEED})`,
  async () => {
    const races: Race[] = [];
    const pairs = Object.keys(SWITCHES).flatMap((contender) =>
      AUTOMATED_SENDS.map((kind) => ({ kind, contender })),
    );
    for (const entry of shuffled(pairs, SIZE_ALONE, createChance(SEED))) races.push(await race(entry));
    expect(outcomeOf(races)).toEqual(UNBROKEN);
  },
  600_000 + SIZE_ALONE * MS_PER_RACE_MAX,
);
