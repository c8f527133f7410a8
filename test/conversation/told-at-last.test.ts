import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { messagesBody, textMessage } from '../component/webhook-bodies';
import { startTalk } from './talk';
import type { Talk } from './talk';

let talk: Talk;
beforeAll(async () => {
  talk = await startTalk();
});
afterAll(() => talk.end());

const WA_ID = '12025550188';

async function take(message: Readonly<Record<string, unknown>>): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(messagesBody(message)));
  const [conversationId = ''] = await assignItems(talk.pool, await captureBody(talk.pool, bytes));
  return conversationId;
}

it('a wish not to be written to is obeyed that WhatsApp passes on only after its place was decided on', async () => {
  const id = await talk.simulator.write({ from: { wa_id: WA_ID }, text: 'STOP' });
  const notice = { ...textMessage(WA_ID, '', { id }), type: 'unsupported', errors: [{ code: 131051 }] };
  const conversationId = await take({ ...notice, text: undefined });
  await talk.settle(conversationId);
  const optOut = () =>
    talk.rows(
      `select buyer.opted_out_at is not null as is_out from buyer join conversation on buyer.id = buyer_id
        where conversation.id = $1`,
      [conversationId],
    );
  expect(await optOut()).toEqual([{ is_out: false }]);
  expect(await take(textMessage(WA_ID, 'STOP', { id }))).toBe(conversationId);
  await talk.settle(conversationId);
  expect(await optOut()).toEqual([{ is_out: true }]);
  expect(
    await talk.rows('select status from turn where conversation_id = $1 order by status', [conversationId]),
  ).toEqual([{ status: 'decided' }, { status: 'joined' }]);
});
