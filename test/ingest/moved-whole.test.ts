import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { resolveIdentity } from '../../activities/conversation/resolve-identity';
import { loadReplyModel } from '../../platform/reply-model';
import { at, bodyOf, change, message, messages, OTHER_NUMBER_ID } from './bodies';
import { BUYER, GIVEN_UP, createOwnerWorld } from './owner-world';
import type { OwnerWorld } from './owner-world';

let world: OwnerWorld;
beforeAll(async () => {
  world = await createOwnerWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

/** The owner of the number, who wrote to another number of ours only. */
const owner = () =>
  world.take(
    bodyOf(
      change(
        { messages: [message({ id: 'wamid.owner', from: BUYER, from_user_id: 'GB.1', timestamp: at(10) })] },
        'messages',
        OTHER_NUMBER_ID,
      ),
    ),
  );
/** Its owner tells late that they had given it up. */
const report = () => world.take(GIVEN_UP);
const placeOf = async (whatsappId: string) =>
  (
    await world.rows<{ id: string; buyer_id: string }>(
      `select conversation.id, buyer_id from message join conversation on conversation.id = conversation_id
        where whatsapp_id = $1`,
      [whatsappId],
    )
  )[0] ?? { id: '', buyer_id: '' };
const lookAt = (id: string) => chooseNextStep(world.pool, loadReplyModel(), id);
const waits = () =>
  world.rows('select conversation_id, buyer_id, ended_by, late_replies from wait order by id');
const sums = async (buyerId: string) =>
  (await world.rows('select late_replies, expected_late_replies from buyer where id = $1', [buyerId]))[0];

describe('a conversation that holds nothing but what was somebody else’s', () => {
  beforeEach(async () => {
    await owner();
    await world.ask(50, { id: 'wamid.stranger' });
    const { id } = await placeOf('wamid.stranger');
    await answer(id, 'one', 55);
    await lookAt(id);
    await world.ask(60, { id: 'wamid.thanks' });
    await answer(id, 'two', 65);
    await lookAt(id);
  });
  /** An answer of ours that has left. */
  const answer = (id: string, name: string, seconds: number) =>
    world.pool.query(
      `with grounds as (
         insert into decision (key, conversation_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
         values ($2, $1, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1') returning *
       ), sent as (
         insert into send (key, conversation_id, kind, author, status, type, body, epoch, decision_id)
         select $2, conversation_id, 'reply', 'automation', 'delivered', 'text', '{}', 0, id from grounds returning *
       )
       insert into message (conversation_id, direction, author, whatsapp_id, type, text, body, sent_at, captured_at, send_id)
       select conversation_id, 'outbound', 'automation', 'wamid.' || key, 'text', 'Yes', '{}', $3, now(), id from sent`,
      [id, name, new Date(Number(at(seconds)) * 1000)],
    );

  it('goes over as it is, with our answers and the waits for a reply', async () => {
    const before = await placeOf('wamid.stranger');
    await report();
    const after = await placeOf('wamid.stranger');
    expect(after.id).toBe(before.id);
    expect(after.buyer_id).not.toBe(before.buyer_id);
    for (const whatsappId of ['wamid.one', 'wamid.thanks', 'wamid.two'])
      expect(await placeOf(whatsappId)).toEqual(after);
    const place = { conversation_id: after.id, buyer_id: after.buyer_id };
    expect(await waits()).toMatchObject([
      { ...place, ended_by: 'reply' },
      { ...place, ended_by: null },
    ]);
    expect(
      await world.rows(
        `select (inputs ->> 'isWhole')::boolean as is_whole from decision where verdict = 'move'`,
      ),
    ).toEqual([{ is_whole: true }]);
  });

  it('takes along what its waits have counted', async () => {
    const before = await placeOf('wamid.stranger');
    const counted = { late_replies: 1, expected_late_replies: 0.25 };
    const columns = 'late_replies = 1, expected_late_replies = 0.25';
    await world.pool.query(`update wait set ${columns} where ended_by = 'reply'`);
    await world.pool.query(`update buyer set ${columns} where id = $1`, [before.buyer_id]);
    await report();
    expect(await sums((await placeOf('wamid.stranger')).buyer_id)).toEqual(counted);
    expect(await sums(before.buyer_id)).toEqual({ late_replies: 0, expected_late_replies: 0 });
  });
});

describe('a conversation in which nothing is left', () => {
  const emptied = async () =>
    (await world.rows<{ id: string }>('select id from conversation where merged_into is not null'))[0]?.id ??
    '';

  it('leaves no episode open, and the silence after a message of ours goes on where the message stands', async () => {
    await owner();
    await world.ask(50, { id: 'wamid.stranger' });
    const { id } = await placeOf('wamid.stranger');
    const next = await lookAt(id);
    if (next.kind !== 'turn') throw new Error('a turn was expected');
    await resolveIdentity(world.pool, next.turnId);
    await world.echo(55, 'We have oak.', { id: 'wamid.echo' });
    await lookAt(id);
    expect(await waits()).toHaveLength(1);
    await world.take(
      messages(message({ id: 'wamid.both', from: BUYER, from_user_id: 'GB.9', timestamp: at(70) })),
    );
    await report();
    expect(await emptied()).toBe(id);
    expect(
      await world.rows('select 1 from episode where conversation_id = $1 and closed_at is null', [id]),
    ).toEqual([]);
    const { id: theirs, buyer_id: buyerId } = await placeOf('wamid.echo');
    expect(await waits()).toEqual([
      { conversation_id: theirs, buyer_id: buyerId, ended_by: null, late_replies: null },
    ]);
  });
});
