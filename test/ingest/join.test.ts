import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { inTransaction } from '../../platform/database';
import { loadReplyModel } from '../../platform/reply-model';
import { lockConversation } from '../../store/conversation.store';
import { at, bodyOf, change, message, messages, NUMBER_ID, OTHER_NUMBER_ID } from './bodies';
import { fillConversation } from './history-rows';
import { buyers, byBoth, byPhone, byUser, link, living, PHONE, twoStrangers, USER } from './two-people';
import type { Living } from './two-people';
import { useWorld } from './world';
import { groundOwners } from './ground-owner';

const world = useWorld();

describe('joining two conversations', () => {
  async function twoWithPast(): Promise<{ phone: Living; user: Living }> {
    const { phone, user } = await twoStrangers(world);
    await fillConversation(world.pool, phone, { name: 'older', lateReplies: 1, expected: 0.5 });
    await fillConversation(world.pool, user, { name: 'newer', lateReplies: 2, expected: 0.25 });
    return { phone, user };
  }

  it('owes WhatsApp what either owed, and is out of reach if either was', async () => {
    const { phone, user } = await twoWithPast();
    const hold = (id: string, seconds: number, level: number) =>
      world.rows(
        `update conversation set pair_borrowed_until = now() + $2 * interval '1 second',
            recipient_not_before = now() + $2 * interval '2 seconds', recipient_backoff_level = $3 where id = $1`,
        [id, seconds, level],
      );
    await hold(phone.id, 100, 1);
    await hold(user.id, 200, 3);
    await world.rows(
      `update buyer set unreachable_at = now(), unreachable_reason = 'whatsapp.unreachable' where id = $1`,
      [user.buyer_id],
    );
    await world.take(messages(byBoth()));
    const [held] = await world.rows<{ borrowed: number; held: number; level: number }>(
      `select extract(epoch from pair_borrowed_until - now())::float8 as borrowed, recipient_backoff_level as level,
          extract(epoch from recipient_not_before - now())::float8 as held from conversation where id = $1`,
      [phone.id],
    );
    expect(held?.level).toBe(3);
    expect(held?.borrowed).toBeGreaterThan(280);
    expect(held?.borrowed).toBeLessThanOrEqual(300);
    expect(held?.held).toBeGreaterThan(380);
    expect(await world.rows('select unreachable_reason as why from buyer where joined_into is null')).toEqual(
      [{ why: 'whatsapp.unreachable' }],
    );
  });

  it('the older one goes on with everything, and both must look', async () => {
    const { phone, user } = await twoWithPast();
    const tables = [
      'message',
      'episode',
      'turn',
      'send',
      'decision',
      'wait',
      'follow_up',
      'command',
      'crm_outbox',
    ];
    const before = await Promise.all(
      tables.map(async (table) => (await world.rows(`select 1 from ${table}`)).length),
    );
    const look = await world.take(messages(byBoth()));
    expect(new Set(look)).toEqual(new Set([phone.id, user.id]));
    expect(await living(world)).toEqual([phone]);
    for (const [index, table] of tables.entries()) {
      const there = await world.rows(`select 1 from ${table} where conversation_id = $1`, [phone.id]);
      expect({ table, isAllThere: there.length >= (before[index] ?? 0) }).toEqual({
        table,
        isAllThere: true,
      });
      expect(await world.rows(`select 1 from ${table} where conversation_id = $1`, [user.id])).toEqual([]);
    }
    expect(await world.rows('select merged_into from conversation where id = $1', [user.id])).toEqual([
      { merged_into: phone.id },
    ]);
  });

  it('episodes stand in one line, and at most one episode, turn and wait is open', async () => {
    const { phone } = await twoWithPast();
    await world.take(messages(byBoth()));
    const episodes = await world.rows<{ ordinal: number; is_open: boolean }>(
      'select ordinal, closed_at is null as is_open from episode where conversation_id = $1 order by ordinal',
      [phone.id],
    );
    expect(episodes.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4]);
    expect(episodes.map(({ is_open: isOpen }) => isOpen)).toEqual([false, false, false, true]);
    expect(await world.rows(`select 1 from turn where status = 'open'`)).toHaveLength(1);
    expect(await world.rows('select 1 from wait where ended_at is null')).toHaveLength(1);
    const open = await world.rows(
      `select 1 from message join turn on turn.id = message.turn_id where turn.status = 'open'`,
    );
    expect(open).toHaveLength(2);
  });

  it('a revocation that came into the other conversation takes effect', async () => {
    await world.take(messages(message({ id: 'wamid.words', from: PHONE, timestamp: at(1) })));
    const revoke = { original_message_id: 'wamid.words' };
    await world.take(messages(message({ from_user_id: USER, type: 'revoke', text: undefined, revoke })));
    const revoked = () => world.rows('select 1 from message where revoked_at is not null');
    expect(await revoked()).toHaveLength(0);
    await world.take(messages(byBoth()));
    expect(await revoked()).toHaveLength(1);
  });

  it('D and E add up', async () => {
    await twoWithPast();
    await world.take(messages(byBoth()));
    const [buyer] = await buyers(world);
    expect(
      await world.rows('select late_replies, expected_late_replies from buyer where id = $1', [buyer?.id]),
    ).toEqual([{ late_replies: 3, expected_late_replies: 0.75 }]);
  });

  it('whoever opted out in one of them has opted out', async () => {
    const { user } = await twoWithPast();
    await world.pool.query(
      `insert into consent (key, buyer_id, value, source, reason_code, occurred_at)
       values ('earlier:x', $1, 'stop', 'earlier', 'x', now())`,
      [user.buyer_id],
    );
    await world.take(messages(byBoth()));
    const [buyer] = await buyers(world);
    expect(await world.rows('select opted_out_reason from buyer where id = $1', [buyer?.id])).toEqual([
      { opted_out_reason: 'x' },
    ]);
  });

  it('an agent who owns one of them owns the joined one, and nothing of automation leaves', async () => {
    const { phone, user } = await twoWithPast();
    await world.pool.query(`update conversation set owner = 'agent:anna', epoch = 4 where id = $1`, [
      user.id,
    ]);
    await groundOwners(world.pool);
    await world.take(messages(byBoth()));
    expect(await world.rows('select owner, epoch from conversation where id = $1', [phone.id])).toEqual([
      { owner: 'agent:anna', epoch: 1 },
    ]);
    expect(await world.rows(`select 1 from send where status = 'planned' and kind <> 'human'`)).toEqual([]);
  });

  it('a reply that could leave before can still leave', async () => {
    const { phone } = await twoWithPast();
    await world.take(messages(byBoth()));
    const sends = await world.rows<{ epoch: number; status: string }>('select epoch, status from send');
    expect(sends).toEqual([
      { epoch: 0, status: 'planned' },
      { epoch: 0, status: 'planned' },
    ]);
    expect(await world.rows('select epoch from conversation where id = $1', [phone.id])).toEqual([
      { epoch: 0 },
    ]);
  });

  it('what is asked of the ended conversation is answered by the one that goes on', async () => {
    const { phone, user } = await twoWithPast();
    await world.take(messages(byBoth()));
    const locked = await inTransaction(world.pool, (client) => lockConversation(client, user.id));
    expect(locked?.id).toBe(phone.id);
  });

  it('the workflow of the ended conversation completes', async () => {
    const { user } = await twoWithPast();
    await world.take(messages(byBoth()));
    expect(await chooseNextStep(world.pool, loadReplyModel(), user.id)).toEqual({ kind: 'complete' });
  });

  it('conversations on other numbers only change their buyer', async () => {
    await world.take(messages(byPhone()));
    await world.take(bodyOf(change({ messages: [byUser()] }, 'messages', OTHER_NUMBER_ID)));
    const before = await living(world);
    await world.take(messages(byBoth()));
    const after = await living(world);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after.map((one) => one.phone_number_id)).toEqual([NUMBER_ID, OTHER_NUMBER_ID]);
    expect(new Set(after.map((one) => one.buyer_id)).size).toBe(1);
  });

  it('the surviving link holds and the other one ends with the reason', async () => {
    const { phone, user } = await twoWithPast();
    const held = await link(world, phone.buyer_id, 'contact-1');
    await link(world, user.buyer_id, null);
    await world.take(messages(byBoth()));
    const links = await world.rows<{ id: number; end_reason: string | null }>(
      'select id, end_reason from identity_link where buyer_id = $1 order by id',
      [phone.buyer_id],
    );
    expect(links).toEqual([
      { id: held.id, end_reason: null },
      { id: expect.any(Number) as number, end_reason: 'identity.joined' },
    ]);
    expect(await world.rows('select 1 from conversation where needs_human')).toEqual([]);
  });

  it('a contact that only the joined buyer had is taken over', async () => {
    const { phone, user } = await twoWithPast();
    await link(world, phone.buyer_id, null);
    await link(world, user.buyer_id, 'contact-2');
    await world.take(messages(byBoth()));
    expect(
      await world.rows('select contact_id from identity_link where buyer_id = $1 and ended_at is null', [
        phone.buyer_id,
      ]),
    ).toEqual([{ contact_id: 'contact-2' }]);
  });

  it('two different contacts are a question to a human', async () => {
    const { phone, user } = await twoWithPast();
    await link(world, phone.buyer_id, 'contact-1');
    await link(world, user.buyer_id, 'contact-2');
    await world.take(messages(byBoth()));
    expect(
      await world.rows('select needs_human, reason_code from conversation where id = $1', [phone.id]),
    ).toEqual([{ needs_human: true, reason_code: 'identity.joined_conflict' }]);
    expect(await world.rows('select is_conflict from buyer_join')).toEqual([{ is_conflict: true }]);
    expect(await world.rows(`select verdict, reason_code from decision where kind = 'identity'`)).toEqual([
      { verdict: 'join', reason_code: 'identity.joined_conflict' },
    ]);
  });

  it('what the join changed is remembered without any words', async () => {
    const { user } = await twoWithPast();
    await link(world, user.buyer_id, 'contact-2');
    await world.take(messages(byBoth()));
    const remembered = await world.rows<{ before: unknown }>('select before from buyer_join_row');
    expect(remembered.length).toBeGreaterThan(20);
    expect(JSON.stringify(remembered)).not.toContain('Hello');
  });
});
