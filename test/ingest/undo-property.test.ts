import fc from 'fast-check';
import { allRows, rowsOf } from './all-rows';
import { at, bodyOf, change, identityChange, message, messages, NUMBER_ID, OTHER_NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { joinByHand } from '../../api/ingest/join-by-hand';
import { fillConversation } from './history-rows';
import { buyers, link, PHONE, twoStrangers, USER } from './two-people';
import type { Living } from './two-people';
import { joinings, sidedFacts } from './two-sides';
import type { Joining, SidedFact } from './two-sides';
import { broken } from './undo-invariants';
import { join, refusalOf, undo } from './undo-world';
import { useWorld } from './world';
import { groundOwners } from './ground-owner';

const world = useWorld();

describe('undoing a join at once', () => {
  const owners = ['automation', 'unassigned', 'phone', 'agent:anna', 'agent:ben'];
  const side = fc.record({
    owner: fc.constantFrom(...owners),
    isPaused: fc.boolean(),
    isFilled: fc.boolean(),
    needsHuman: fc.boolean(),
    contact: fc.constantFrom(undefined, null, 'contact-1', 'contact-2'),
    optedOut: fc.boolean(),
    username: fc.constantFrom(undefined, 'nora', 'norah'),
    hasOtherNumber: fc.boolean(),
    route: fc.constantFrom(null, 'automation', 'human'),
  });
  type Side = typeof side extends fc.Arbitrary<infer Value> ? Value : never;

  async function prepare(one: Living, given: Side, sender: Json): Promise<void> {
    if (given.isFilled)
      await fillConversation(world.pool, one, { name: `of ${one.id}`, lateReplies: 1.3, expected: 0.7 });
    await world.pool.query(
      `update conversation set owner = $2, paused_until = case when $3 then now() + interval '1 hour' end, epoch = 3,
         needs_human = $4, reason_code = case when $4 then 'send.failed' end, route_override = $5 where id = $1`,
      [one.id, given.owner, given.isPaused, given.needsHuman, given.route],
    );
    await groundOwners(world.pool);
    if (given.contact !== undefined) await link(world, one.buyer_id, given.contact);
    if (given.optedOut)
      await world.pool.query(
        `with wish as (insert into consent (key, buyer_id, value, source, reason_code, occurred_at)
           values ($1, $1::text::uuid, 'stop', 'earlier', 'opt_out.keyword', now()) returning *)
         update buyer set opted_out_at = wish.occurred_at, opted_out_reason = wish.reason_code from wish where buyer.id = $1::text::uuid`,
        [one.buyer_id],
      );
    const contacts = [
      {
        wa_id: sender['from'],
        user_id: sender['from_user_id'],
        profile: { name: `Name ${String(given.username)}`, username: given.username },
      },
    ];
    await world.take(bodyOf(change({ contacts, messages: [message({ timestamp: at(9), ...sender })] })));
    if (given.hasOtherNumber)
      await world.take(bodyOf(change({ messages: [message(sender)] }, 'messages', OTHER_NUMBER_ID)));
  }

  it('leaves every row as it was before', async () => {
    await fc.assert(
      fc.asyncProperty(side, side, fc.boolean(), async (ofPhone, ofUser, isUserOlder) => {
        await world.empty();
        const { phone, user } = await twoStrangers(world);
        await prepare(phone, ofPhone, { from: PHONE });
        await prepare(user, ofUser, { from_user_id: USER });
        // The conversation that goes on may be the one of the buyer that does not.
        if (isUserOlder)
          await world.pool.query(
            `update conversation set created_at = created_at - interval '1 day' where buyer_id = $1`,
            [user.buyer_id],
          );
        const before = await allRows(world);
        await join(world, phone, user);
        expect(refusalOf(await undo(world))).toBe('done');
        expect(await rowsOf(world, before)).toEqual(before);
      }),
      { numRuns: 15, seed: 21 },
    );
  });
});

describe('two buyers who were joined by mistake', () => {
  const WHO = `(select string_agg(distinct named.value, ' ' order by named.value) from buyer_identity as named
                 where named.buyer_id = held.buyer_id) as buyer`;
  /** Everything that names somebody, with its times, by who it is. */
  const held = () =>
    world.rows(
      `select ${WHO}, to_jsonb(held) - '{id,buyer_id}'::text[] as times
         from buyer_identity as held order by 1, kind, value, valid_from, valid_to`,
    );
  /** The same as far as it tells who had what when: times that touch say the same as one time. */
  // A username is only shown: since when both had one and the same is not told apart.
  const heldAtTimes = () =>
    world.rows(
      `select ${WHO}, kind, value, min(valid_from) as since, min(proven_from) as proven, max(seen_at) as seen,
              range_agg(tstzrange(valid_from, valid_to + interval '1 millisecond'))::text as times
         from buyer_identity as held where kind <> 'username' group by buyer_id, kind, value order by 1, kind, value`,
    );
  /** What was said, in whose conversation, but for what joined the two. */
  const said = () =>
    world.rows(
      `select string_agg(text, ' ' order by text) as texts, place.phone_number_id, place.owner,
              (select string_agg(distinct named.value, ' ' order by named.value) from buyer_identity as named
                where named.buyer_id = place.buyer_id) as buyer
         from message join conversation as place on place.id = conversation_id where text <> 'joining'
        group by place.id order by 1`,
    );
  /** Whoever has the first identifier of each side now, if there are two. */
  async function both(): Promise<[string, string] | null> {
    const [one, other] = await world.rows<{ id: string }>(
      'select id from buyer where joined_into is null order by created_at, id',
    );
    return one === undefined || other === undefined ? null : [one.id, other.id];
  }
  const namesOf = async (buyerId: string) =>
    await world.rows<{ kind: string; value: string }>(
      `select kind, value from buyer_identity where buyer_id = $1 and kind <> 'username'
        order by valid_to is null desc, kind, value`,
      [buyerId],
    );
  /** Joins the two by what both are known by; false where that joins nobody. */
  async function joinBy({ by, seconds }: Joining, [one, other]: [string, string]): Promise<boolean> {
    const sender: Record<string, string> = {};
    for (const buyerId of [one, other])
      for (const { kind, value } of await namesOf(buyerId)) {
        const field =
          { wa_id: 'from', bsuid: 'from_user_id', parent_bsuid: 'from_parent_user_id' }[kind] ?? '';
        if (field in sender) continue;
        sender[field] = value;
        break;
      }
    if (by === 'hand')
      await joinByHand(world.pool, { buyerIds: [one, other], actor: 'anna', reason: 'one person' });
    else if (by === 'message')
      await world.take(
        messages(
          message({ id: 'wamid.joining', timestamp: at(seconds), text: { body: 'joining' }, ...sender }),
        ),
      );
    else
      await world.take(
        messages(
          identityChange(
            {
              type: 'user_changed_number',
              user_id: sender['from_user_id'],
              parent_user_id: sender['from_parent_user_id'],
            },
            { id: 'wamid.joining', timestamp: at(seconds), from: sender['from'] },
          ),
        ),
      );
    return (await world.rows('select 1 from buyer_join')).length === 1;
  }
  const takeAll = async (facts: readonly SidedFact[], from: number) => {
    for (const [index, fact] of facts.entries()) await world.take(fact.body(`wamid.${from + index}`));
  };

  it('have the identifiers and conversations of before, with their times', async () => {
    const seen = { message: 0, report: 0, hand: 0 };
    await fc.assert(
      fc.asyncProperty(sidedFacts(8), joinings, async (facts, joining) => {
        await world.empty();
        await takeAll(facts, 0);
        const pair = await both();
        const before = { held: await held(), said: await said() };
        if (pair === null || !(await joinBy(joining, pair))) return;
        seen[joining.by] += 1;
        expect(refusalOf(await undo(world))).toBe('done');
        expect(await broken(world)).toEqual({});
        expect({ held: await held(), said: await said() }).toEqual(before);
      }),
      { numRuns: 40, seed: 23, endOnFailure: false },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(2);
  });

  it('have by what came since what they would have had, if it named one of them alone', async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(sidedFacts(5), joinings, sidedFacts(6), async (facts, joining, since) => {
        await world.empty();
        await takeAll(facts, 0);
        const pair = await both();
        if (pair === null || !(await joinBy(joining, pair))) return;
        await takeAll(since, facts.length);
        // What nobody of the one seemed to have any more has made a third buyer, who stays.
        if ((await buyers(world)).length > 1) return;
        expect(refusalOf(await undo(world))).toBe('done');
        expect(await broken(world)).toEqual({});
        const after = { held: await heldAtTimes(), said: await said() };
        await world.empty();
        await takeAll([...facts, ...since], 0);
        seen += 1;
        expect(after).toEqual({ held: await heldAtTimes(), said: await said() });
      }),
      { numRuns: 60, seed: 24, endOnFailure: false },
    );
    expect(seen).toBeGreaterThan(5);
  });
});

describe('any sequence of messages, joins and undoings', () => {
  const IDS = { from: [PHONE, '447700900102', '447700900103'], from_user_id: [USER, 'GB.2', 'GB.3'] };
  const sender = fc
    .record({
      from: fc.option(fc.constantFrom(...IDS.from), { nil: undefined }),
      from_user_id: fc.option(fc.constantFrom(...IDS.from_user_id), { nil: undefined }),
      from_parent_user_id: fc.option(fc.constantFrom('GB.ENT.1', 'GB.ENT.2'), { nil: undefined }),
    })
    .filter((one) => Object.values(one).some((id) => id !== undefined));
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(sender, fc.constantFrom(NUMBER_ID, OTHER_NUMBER_ID)) },
    { weight: 2, arbitrary: fc.nat(10) },
  );

  it('leaves every message in one living conversation and no identifier with two buyers', async () => {
    const seen = { undone: 0, later: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 18, size: 'max' }), async (steps) => {
        await world.empty();
        let said = 0;
        for (const one of steps) {
          if (typeof one !== 'number') {
            const [ids, number] = one;
            await world.take(
              bodyOf(
                change({ messages: [message({ ...ids, timestamp: at((said += 1)) })] }, 'messages', number),
              ),
            );
            continue;
          }
          const joins = await world.rows<{ id: number }>('select id from buyer_join order by id desc');
          const result = await undo(world, { joinId: joins[one % Math.max(1, joins.length)]?.id ?? 0 });
          if (result.kind === 'done') seen.undone += 1;
          else if (result.refusal === 'later_join_first') seen.later += 1;
        }
        expect(
          await world.rows('select error from webhook_item where assigned_at is null or error is not null'),
        ).toEqual([]);
        expect(
          await world.rows(
            `select 1 from message join conversation on conversation.id = conversation_id join buyer on buyer.id = buyer_id
              where merged_into is null and joined_into is null`,
          ),
        ).toHaveLength(said);
        expect(
          await world.rows(
            `select kind, value from buyer_identity where valid_to is null and kind <> 'username' group by 1, 2 having count(*) > 1`,
          ),
        ).toEqual([]);
        expect(
          await world.rows(
            `select 1 from buyer_identity join buyer on buyer.id = buyer_id where joined_into is not null`,
          ),
        ).toEqual([]);
        expect(
          await world.rows(
            `select 1 from conversation as gone join conversation as kept on kept.id = gone.merged_into where kept.merged_into is not null or kept.buyer_id <> gone.buyer_id`,
          ),
        ).toEqual([]);
      }),
      { numRuns: 35, seed: 22, endOnFailure: false },
    );
    expect(seen.undone).toBeGreaterThan(5);
    expect(seen.later).toBeGreaterThan(0);
  });
});
