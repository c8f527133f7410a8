import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { addSend } from '../commands/world';
import { activateShippedPolicy } from '../ingest/policy';
import { CEILING, CONDITIONS, onConversation, onMessage, onSend } from './gate-conditions';
import type { About, Condition } from './gate-conditions';
import { LedgerWorld } from './ledger-world';

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
  await activateShippedPolicy(ledger.world.pool, [
    [/^budget:\n/m, `budget:\n  messages_per_month: ${CEILING}\n`],
  ]);
});
afterAll(() => ledger.close());

const NAMES = Object.keys(CONDITIONS);
const conditionOf = (name: string): Condition => {
  const condition = CONDITIONS[name];
  if (condition === undefined) throw new Error(`no condition ${name}`);
  return condition;
};

/** A follow-up that may leave: automation's only kind that has a cap. */
async function prepare(): Promise<About> {
  const scene = await ledger.scene();
  const { world } = ledger;
  const sendId = await addSend(world, scene, { kind: 'follow_up', status: 'planned' });
  const about = { world, scene, sendId };
  await onMessage(`captured_at = now() - interval '1 hour'`)(about);
  return about;
}
const liftAll = async (about: About, names: Iterable<string>) => {
  for (const name of names) await conditionOf(name).lift(about);
};
/** A template or text that somebody ordered from HubSpot: nobody watches it, so what stops automation stops it. */
async function prepareUnattended(): Promise<About> {
  const about = await prepare();
  await onSend(`kind = 'human', author = 'agent:hubspot'`)(about);
  return about;
}
/** "Somebody will be with you", while nobody has the conversation. */
async function prepareAssurance(): Promise<About> {
  const about = await prepare();
  await onConversation(`owner = 'unassigned'`)(about);
  await onSend(`kind = 'assurance'`)(about);
  return about;
}
const callsOf = ({ sendId }: About) => ledger.takenOf(sendId).length;

test.each([prepare, prepareUnattended, prepareAssurance])(
  'with nothing against it it leaves, once',
  async (make) => {
    const about = await make();
    await Promise.all([ledger.deliver(about.sendId), ledger.deliver(about.sendId)]);
    await ledger.deliver(about.sendId);
    expect(callsOf(about)).toBe(1);
  },
);

const alone = (names: readonly string[], make: typeof prepare) =>
  names.map((name) => ({ name, message: MESSAGES.get(make), make }));
const MESSAGES = new Map([
  [prepare, 'a follow-up'],
  [prepareUnattended, 'an order'],
  [prepareAssurance, 'an assurance'],
]);
/** The cap is one of follow-ups. */
const UNCAPPED = NAMES.filter((name) => name !== 'cap');

/** An assurance is for conversations that nobody has, and stays right beside a newer message that was read. */
const OF_ASSURANCES = UNCAPPED.filter((name) => name !== 'owner' && name !== 'newer message');

test.each([
  ...alone(NAMES, prepare),
  ...alone(UNCAPPED, prepareUnattended),
  ...alone(OF_ASSURANCES, prepareAssurance),
])('$name alone stops $message, with its reason', async ({ name, make }) => {
  const { effect, reasonCode, impose, lift } = conditionOf(name);
  const about = await make();
  await impose(about);
  await ledger.deliver(about.sendId);
  const row = await ledger.row(about.sendId);
  await lift(about);
  expect({ calls: callsOf(about), reason: row.reason_code }).toEqual({ calls: 0, reason: reasonCode });
  expect(row.status === 'refused').toBe(effect === 'ends');
  await ledger.deliver(about.sendId);
  expect(callsOf(about)).toBe(effect === 'ends' ? 0 : 1);
});

test('every pair of conditions stops it, for one of the two reasons', async () => {
  const pairs = NAMES.flatMap((one, index) => NAMES.slice(index + 1).map((other) => [one, other] as const));
  const leaks: unknown[] = [];
  for (const [one, other] of pairs) {
    const about = await prepare();
    await conditionOf(one).impose(about);
    await conditionOf(other).impose(about);
    await ledger.deliver(about.sendId);
    const { reason_code: reason } = await ledger.row(about.sendId);
    await liftAll(about, [one, other]);
    const isNamed = [one, other].some((name) => conditionOf(name).reasonCode === reason);
    if (callsOf(about) > 0 || !isNamed) leaks.push({ one, other, reason, calls: callsOf(about) });
  }
  expect(leaks).toEqual([]);
});

type Event = { readonly kind: 'impose' | 'lift' | 'deliver'; readonly name: string };
const events = fc.array(
  fc.record({
    kind: fc.constantFrom<Event['kind']>('impose', 'lift', 'deliver', 'deliver'),
    name: fc.constantFrom(...NAMES),
  }),
  { minLength: 4, maxLength: 14 },
);

/** A condition and those of the same field. */
function alike(name: string): string[] {
  const { field } = conditionOf(name);
  return NAMES.filter(
    (other) => other === name || (field !== undefined && conditionOf(other).field === field),
  );
}

function noteStanding(standing: Set<string>, { kind, name }: Event): void {
  for (const other of alike(name)) standing.delete(other);
  if (kind === 'impose') standing.add(name);
}

/** Plays a stream; gives the looks after which more or less had left than should have. */
async function play(stream: readonly Event[]): Promise<readonly Event[]> {
  const about = await prepare();
  const standing = new Set<string>();
  const wrong: Event[] = [];
  let fate: 'open' | 'left' | 'ended' = 'open';
  for (const event of stream) {
    const { kind, name } = event;
    if (kind === 'deliver') {
      await ledger.deliver(about.sendId);
      if (fate === 'open' && standing.size === 0) fate = 'left';
      if ((await ledger.row(about.sendId)).status === 'refused') fate = 'ended';
      if (callsOf(about) !== (fate === 'left' ? 1 : 0)) wrong.push(event);
    } else if (fate === 'open') {
      await conditionOf(name)[kind](about);
      noteStanding(standing, event);
    }
  }
  // The number and its switches are those of the next stream, too.
  await liftAll({ ...about, sendId: randomUUID() }, NAMES);
  return wrong;
}

test('in any stream of events it leaves exactly when somebody looks while nothing stands against it', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (stream) => {
      expect(await play(stream)).toEqual([]);
    }),
    { numRuns: 25, seed: 5, endOnFailure: true },
  );
});
