import { at, bodyOf, change, identityChange, message, messages } from './bodies';
import type { Json } from './bodies';
import { fillConversation } from './history-rows';
import { byBoth, byPhone, byUser, link, living, PHONE, twoStrangers, USER } from './two-people';
import { lastJoin, refusalOf, undo } from './undo-world';
import { useWorld } from './world';
import { groundOwners } from './ground-owner';

const world = useWorld();

/** What every buyer said, in order, per buyer. */
const whoSaidWhat = async (): Promise<string[]> =>
  (
    await world.rows<{ words: string }>(
      `select string_agg(coalesce(text, type), ' ' order by sent_at, whatsapp_id) as words
         from message join conversation on conversation.id = conversation_id group by buyer_id order by 1`,
    )
  ).map(({ words }) => words);

describe('undoing a join', () => {
  it('gives what came since to the one it names, and the rest to the one that went on', async () => {
    await twoStrangers(world);
    await world.take(messages(byBoth({ text: { body: 'both' } })));
    await world.take(messages(byUser({ text: { body: 'theirs' }, timestamp: at(11) })));
    await world.take(messages(byPhone({ text: { body: 'ours' }, timestamp: at(12) })));
    await world.take(
      messages(byUser({ from_parent_user_id: 'GB.ENT.7', text: { body: 'parent' }, timestamp: at(13) })),
    );
    await world.take(
      messages(message({ from_parent_user_id: 'GB.ENT.7', text: { body: 'again' }, timestamp: at(14) })),
    );
    expect(refusalOf(await undo(world))).toBe('done');
    expect(await whoSaidWhat()).toEqual(['Hello both ours', 'Hello theirs parent again'].sort());
    await world.take(
      messages(message({ from_parent_user_id: 'GB.ENT.7', text: { body: 'later' }, timestamp: at(15) })),
    );
    expect(await whoSaidWhat()).toContain('Hello theirs parent again later');
  });

  it('lets nobody keep a name of the other', async () => {
    const named = (name: string, sender: Json, seconds: number) =>
      bodyOf(
        change({
          contacts: [
            {
              wa_id: sender['from'],
              user_id: sender['from_user_id'],
              profile: { name, username: `@${name}` },
            },
          ],
          messages: [message({ ...sender, timestamp: at(seconds) })],
        }),
      );
    await world.take(named('Nora', { from: PHONE }, 1));
    await world.take(named('Olga', { from_user_id: USER }, 2));
    await world.take(messages(byBoth()));
    await world.take(named('Olga2', { from_user_id: USER }, 5));
    await undo(world);
    expect(
      await world.rows(
        `select display_name as name, (select value from buyer_identity where buyer_id = buyer.id and kind = 'username' and valid_to is null) as username
           from buyer order by created_at`,
      ),
    ).toEqual([
      { name: 'Nora', username: expect.any(String) as string },
      { name: 'Olga2', username: 'Olga2' },
    ]);
  });

  it('is not undone by the same evidence again; a new message of both asks a person', async () => {
    await twoStrangers(world);
    const body = messages(byBoth());
    await world.take(body);
    await undo(world);
    await world.take(body);
    expect(await living(world)).toHaveLength(2);
    expect(await world.rows('select 1 from conversation where needs_human')).toEqual([]);

    const look = await world.take(messages(byBoth({ text: { body: 'new' }, timestamp: at(30) })));
    expect(await living(world)).toHaveLength(2);
    expect(look).toEqual(expect.arrayContaining((await living(world)).map(({ id }) => id)));
    expect(await world.rows('select needs_human, reason_code from conversation')).toEqual([
      { needs_human: true, reason_code: 'identity.kept_apart' },
      { needs_human: true, reason_code: 'identity.kept_apart' },
    ]);
    expect(await whoSaidWhat()).toContain('Hello new');
  });

  it('takes back what one changed in a message of the other', async () => {
    await world.take(messages(byPhone({ id: 'wamid.words' })));
    const revoke = { original_message_id: 'wamid.words' };
    const edit = { original_message_id: 'wamid.words', message: { type: 'text', text: { body: 'Changed' } } };
    await world.take(messages(byUser({ type: 'revoke', text: undefined, revoke })));
    await world.take(messages(byUser({ type: 'edit', text: undefined, edit })));
    await world.take(messages(byBoth({ timestamp: at(5) })));
    const theMessage = () =>
      world.rows(
        `select text, original_text, edited_at is null as is_unchanged, revoked_at is null as is_there from message where whatsapp_id = 'wamid.words'`,
      );
    expect(await theMessage()).toEqual([
      { text: 'Changed', original_text: 'Hello', is_unchanged: false, is_there: false },
    ]);
    await undo(world);
    expect(await theMessage()).toEqual([
      { text: 'Hello', original_text: null, is_unchanged: true, is_there: true },
    ]);
  });

  it('tells both workflows to look, and a person where a turn had decided for both', async () => {
    const { phone, user } = await twoStrangers(world);
    await fillConversation(world.pool, phone, { name: 'one', lateReplies: 0, expected: 0 });
    await fillConversation(world.pool, user, { name: 'other', lateReplies: 0, expected: 0 });
    await world.take(messages(byBoth()));
    await world.pool.query(`update turn set status = 'decided', ended_at = now() where status = 'open'`);
    const result = await undo(world);
    expect(result).toMatchObject({ kind: 'done', lookAt: [phone.id, user.id] });
    expect(
      await world.rows('select id, needs_human, reason_code from conversation order by created_at'),
    ).toEqual([
      { id: phone.id, needs_human: false, reason_code: null },
      { id: user.id, needs_human: true, reason_code: 'identity.join_undone' },
    ]);
    expect(
      await world.rows(`select verdict from decision where reason_code = 'identity.join_undone'`),
    ).toHaveLength(2);
  });

  it('moves a message that was decided since with a question to a person, never with a second answer', async () => {
    const { phone, user } = await twoStrangers(world);
    await fillConversation(world.pool, user, { name: 'other', lateReplies: 0, expected: 0 });
    await world.pool.query(`update turn set status = 'decided'`);
    await world.take(messages(byBoth()));
    await world.take(messages(byUser({ id: 'wamid.theirs', timestamp: at(9) })));
    const [turn] = await world.rows<{ id: string }>(
      `insert into turn (conversation_id, episode_id, trigger_message_id, status, ended_at)
       select $1, (select id from episode order by ordinal desc limit 1), id, 'decided', now() from message where whatsapp_id = 'wamid.theirs'
       returning id`,
      [phone.id],
    );
    await world.pool.query(`update message set turn_id = $1 where whatsapp_id = 'wamid.theirs'`, [turn?.id]);
    await undo(world);
    expect(
      await world.rows(
        `select conversation_id, turn_id, needs_human from message join conversation on conversation.id = conversation_id where whatsapp_id = 'wamid.theirs'`,
      ),
    ).toEqual([{ conversation_id: user.id, turn_id: turn?.id, needs_human: true }]);
  });

  it('gives a contact that came with the joined buyer back with it', async () => {
    const { phone, user } = await twoStrangers(world);
    await link(world, phone.buyer_id, null);
    await link(world, user.buyer_id, 'contact-2');
    await world.take(messages(byBoth()));
    await undo(world);
    const current = await world.rows('select buyer_id, contact_id from identity_link where ended_at is null');
    expect(current).toEqual(
      expect.arrayContaining([
        { buyer_id: phone.buyer_id, contact_id: null },
        { buyer_id: user.buyer_id, contact_id: 'contact-2' },
      ]),
    );
  });

  it('keeps who a person gave the conversation to since', async () => {
    const { phone, user } = await twoStrangers(world);
    await world.pool.query(`update conversation set owner = 'phone' where id = $1`, [user.id]);
    await groundOwners(world.pool);
    await world.take(messages(byBoth()));
    await world.pool.query(`update conversation set owner = 'agent:ben', epoch = epoch + 1 where id = $1`, [
      phone.id,
    ]);
    await undo(world);
    expect(await world.rows('select owner from conversation order by created_at')).toEqual([
      { owner: 'agent:ben' },
      { owner: 'phone' },
    ]);
  });

  it('gives a wish to the one who told it, and one that only we know of to both', async () => {
    const { phone, user } = await twoStrangers(world);
    await world.take(messages(byBoth()));
    const stop = { user_id: USER, value: 'stop', category: 'marketing_messages', timestamp: Number(at(9)) };
    await world.take(bodyOf(change({ user_preferences: [stop] }, 'user_preferences')));
    await undo(world);
    const optedOut = () =>
      world.rows<{ id: string; is_out: boolean }>(
        'select id, opted_out_at is not null as is_out from buyer order by created_at',
      );
    expect(await optedOut()).toEqual([
      { id: phone.buyer_id, is_out: false },
      { id: user.buyer_id, is_out: true },
    ]);
    await world.take(messages(message({ from: '447700900103', timestamp: at(20) })));
    await world.take(messages(byPhone({ from: '447700900103', from_parent_user_id: 'GB.ENT.3' })));
    await world.take(messages(byPhone({ from_parent_user_id: 'GB.ENT.3', timestamp: at(21) })));
    await world.pool.query(
      `insert into consent (key, buyer_id, value, source, reason_code, occurred_at, decision_id)
       select 'agent', $1, 'stop', 'command', 'opt_out.agent', now(), min(id) from decision`,
      [phone.buyer_id],
    );
    await undo(world);
    expect((await optedOut()).filter(({ is_out: isOut }) => isOut)).toHaveLength(3);
  });

  it('parts what Meta’s agent said since', async () => {
    await twoStrangers(world);
    await world.take(messages(byBoth()));
    const ours = { from: '12025550100', text: { body: 'meta' }, timestamp: at(12) };
    await world.take(bodyOf(change({ messages: [message({ ...ours, to_user_id: USER })] }, 'standby')));
    expect(await world.rows(`select 1 from conversation where owner = 'meta'`)).toHaveLength(1);
    await undo(world);
    expect(await whoSaidWhat()).toContain('Hello meta');
  });

  it('leaves alone what somebody has ordered again since', async () => {
    const { phone, user } = await twoStrangers(world);
    await world.pool.query(`update conversation set owner = 'agent:anna' where id = $1`, [user.id]);
    await groundOwners(world.pool);
    await world.take(messages(byBoth()));
    await world.pool.query(`update conversation set owner_since = clock_timestamp() where id = $1`, [
      phone.id,
    ]);
    await undo(world);
    expect(await world.rows('select owner from conversation')).toEqual([
      { owner: 'agent:anna' },
      { owner: 'agent:anna' },
    ]);
  });

  it('parts a change of number that was reported since', async () => {
    await twoStrangers(world);
    await world.take(messages(byBoth()));
    const system = { type: 'user_changed_user_id', user_id: 'GB.2', previous_user_id: USER };
    await world.take(messages(identityChange(system, { timestamp: at(10) })));
    await world.take(messages(message({ from_user_id: 'GB.2', text: { body: 'after' }, timestamp: at(11) })));
    await undo(world);
    expect(await whoSaidWhat()).toContain('Hello after');
  });
});

describe('a join is not undone', () => {
  it('twice, but the same key is told the same', async () => {
    await twoStrangers(world);
    await world.take(messages(byBoth()));
    const id = await lastJoin(world);
    const first = await undo(world, { joinId: id, key: 'anna:key' });
    const again = await undo(world, { joinId: id, key: 'anna:key' });
    expect(again).toEqual({ ...first, isRepeated: true, lookAt: [] });
    expect(refusalOf(await undo(world, { joinId: id }))).toBe('join_already_undone');
    expect(refusalOf(await undo(world, { joinId: id + 1 }))).toBe('join_not_found');
    expect(
      await world.rows(`select kind, actor, reason, buyer_join_id from command where kind = 'undo_join'`),
    ).toEqual([{ kind: 'undo_join', actor: 'anna', reason: 'two sisters', buyer_join_id: id }]);
  });

  it('before a later one that was built on it', async () => {
    await twoStrangers(world);
    await world.take(messages(byBoth()));
    const first = await lastJoin(world);
    await world.take(messages(message({ from_parent_user_id: 'GB.ENT.7' })));
    await world.take(messages(byBoth({ from_parent_user_id: 'GB.ENT.7' })));
    const second = await lastJoin(world);
    expect(await undo(world, { joinId: first })).toEqual({
      kind: 'refused',
      refusal: 'later_join_first',
      details: { later_join_id: second },
      lookAt: [],
    });
    expect(refusalOf(await undo(world, { joinId: second }))).toBe('done');
    expect(refusalOf(await undo(world, { joinId: first }))).toBe('done');
    expect(await living(world)).toHaveLength(3);
  });

  it('while a message that came since is being decided', async () => {
    const { phone } = await twoStrangers(world);
    await fillConversation(world.pool, phone, { name: 'one', lateReplies: 0, expected: 0 });
    await world.take(messages(byBoth()));
    await world.pool.query(`update turn set started_at = clock_timestamp()`);
    expect(refusalOf(await undo(world))).toBe('join_under_way');
    expect(await living(world)).toHaveLength(1);
  });
});
