import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { runCommand } from '../../store/commands/run-command';
import { messagesBody, textMessage } from '../component/webhook-bodies';
import { waitFor } from '../support/wait-for';
import { startTalk } from './talk';
import type { Talk } from './talk';

let talk: Talk;
beforeAll(async () => {
  talk = await startTalk();
});
afterAll(() => talk.end());

/** A buyer has written, and an agent answers before the turn of that message begins. */
async function answerEarly(waId: string): Promise<string> {
  const id = await talk.simulator.write({ from: { wa_id: waId }, text: 'Hello' });
  const bytes = Buffer.from(JSON.stringify(messagesBody(textMessage(waId, 'Hello', { id }))));
  const [conversationId = ''] = await assignItems(talk.pool, await captureBody(talk.pool, bytes));
  const message = { type: 'text', text: { body: 'Anna here' } } as const;
  const { kind } = await runCommand(talk.pool, {
    kind: 'send_message',
    arguments: { message },
    conversationId,
    actor: 'anna',
    isVerified: true,
    idempotencyKey: `early-${waId}`,
  });
  expect(kind).toBe('done');
  return conversationId;
}

const withoutEpisode = (conversationId: string) =>
  talk.rows('select text from message where conversation_id = $1 and episode_id is null', [conversationId]);

describe('what an agent writes before the first turn', () => {
  it('stands in the episode that the turn opens', async () => {
    const conversationId = await answerEarly('12025550171');
    await talk.settle(conversationId);
    expect(await talk.texts('12025550171')).toEqual(['Anna here']);
    expect(await withoutEpisode(conversationId)).toEqual([]);
  });

  it('stands in it too when it leaves only after the turn has begun, and HubSpot is told', async () => {
    const waId = '12025550172';
    await talk.simulator.fault({ service: 'whatsapp', kind: 'error', code: 131000, times: 1 });
    const conversationId = await answerEarly(waId);
    await waitFor(
      async () => {
        await talk.settle(conversationId);
        return (await talk.texts(waId)).length === 1;
      },
      { what: 'the second try' },
    );
    expect(await withoutEpisode(conversationId)).toEqual([]);
    const [told] = await talk.rows<{ is_told: boolean }>(
      `select max(crm_outbox.created_at) >= max(send.settled_at) as is_told
         from crm_outbox, send where object_kind = 'communication' and crm_outbox.conversation_id = $1
          and send.conversation_id = $1`,
      [conversationId],
    );
    expect(told).toEqual({ is_told: true });
  });
});
