import { randomUUID } from 'node:crypto';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { runCommand } from '../../store/commands/run-command';
import { readEpisodeContents } from '../../store/crm-content.store';
import { bodyOf, change } from '../ingest/bodies';
import { startTalk } from './talk';
import type { Talk } from './talk';

let talk: Talk;
beforeAll(async () => {
  talk = await startTalk();
});
afterAll(() => talk.end());

let lastWaId = 12_025_551_700;
const newWaId = () => String((lastWaId += 1));

/** An agent writes on the phone app so many hours ago, and the conversation looks. */
async function writesOnPhone(waId: string, text: string, hoursAgo = 0): Promise<string> {
  const timestamp = String(Math.floor(Date.now() / 1_000) - hoursAgo * 3_600);
  const echo = {
    from: '12025550100',
    to: waId,
    id: `wamid.${randomUUID()}`,
    timestamp,
    type: 'text',
    text: { body: text },
  };
  const body = bodyOf(change({ message_echoes: [echo] }, 'smb_message_echoes'));
  const [conversationId = ''] = await assignItems(
    talk.pool,
    await captureBody(talk.pool, Buffer.from(JSON.stringify(body))),
  );
  await talk.settle(conversationId);
  return conversationId;
}

/** What HubSpot is to be told of a conversation: the words of each log that waits to be written, oldest first. */
async function toldLogs(conversationId: string): Promise<(string | null)[][]> {
  const rows = await talk.rows<{ key: string }>(
    `select object_key as key from crm_outbox where conversation_id = $1 and object_kind = 'communication'
      group by object_key order by min(id)`,
    [conversationId],
  );
  const episodes = await readEpisodeContents(
    talk.pool,
    rows.map(({ key }) => key),
  );
  return rows.map(({ key }) =>
    (episodes.find((one) => one.episodeId === key)?.messages ?? []).map(({ text }) => text),
  );
}
const episodesOf = (conversationId: string) =>
  talk.rows('select closed_at is null as open from episode where conversation_id = $1 order by ordinal', [
    conversationId,
  ]);
const close = (conversationId: string) =>
  runCommand(talk.pool, {
    kind: 'close',
    arguments: {},
    conversationId,
    actor: 'anna',
    isVerified: true,
    idempotencyKey: randomUUID(),
  });

describe('what people write where no episode is open', () => {
  it('on the phone, to somebody who never wrote, is logged although nobody answers', async () => {
    const waId = newWaId();
    const conversationId = await writesOnPhone(waId, 'Your sofa is here.');
    expect(await toldLogs(conversationId)).toEqual([['Your sofa is here.']]);
    await writesOnPhone(waId, 'Shall we deliver it?');
    expect(await toldLogs(conversationId)).toEqual([['Your sofa is here.', 'Shall we deliver it?']]);
    expect(await episodesOf(conversationId)).toEqual([{ open: true }]);
  });

  it('on the phone, after the last episode was closed, has a log of its own', async () => {
    const waId = newWaId();
    const conversationId = await talk.says(waId, 'Do you have oak?');
    await close(conversationId);
    await writesOnPhone(waId, 'We have oak again.');
    expect((await toldLogs(conversationId)).at(-1)).toEqual(['We have oak again.']);
  });

  it('is continued by the answer', async () => {
    const waId = newWaId();
    const conversationId = await writesOnPhone(waId, 'Your sofa is here.');
    expect(await talk.says(waId, 'Great, when can I come?')).toBe(conversationId);
    expect(await episodesOf(conversationId)).toHaveLength(1);
    expect((await toldLogs(conversationId))[0]?.slice(0, 2)).toEqual([
      'Your sofa is here.',
      'Great, when can I come?',
    ]);
  });

  it('through the API, after the last episode was closed, is logged once it has left', async () => {
    const conversationId = await talk.says(newWaId(), 'Do you have oak?');
    await close(conversationId);
    const sent = await runCommand(talk.pool, {
      kind: 'send_message',
      arguments: { message: { type: 'text', text: { body: 'We have oak again.' } } },
      conversationId,
      actor: 'anna',
      isVerified: true,
      idempotencyKey: randomUUID(),
    });
    expect(sent.kind).toBe('done');
    await talk.pool.query(`update crm_outbox set done_at = now() where conversation_id = $1`, [
      conversationId,
    ]);
    await talk.settle(conversationId);
    const waiting = await talk.rows<{ key: string }>(
      `select distinct object_key as key from crm_outbox
        where conversation_id = $1 and object_kind = 'communication' and done_at is null`,
      [conversationId],
    );
    const episodes = await readEpisodeContents(
      talk.pool,
      waiting.map(({ key }) => key),
    );
    expect(episodes.flatMap(({ messages }) => messages.map(({ text }) => text))).toContain(
      'We have oak again.',
    );
  });

  it('long ago closes again as idle, and is logged', async () => {
    const conversationId = await writesOnPhone(newWaId(), 'Your sofa is here.', 24 * 30);
    expect(await toldLogs(conversationId)).toEqual([['Your sofa is here.']]);
    expect(await episodesOf(conversationId)).toEqual([{ open: false }]);
  });
});
