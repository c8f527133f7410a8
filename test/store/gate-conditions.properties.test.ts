import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { NUMBER_ID, addSend } from '../commands/world';
import type { Scene } from '../commands/world';
import { activateShippedPolicy } from '../ingest/policy';
import { ACCOUNT, addTemplate, templateMessage } from '../templates/world';
import { LedgerWorld } from './ledger-world';

const CEILING = 1_000_000;

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
  await activateShippedPolicy(ledger.world.pool, [
    [/^budget:\n/m, `budget:\n  messages_per_month: ${CEILING}\n`],
  ]);
});
afterAll(() => ledger.close());

type About = { readonly scene: Scene; readonly sendId: string };
/** One thing that keeps an automated message from leaving; it can come and go without the others. */
type Condition = {
  /** `ends` = the message never leaves any more; `waits` = it leaves when the condition has gone. */
  readonly effect: 'ends' | 'waits';
  readonly reasonCode: string | null;
  /** Of conditions of one field the newest stands, and lifting any lifts them all. */
  readonly field?: 'mode' | 'status';
  readonly impose: (about: About) => Promise<unknown>;
  readonly lift: (about: About) => Promise<unknown>;
};

const sql = (text: string, values: readonly unknown[] = []) => ledger.world.pool.query(text, [...values]);
const onConversation = (change: string) => (about: About) =>
  sql(`update conversation set ${change} where id = $1`, [about.scene.id]);
const onBuyer = (change: string) => (about: About) =>
  sql(`update buyer set ${change} where id = $1`, [about.scene.buyerId]);
const onSend = (change: string) => (about: About) =>
  sql(`update send set ${change} where id = $1 and status in ('planned', 'held', 'claimed', 'accepted')`, [
    about.sendId,
  ]);
const onNumber = (change: string) => () =>
  sql(`update number set ${change} where phone_number_id = $1`, [NUMBER_ID]);
const onChannel = (change: string) => () =>
  sql(
    `with made as (insert into channel (scope) values ($1) on conflict do nothing)
     update channel set ${change} where scope = $1`,
    [NUMBER_ID],
  );
const onMessage = (change: string) => (about: About) =>
  sql(`update message set ${change} where id = $1`, [about.scene.messageId]);

/** Everything that rule 3 of the design names, and what came to it since. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  'mode draft': {
    effect: 'ends',
    reasonCode: 'gate.mode',
    field: 'mode',
    impose: onNumber(`mode = 'draft'`),
    lift: onNumber(`mode = 'live'`),
  },
  'template not approved': {
    effect: 'ends',
    reasonCode: 'template.not_approved',
    impose: async (about) => {
      await addTemplate(ledger.world.pool, { name: 'refused', status: 'REJECTED' });
      await onNumber(`waba_id = '${ACCOUNT}'`)();
      await sql(`update send set type = 'template', body = $2 where id = $1 and status <> 'refused'`, [
        about.sendId,
        JSON.stringify(templateMessage('refused')),
      ]);
    },
    lift: onSend(`type = 'text', body = '{"type":"text","text":{"body":"From 20 EUR."}}'`),
  },
  'sent before': {
    effect: 'waits',
    reasonCode: null,
    field: 'status',
    impose: onSend(`status = 'accepted'`),
    lift: onSend(`status = 'planned'`),
  },
  mode: {
    effect: 'ends',
    reasonCode: 'gate.mode',
    field: 'mode',
    impose: onNumber(`mode = 'observe'`),
    lift: onNumber(`mode = 'live'`),
  },
  'kill switch': {
    effect: 'ends',
    reasonCode: 'gate.switched_off',
    impose: () =>
      sql(
        `insert into kill_switch (scope, target, actor, reason) values ('number', $1, 'anna', 'x') on conflict do nothing`,
        [NUMBER_ID],
      ),
    lift: () =>
      sql(
        `update kill_switch set released_at = now(), released_by = 'anna', release_reason = 'x' where released_at is null`,
      ),
  },
  owner: {
    effect: 'ends',
    reasonCode: 'gate.owner',
    impose: onConversation(`owner = 'agent:anna'`),
    lift: onConversation(`owner = 'automation'`),
  },
  epoch: {
    effect: 'ends',
    reasonCode: 'gate.epoch',
    impose: onConversation('epoch = 100'),
    lift: onConversation('epoch = 0'),
  },
  pause: {
    effect: 'ends',
    reasonCode: 'gate.paused',
    impose: onConversation(`paused_until = 'infinity'`),
    lift: onConversation('paused_until = null'),
  },
  'opt-out': {
    effect: 'ends',
    reasonCode: 'gate.opted_out',
    impose: onBuyer(`opted_out_at = now(), opted_out_reason = 'stop.opted_out'`),
    lift: onBuyer('opted_out_at = null, opted_out_reason = null'),
  },
  'never automate': {
    effect: 'ends',
    reasonCode: 'gate.never_automate',
    impose: ({ scene }) =>
      sql(
        `insert into never_automate (kind, value, reason, added_by) values ('wa_id', $1, 'x', 'anna') on conflict do nothing`,
        [scene.waId],
      ),
    lift: ({ scene }) => sql(`delete from never_automate where value = $1`, [scene.waId]),
  },
  unreachable: {
    effect: 'ends',
    reasonCode: 'gate.unreachable',
    impose: onBuyer(`unreachable_at = now() + interval '1 second', unreachable_reason = 'x'`),
    lift: onBuyer('unreachable_at = null, unreachable_reason = null'),
  },
  'before its time': {
    effect: 'waits',
    reasonCode: null,
    impose: onSend(`not_before = now() + interval '1 hour'`),
    lift: onSend('not_before = null'),
  },
  'after its time': {
    effect: 'ends',
    reasonCode: 'gate.too_late',
    impose: onSend(`not_after = now() - interval '1 second'`),
    lift: onSend('not_after = null'),
  },
  window: {
    effect: 'ends',
    reasonCode: 'gate.window',
    impose: onMessage(`sent_at = now() - interval '24 hours'`),
    lift: onMessage(`sent_at = now() - interval '1 hour'`),
  },
  'newer message': {
    effect: 'ends',
    reasonCode: 'gate.newer_message',
    impose: onMessage(`captured_at = now() + interval '1 hour'`),
    lift: onMessage(`captured_at = now() - interval '1 hour'`),
  },
  'newer message, not yet in a turn': {
    effect: 'ends',
    reasonCode: 'gate.newer_message',
    impose: ({ scene }) =>
      sql(
        `insert into message (conversation_id, direction, author, whatsapp_id, type, body, sent_at, captured_at)
         values ($1, 'inbound', 'buyer', $2, 'text', '{}', now() - interval '2 hours', now() - interval '2 hours')
         on conflict do nothing`,
        [scene.id, `wamid.waiting-${scene.id}`],
      ),
    lift: ({ scene }) => sql('delete from message where whatsapp_id = $1', [`wamid.waiting-${scene.id}`]),
  },
  cap: {
    effect: 'ends',
    reasonCode: 'gate.cap',
    impose: async ({ scene }) => {
      await sql(`delete from send where conversation_id = $1 and key like 'earlier:%'`, [scene.id]);
      const id = await addSend(ledger.world, scene, { kind: 'follow_up', status: 'sent' });
      await sql(`update send set key = 'earlier:' || id where id = $1`, [id]);
    },
    lift: ({ scene }) =>
      sql(`delete from send where conversation_id = $1 and key like 'earlier:%'`, [scene.id]),
  },
  budget: {
    effect: 'ends',
    reasonCode: 'gate.budget',
    impose: () =>
      sql(
        `insert into budget_month (phone_number_id, month, category, author_kind, sent)
         values ($1, to_char(now() at time zone 'UTC', 'YYYY-MM'), 'of another day', 'people', $2) on conflict do nothing`,
        [NUMBER_ID, CEILING],
      ),
    lift: () => sql(`delete from budget_month where category = 'of another day'`),
  },
  'number stopped': {
    effect: 'waits',
    reasonCode: 'gate.stopped',
    impose: onChannel(`stopped_at = now(), stopped_reason = 'whatsapp.account'`),
    lift: onChannel('stopped_at = null, stopped_reason = null'),
  },
  'number backed off': {
    effect: 'waits',
    reasonCode: 'gate.backed_off',
    impose: onChannel(`not_before = now() + interval '1 hour'`),
    lift: async (about) => {
      await onChannel('not_before = null, next_slot_at = null')();
      await onSend('slot_at = null')(about);
    },
  },
  'number out of tokens': {
    effect: 'waits',
    reasonCode: 'gate.throughput',
    impose: onChannel(`next_slot_at = now() + interval '1 hour'`),
    lift: async (about) => {
      await onChannel('next_slot_at = null')();
      await onSend('slot_at = null')(about);
    },
  },
  'recipient out of tokens': {
    effect: 'waits',
    reasonCode: 'gate.pair_limit',
    impose: onConversation(`pair_borrowed_until = now() + interval '1 hour'`),
    lift: onConversation('pair_borrowed_until = null, recipient_not_before = null'),
  },
  'recipient held': {
    effect: 'waits',
    reasonCode: 'gate.recipient_held',
    impose: onConversation(`recipient_not_before = now() + interval '1 hour'`),
    lift: onConversation('recipient_not_before = null'),
  },
  'claimed by another attempt': {
    effect: 'waits',
    reasonCode: null,
    field: 'status',
    impose: onSend(`status = 'claimed', claim_until = now() + interval '1 hour'`),
    lift: onSend(`status = 'planned', claim_until = null`),
  },
};
const NAMES = Object.keys(CONDITIONS);
const conditionOf = (name: string): Condition => {
  const condition = CONDITIONS[name];
  if (condition === undefined) throw new Error(`no condition ${name}`);
  return condition;
};

/** A follow-up that may leave: automation's only kind that has a cap. */
async function prepare(): Promise<About> {
  const scene = await ledger.scene();
  await onMessage(`captured_at = now() - interval '1 hour'`)({ scene, sendId: '' });
  const sendId = await addSend(ledger.world, scene, { kind: 'follow_up', status: 'planned' });
  return { scene, sendId };
}
const liftAll = async (about: About, names: Iterable<string>) => {
  for (const name of names) await conditionOf(name).lift(about);
};
/** A template or text that somebody ordered from HubSpot: nobody watches it, so what stops automation stops it. */
async function prepareUnattended(): Promise<About> {
  const about = await prepare();
  await sql(`update send set kind = 'human', author = 'agent:hubspot' where id = $1`, [about.sendId]);
  return about;
}
/** "Somebody will be with you", while nobody has the conversation. */
async function prepareAssurance(): Promise<About> {
  const about = await prepare();
  await onConversation(`owner = 'unassigned'`)(about);
  await sql(`update send set kind = 'assurance' where id = $1`, [about.sendId]);
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
      const { field } = conditionOf(name);
      const alike = NAMES.filter((other) => field !== undefined && conditionOf(other).field === field);
      for (const other of [name, ...alike]) standing.delete(other);
      if (kind === 'impose') standing.add(name);
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
