import fc from 'fast-check';
import { inTransaction, onlyRow } from '../../platform/database';
import { addNeverAutomate } from '../../store/never-automate.store';
import { lockConversation } from '../../store/conversation.store';
import { fillConversation } from './history-rows';
import { living, link, PHONE, twoStrangers, USER } from './two-people';
import type { Living } from './two-people';
import { join, refusalOf, undo } from './undo-world';
import { useWorld } from './world';
import { groundOwners } from './ground-owner';

const world = useWorld();
beforeEach(() => world.pool.query('delete from never_automate'));

const side = fc.record({
  owner: fc.constantFrom('automation', 'unassigned', 'meta', 'phone', 'agent:anna', 'agent:ben'),
  /** Minutes ago. */
  ownerAt: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
  pausedFor: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
  needsHuman: fc.boolean(),
  route: fc.constantFrom(null, 'automation', 'human'),
  followUps: fc.constantFrom(null, true, false),
  optedOut: fc.boolean(),
  neverAutomate: fc.boolean(),
  isClaimed: fc.boolean(),
  isLinked: fc.boolean(),
});
type Side = typeof side extends fc.Arbitrary<infer Value> ? Value : never;

async function prepare(one: Living, name: string, given: Side): Promise<void> {
  await fillConversation(world.pool, one, { name, lateReplies: 1, expected: 1 });
  // Of what a person has it is always known since when.
  const ownerAt = given.ownerAt ?? (/agent|phone/.test(given.owner) ? 4 : null);
  await world.pool.query(
    `update conversation set owner = $2, owner_at = timestamptz '2026-11-01' - $3 * interval '1 minute',
       paused_until = timestamptz '2199-01-01' + $4 * interval '1 minute', epoch = 3, needs_human = $5,
       reason_code = case when $5 then 'send.failed' end, route_override = $6,
       follow_up_rule = case when $7::boolean is not null then jsonb_build_object('enabled', $7::boolean) end
     where id = $1`,
    [one.id, given.owner, ownerAt, given.pausedFor, given.needsHuman, given.route, given.followUps],
  );
  await groundOwners(world.pool);
  await world.pool.query(
    `update send set epoch = 3, status = case when $2 then 'claimed' else 'planned' end,
       claimed_at = case when $2 then now() end where conversation_id = $1`,
    [one.id, given.isClaimed],
  );
  if (given.isLinked) await link(world, one.buyer_id, 'contact-1');
  if (given.optedOut)
    await world.pool.query(
      `with wish as (insert into consent (key, buyer_id, value, source, reason_code, occurred_at)
         values ($2, $1, 'stop', 'earlier', 'opt_out.keyword', timestamptz '2026-11-01') returning *)
       update buyer set opted_out_at = wish.occurred_at, opted_out_reason = wish.reason_code from wish where buyer.id = $1`,
      [one.buyer_id, `earlier:${name}`],
    );
  const identifier =
    name === 'phone' ? ({ kind: 'wa_id', value: PHONE } as const) : ({ kind: 'bsuid', value: USER } as const);
  if (given.neverAutomate)
    await addNeverAutomate(world.pool, { ...identifier, reason: 'a friend', actor: 'anna' });
}

/** What automation may do in a conversation, and what of what was prepared can still leave. */
async function standingOf({ id }: Living): Promise<Record<string, unknown>> {
  const locked = await inTransaction(world.pool, (client) => lockConversation(client, id));
  const sends = await world.rows(
    `select decision.key as name, send.status, send.status = 'planned' and send.epoch = conversation.epoch as "canLeave"
       from send join decision on decision.id = decision_id join conversation on conversation.id = send.conversation_id
      where conversation.id = $1 order by starts_with(decision.key, 'user')`,
    [id],
  );
  const counts = onlyRow(
    await world.pool.query<{ planned: number; contacts: string[] | null; waits: number }>(
      `select (select count(*)::int from follow_up where conversation_id = $1 and status = 'planned') as planned,
              (select count(*)::int from wait where conversation_id = $1 and ended_at is null) as waits,
              (select array_agg(contact_id) from identity_link join conversation on conversation.buyer_id = identity_link.buyer_id
                where conversation.id = $1 and ended_at is null and contact_id is not null) as contacts`,
      [id],
    ),
  );
  return {
    owner: locked?.owner,
    ownerAtMs: locked?.ownerAtMs,
    pausedUntilMs: locked?.pausedUntilMs,
    needsHuman: locked?.needsHuman,
    routeOverride: locked?.routeOverride,
    followUpRule: locked?.followUpRule,
    isOptedOut: locked?.isOptedOut,
    isNeverAutomated: locked?.isNeverAutomated,
    sends: sends.map((one) => ({ ...(one as object), name: undefined })),
    ...counts,
  };
}

type Sides = { readonly phone: Side; readonly user: Side };

async function strangers(sides: Sides, isUserOlder: boolean): Promise<{ phone: Living; user: Living }> {
  await world.empty();
  await world.pool.query('delete from never_automate');
  const both = await twoStrangers(world);
  await prepare(both.phone, 'phone', sides.phone);
  await prepare(both.user, 'user', sides.user);
  const older = (isUserOlder ? both.user : both.phone).id;
  await world.pool.query(`update conversation set created_at = created_at - interval '1 day' where id = $1`, [
    older,
  ]);
  return both;
}

async function joined(sides: Sides, isUserOlder: boolean): Promise<Record<string, unknown>> {
  const { phone, user } = await strangers(sides, isUserOlder);
  await (isUserOlder ? join(world, user, phone) : join(world, phone, user));
  const [only, ...more] = await living(world);
  if (only === undefined || more.length > 0) throw new Error('one conversation was expected');
  return await standingOf(only);
}

it('what automation may do in a joined conversation is the same whichever of the two goes on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.record({ phone: side, user: side }), async (sides) => {
      const found = await joined(sides, false);
      expect(await joined(sides, true)).toEqual(found);
      const both = [sides.phone, sides.user];
      expect(found).toMatchObject({
        isOptedOut: both.some(({ optedOut }) => optedOut),
        isNeverAutomated: both.some(({ neverAutomate }) => neverAutomate),
        needsHuman: both.some(({ needsHuman }) => needsHuman),
        routeOverride: both.some(({ route }) => route === 'human')
          ? 'human'
          : both.some(({ route }) => route === 'automation')
            ? 'automation'
            : null,
        contacts: both.some(({ isLinked }) => isLinked) ? ['contact-1'] : null,
      });
      // What has been claimed is under way and stays what it is.
      const sends = found['sends'] as { status: string }[];
      expect(sends.map(({ status }) => status === 'claimed')).toEqual(both.map(({ isClaimed }) => isClaimed));
    }),
    { numRuns: 25, seed: 31, endOnFailure: false },
  );
});

it('after it is undone, each of them may do what it could before and keeps who was to be left alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.record({ phone: side, user: side }), fc.boolean(), async (given, isUserOlder) => {
      // Nothing is parted while something is being sent.
      const sides = {
        phone: { ...given.phone, isClaimed: false },
        user: { ...given.user, isClaimed: false },
      };
      const { phone, user } = await strangers(sides, isUserOlder);
      const before = [await standingOf(phone), await standingOf(user)];
      await (isUserOlder ? join(world, user, phone) : join(world, phone, user));
      expect(refusalOf(await undo(world))).toBe('done');
      expect([await standingOf(phone), await standingOf(user)]).toEqual(before);
    }),
    { numRuns: 20, seed: 32, endOnFailure: false },
  );
});
