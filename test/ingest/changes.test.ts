import { conversationDetail } from '../../api/contract';
import { readConversation } from '../../api/read/conversation';
import { readEpisodeContents } from '../../store/crm-content.store';
import { readTurnMessages, readWaitingMessages } from '../../store/message.store';
import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { useWorld } from './world';

const FROM = '447700900110';

const world = useWorld();

const from = (more: Json): Json => message({ from: FROM, ...more });
const question = () => from({ id: 'wamid.question', text: { body: 'Do you have oak?' }, timestamp: at(10) });
const edit = (body: string, more: Json = {}) =>
  from({
    type: 'edit',
    text: undefined,
    edit: { original_message_id: 'wamid.question', message: { type: 'text', text: { body } } },
    timestamp: at(20),
    ...more,
  });
const revoke = (more: Json = {}) =>
  from({
    type: 'revoke',
    text: undefined,
    revoke: { original_message_id: 'wamid.question' },
    timestamp: at(30),
    ...more,
  });
const reaction = (content: Json, more: Json = {}) =>
  from({ type: 'reaction', text: undefined, reaction: content, timestamp: at(40), ...more });

async function theConversation() {
  const [row] = await world.rows<{ id: string }>('select id from conversation');
  const found = await readConversation(world.pool, row?.id ?? '');
  return conversationDetail.parse(found);
}
const shown = async () => (await theConversation()).messages;

/** As if a turn had been begun with all that waits and had been decided without an answer. */
async function decideTurn(): Promise<string> {
  const { id } = await theConversation();
  const [episode] = await world.rows<{ id: string }>(
    'insert into episode (conversation_id, ordinal, opened_at, last_activity_at) values ($1, 1, now(), now()) returning id',
    [id],
  );
  const [turn] = await world.rows<{ id: string }>(
    `insert into turn (conversation_id, episode_id, trigger_message_id, status)
     select $1, $2, id, 'decided' from message limit 1 returning id`,
    [id, episode?.id],
  );
  await world.pool.query('update message set turn_id = $1, episode_id = $2', [turn?.id, episode?.id]);
  await world.pool.query(
    `insert into decision (key, conversation_id, episode_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
     values ('d', $1, $2, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1')`,
    [id, episode?.id],
  );
  return turn?.id ?? '';
}

const waiting = async () => readWaitingMessages(world.pool, (await theConversation()).id);

describe('an edit', () => {
  it.each([
    ['after the message', [question, edit]],
    ['before the message', [edit, question]],
  ] as const)('%s changes the words shown and keeps the first ones', async (_order, [one, other]) => {
    await world.take(messages(one('And in white?')));
    await world.take(messages(other('And in white?')));
    expect(await shown()).toEqual([
      expect.objectContaining({
        text: 'And in white?',
        original_text: 'Do you have oak?',
        edited_at: expect.any(String) as string,
      }),
    ]);
    expect(await waiting()).toHaveLength(1);
  });

  it.each([[['first', 'second']], [['second', 'first']]])(
    'the newest of several edits shows: %j',
    async (order) => {
      await world.take(messages(question()));
      const edits = {
        first: edit('first', { timestamp: at(11) }),
        second: edit('second', { timestamp: at(12) }),
      };
      for (const name of order) await world.take(messages(name === 'first' ? edits.first : edits.second));
      expect(await shown()).toEqual([
        expect.objectContaining({ text: 'second', original_text: 'Do you have oak?' }),
      ]);
    },
  );

  it('of a question that a turn decided and nobody answered is judged again', async () => {
    await world.take(messages(question()));
    await decideTurn();
    const look = await world.take(messages(edit('What does oak cost?')));
    expect(look).toHaveLength(1);
    expect(await waiting()).toHaveLength(1);
    await world.pool.query(
      `insert into turn (conversation_id, episode_id, trigger_message_id)
       select conversation_id, (select id from episode), id from message where turn_id is null`,
    );
    await world.pool.query(
      `update message set turn_id = (select id from turn where status = 'open') where turn_id is null`,
    );
    const [turn] = await world.rows<{ id: string }>(`select id from turn where status = 'open'`);
    expect(await readTurnMessages(world.pool, turn?.id ?? '')).toEqual([
      expect.objectContaining({ type: 'text', text: 'What does oak cost?' }),
    ]);
    // It is shown once, as the message it belongs to.
    expect((await shown()).map(({ text }) => text)).toEqual(['What does oak cost?']);
    expect(await world.rows(`select 1 from crm_outbox where object_kind = 'communication'`)).toHaveLength(1);
  });

  it('of a question that was answered, or that changes nothing, begins no turn', async () => {
    await world.take(messages(question()));
    await decideTurn();
    await world.take(messages(edit('Do you have oak?')));
    expect(await waiting()).toEqual([]);
    await world.pool.query(
      `insert into message (conversation_id, direction, author, whatsapp_id, type, text, body, sent_at)
       select conversation_id, 'outbound', 'automation', 'wamid.ours', 'text', 'Yes', '{}', now() from message`,
    );
    await world.take(messages(edit('What does oak cost?', { timestamp: at(25) })));
    expect(await waiting()).toEqual([]);
    expect((await shown())[0]?.text).toBe('What does oak cost?');
  });

  it('by somebody else or without a message is kept and changes nothing', async () => {
    await world.take(messages(question()));
    await world.take(messages(edit('stolen', { from: '447700900111' })));
    await world.take(messages(from({ type: 'edit', text: undefined, edit: 'nonsense' })));
    const [conversation] = await world.rows<{ text: string }>(`select text from message`);
    expect(conversation?.text).toBe('Do you have oak?');
    expect(await world.rows('select kind from message_event order by id')).toEqual([
      { kind: 'edit' },
      { kind: 'notice' },
    ]);
  });
});

describe('a revocation', () => {
  it.each([
    ['after the message', [question, revoke]],
    ['before the message', [revoke, question]],
  ] as const)('%s marks it, and its words are no longer mirrored', async (_order, items) => {
    for (const item of items) await world.take(messages(item()));
    const [one] = await shown();
    expect(one?.revoked_at).not.toBeNull();
    const turn = await decideTurn();
    const [episode] = await world.rows<{ id: string }>('select id from episode');
    const [content] = await readEpisodeContents(world.pool, [episode?.id ?? '']);
    expect(content?.messages).toEqual([expect.objectContaining({ type: 'revoked', text: null })]);
    expect(await readTurnMessages(world.pool, turn)).toEqual([expect.objectContaining({ type: 'revoked' })]);
  });

  it('of a mirrored message writes its episode again', async () => {
    await world.take(messages(question()));
    await decideTurn();
    await world.take(messages(revoke()));
    expect(await world.rows(`select object_kind from crm_outbox`)).toEqual([
      { object_kind: 'communication' },
    ]);
  });
});

describe('a reaction', () => {
  it.each([
    ['an empty emoji', { message_id: 'wamid.question', emoji: '' }],
    ['no emoji', { message_id: 'wamid.question' }],
  ])('belongs to its message until it is taken back by %s', async (_how, removal) => {
    await world.take(messages(question()));
    await world.take(messages(reaction({ message_id: 'wamid.question', emoji: '👍' })));
    expect((await shown())[0]?.reactions).toEqual([
      { author: 'buyer', emoji: '👍', at: expect.any(String) as string },
    ]);
    await world.take(messages(reaction(removal, { timestamp: at(50) })));
    expect((await shown())[0]?.reactions).toEqual([]);
  });

  it('that arrives after its removal stays taken back', async () => {
    await world.take(messages(reaction({ message_id: 'wamid.question' }, { timestamp: at(50) })));
    await world.take(messages(reaction({ message_id: 'wamid.question', emoji: '👍' })));
    await world.take(messages(question()));
    expect((await shown()).map(({ reactions }) => reactions)).toEqual([[], [], []]);
  });

  it('stands in the episode of the message it is about', async () => {
    await world.take(messages(question()));
    await decideTurn();
    await world.take(messages(reaction({ message_id: 'wamid.question', emoji: '👍' })));
    const [episode] = await world.rows<{ id: string }>('select id from episode');
    expect(await waiting()).toEqual([expect.objectContaining({ quotedEpisodeId: episode?.id })]);
  });
});

describe('what somebody does on the phone app', () => {
  const echo = (...items: readonly Json[]) => bodyOf(change({ message_echoes: items }, 'smb_message_echoes'));
  const ours = (more: Json = {}) =>
    message({ from: '12025550100', to: FROM, id: 'wamid.echo', text: { body: 'We have oak.' }, ...more });

  it('an edit and a revocation belong to the message, hand over to the phone, and are never inbound', async () => {
    await world.take(echo(ours()));
    await world.pool.query(`update conversation set owner = 'automation'`);
    const edited = {
      type: 'edit',
      edit: { original_message_id: 'wamid.echo', message: { type: 'text', text: { body: 'Oak: 20 EUR.' } } },
    };
    await world.take(echo(ours({ id: 'wamid.e1', text: undefined, ...edited })));
    expect(await shown()).toEqual([expect.objectContaining({ direction: 'outbound', text: 'Oak: 20 EUR.' })]);
    expect((await theConversation()).owner).toBe('phone');
    const revoked = { type: 'revoke', revoke: { original_message_id: 'wamid.echo' } };
    await world.take(echo(ours({ id: 'wamid.r1', text: undefined, ...revoked })));
    expect((await shown())[0]?.revoked_at).not.toBeNull();
    expect(await waiting()).toEqual([]);
  });

  it('a buyer cannot change what we wrote', async () => {
    await world.take(echo(ours()));
    await world.take(
      messages(
        edit('cheaper', {
          edit: { original_message_id: 'wamid.echo', message: { type: 'text', text: { body: 'cheaper' } } },
        }),
      ),
    );
    expect((await shown())[0]?.text).toBe('We have oak.');
  });
});
