import { captureBody } from '../../api/ingest/capture';
import { findUnassigned, assignItems } from '../../api/ingest/assign';
import { listMessagePage } from '../../api/read/conversation-messages';
import { listTimeline } from '../../api/read/timeline';
import { pageOfMessages, pageOfTimeline } from '../../api/contract/page.contract';
import { readInboundSinceOurLast } from '../../store/context.store';
import { readEpisodeContents } from '../../store/crm-content.store';
import { readLastSaid, readTurnMessages, readWaitingMessages } from '../../store/message.store';
import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { useWorld } from './world';

const BUYER = '447700900141';
const WORDS = ['one', 'two', 'three', 'four', 'five', 'six'];
/** In an order of ids that is neither that of the words nor its reverse. */
const IDS = ['m', 'z', 'a', 'q', 'c', 'x'];
const SIX = WORDS.map((body, place) =>
  message({ id: `wamid.${IDS[place] ?? ''}`, from: BUYER, timestamp: at(5), text: { body } }),
);

const world = useWorld();

async function conversationId(): Promise<string> {
  const [one] = await world.rows<{ id: string }>('select id from conversation');
  if (one === undefined) throw new Error('there is no conversation');
  return one.id;
}

/** Puts everything into one turn of one episode. */
async function inOneTurn(): Promise<{ turnId: string; episodeId: string }> {
  const [made] = await world.rows<{ turnId: string; episodeId: string }>(
    `with opened as (
       insert into episode (conversation_id, ordinal, opened_at, last_activity_at)
       select id, 1, now(), now() from conversation returning id, conversation_id
     ), begun as (
       insert into turn (conversation_id, episode_id, trigger_message_id)
       select conversation_id, id, (select id from message limit 1) from opened returning id, episode_id
     ), put as (
       update message set turn_id = begun.id, episode_id = begun.episode_id from begun
     )
     select id as "turnId", episode_id as "episodeId" from begun`,
  );
  if (made === undefined) throw new Error('there is no conversation');
  return made;
}

async function textsOfPages(): Promise<(string | null)[]> {
  const seen: (string | null)[] = [];
  let cursor: string | null = null;
  do {
    const given = pageOfMessages.cursor.parse(cursor ?? undefined);
    const page = await listMessagePage(
      world.pool,
      { conversationId: await conversationId(), limit: 2, cursor: given },
      null,
    );
    seen.push(...page.items.map(({ text }) => text));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return seen.reverse();
}

async function textsOfTimeline(): Promise<(string | null)[]> {
  const seen: (string | null)[] = [];
  let cursor: string | null = null;
  do {
    const given = pageOfTimeline.cursor.parse(cursor ?? undefined);
    const page = await listTimeline(world.pool, await conversationId(), { limit: 2, cursor: given });
    seen.push(...page.items.filter(({ kind }) => kind === 'message').map(({ text }) => text));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return seen.reverse();
}

async function waitingTexts(): Promise<string[]> {
  const waiting = await readWaitingMessages(world.pool, await conversationId());
  const texts = await world.rows<{ id: string; text: string }>('select id, text from message');
  return waiting.map(({ id }) => texts.find((one) => one.id === id)?.text ?? '');
}

/** The words wherever somebody reads them. */
async function readEverywhere() {
  const waiting = await waitingTexts();
  const { turnId, episodeId } = await inOneTurn();
  const [episode] = await readEpisodeContents(world.pool, [episodeId]);
  const { lastMessageId } = await readLastSaid(world.pool, await conversationId());
  const last = await world.rows<{ text: string }>('select text from message where id = $1', [lastMessageId]);
  return {
    waiting,
    turn: (await readTurnMessages(world.pool, turnId)).map(({ text }) => text),
    pages: await textsOfPages(),
    timeline: await textsOfTimeline(),
    hubspot: episode?.messages.map(({ text }) => text),
    last: last[0]?.text,
  };
}
const everywhere = (words: readonly string[]) => ({
  waiting: words,
  turn: words,
  pages: words,
  timeline: words,
  hubspot: words,
  last: words.at(-1),
});

describe('messages of one second in one body', () => {
  it('are read in the order of the body', async () => {
    await world.take(messages(...SIX));
    expect(await readEverywhere()).toEqual(everywhere(WORDS));
  });

  it('also when the same body brings its first one again at its end', async () => {
    const [first, ...others] = SIX;
    await world.take(messages(first ?? {}, ...others, first ?? {}));
    expect(await readEverywhere()).toEqual(everywhere(WORDS));
  });

  it('also over several changes', async () => {
    const changes = SIX.map((one) => change({ messages: [one] }));
    await world.take(bodyOf(...changes));
    expect(await readEverywhere()).toEqual(everywhere(WORDS));
  });

  it('also when the process died after the answer, and the sweep finds them', async () => {
    await captureBody(world.pool, Buffer.from(JSON.stringify(messages(...SIX))));
    await assignItems(world.pool, await findUnassigned(world.pool, -1_000, 10));
    expect(await readEverywhere()).toEqual(everywhere(WORDS));
  });

  it('also when they were left behind and the buyer writes again', async () => {
    await captureBody(world.pool, Buffer.from(JSON.stringify(messages(...SIX))));
    await world.take(messages(message({ from: BUYER, timestamp: at(6), text: { body: 'seven' } })));
    expect(await readEverywhere()).toEqual(everywhere([...WORDS, 'seven']));
  });

  it('of the past, too', async () => {
    const past = SIX.map((one): Json => ({ ...one, timestamp: at(-86_400) }));
    await world.take(bodyOf(change({ history: [{ threads: [{ id: BUYER, messages: past }] }] }, 'history')));
    expect(await textsOfPages()).toEqual(WORDS);
  });
});

describe('an answer on the phone and a message of the same second in one body', () => {
  const asked = change({
    messages: [message({ id: 'wamid.b', from: BUYER, timestamp: at(5), text: { body: 'Well?' } })],
  });
  const answered = change(
    {
      message_echoes: [
        message({ id: 'wamid.a', from: '12025550100', to: BUYER, timestamp: at(5), text: { body: 'Yes.' } }),
      ],
    },
    'smb_message_echoes',
  );
  const known = async () => ({
    lastBy: (await readLastSaid(world.pool, await conversationId())).lastBy,
    open: (await readInboundSinceOurLast(world.pool, await conversationId())).inboundSinceOurLast,
  });

  it('whoever stands last in the body had the last word: the buyer', async () => {
    await world.take(bodyOf(answered, asked));
    expect(await known()).toEqual({ lastBy: 'buyer', open: 1 });
  });

  it('whoever stands last in the body had the last word: we', async () => {
    await world.take(bodyOf(asked, answered));
    expect(await known()).toEqual({ lastBy: 'us', open: 0 });
  });
});
