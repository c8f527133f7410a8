import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { useWorld } from './world';

const BUYER = '447700900143';

const world = useWorld();

const question = message({
  id: 'wamid.q',
  from: BUYER,
  timestamp: at(10),
  text: { body: 'Do you have oak?' },
});
const EDIT = message({
  id: 'wamid.changed',
  from: BUYER,
  type: 'edit',
  text: undefined,
  timestamp: at(20),
  edit: { original_message_id: 'wamid.q', message: { type: 'text', text: { body: 'What does oak cost?' } } },
});
const REVOKE = message({
  id: 'wamid.changed',
  from: BUYER,
  type: 'revoke',
  text: undefined,
  timestamp: at(20),
  revoke: { original_message_id: 'wamid.q' },
});
const ofThePast = (item: Json) =>
  bodyOf(change({ history: [{ threads: [{ id: BUYER, messages: [item] }] }] }, 'history'));

/** A question that a turn has decided, and a reply to it that is about to leave. */
async function withPlannedReply(): Promise<void> {
  await world.take(messages(question));
  await world.pool.query(
    `with opened as (
       insert into episode (conversation_id, ordinal, opened_at, last_activity_at)
       select id, 1, now(), now() from conversation returning id, conversation_id
     ), begun as (
       insert into turn (conversation_id, episode_id, trigger_message_id, status)
       select opened.conversation_id, opened.id, message.id, 'decided' from opened, message returning id, episode_id
     ), decided as (
       insert into decision (key, conversation_id, episode_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
       select 'd', conversation_id, id, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1' from opened returning id
     ), planned as (
       insert into send (key, conversation_id, episode_id, kind, author, status, type, body, epoch, decision_id)
       select 'reply', opened.conversation_id, opened.id, 'reply', 'automation', 'planned', 'text', '{}', 0, decided.id
         from opened, decided
     )
     update message set turn_id = begun.id, episode_id = begun.episode_id from begun`,
  );
}
const send = async () => await world.rows('select status, reason_code from send');
const said = async () =>
  await world.rows(`select type, text, revoked_at is not null as revoked from message order by type`);

describe.each([
  { name: 'an edit', event: EDIT, reason: 'turn.edited' },
  { name: 'a revocation', event: REVOKE, reason: 'turn.revoked' },
])('$name that the history tells', ({ event, reason }) => {
  it('changes what is shown and triggers nothing: a planned reply leaves, nobody is woken, no turn is asked for', async () => {
    await withPlannedReply();
    expect(await world.take(ofThePast(event))).toEqual([]);
    expect(await send()).toEqual([{ status: 'planned', reason_code: null }]);
    expect(await said()).toEqual([
      {
        type: 'text',
        text: event === EDIT ? 'What does oak cost?' : 'Do you have oak?',
        revoked: event === REVOKE,
      },
    ]);
    expect(await world.rows('select 1 from message_event')).toHaveLength(1);
  });

  it('triggers what it triggers when it comes live as well, and only once', async () => {
    await withPlannedReply();
    await world.take(ofThePast(event));
    expect(await world.take(messages(event))).toHaveLength(1);
    expect(await send()).toEqual([{ status: 'recalled', reason_code: reason }]);
    const waiting = await world.rows('select 1 from message where turn_id is null');
    expect(waiting).toHaveLength(event === EDIT ? 1 : 0);
    expect(await world.take(ofThePast(event))).toEqual([]);
    expect(await world.rows('select 1 from message_event')).toHaveLength(1);
  });
});
