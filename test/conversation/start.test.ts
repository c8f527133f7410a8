import { randomUUID } from 'node:crypto';
import { judgeFollowUp } from '../../activities/conversation/follow-up';
import { createWhatsAppClient } from '../../activities/whatsapp/whatsapp.client';
import { startConversation } from '../../api/ingest/start-conversation';
import type { CommandOrder } from '../../store/commands/command.types';
import { runCommand } from '../../store/commands/run-command';
import { syncTemplates } from '../../worker/keep-templates';
import { http } from '../support/http';
import { TEST_SETTINGS } from '../support/settings';
import { templateMessage } from '../templates/world';
import { startTalk } from './talk';
import type { Talk } from './talk';
import { PATIENCE_MS } from '../support/wait-for';

const NUMBER = TEST_SETTINGS.whatsappPhoneNumberId;
const BODY = [{ type: 'BODY', text: 'Hello {{1}}, may we help?' }];

let talk: Talk;
beforeAll(async () => {
  talk = await startTalk((policy) =>
    policy.replace(
      /^follow_up:\n/m,
      `follow_up:\n  template: { name: still_there, language: es_MX, parameters: ['{first_name|there}'] }\n`,
    ),
  );
  await talk.pool.query(`insert into number (phone_number_id, mode) values ($1, 'live')`, [NUMBER]);
  for (const [name, language] of [
    ['may_we_help', 'en_US'],
    ['still_there', 'es'],
  ])
    await control('/whatsapp/templates', {
      name,
      language,
      status: 'APPROVED',
      category: 'UTILITY',
      components: BODY,
    });
  await sync();
});
afterAll(() => talk.end());

const control = (path: string, json: object) => http(`${talk.simulator.url}/control${path}`, { json });
const sync = () =>
  syncTemplates({
    database: talk.pool,
    whatsapp: createWhatsAppClient({
      baseUrl: `${talk.simulator.url}/whatsapp`,
      apiVersion: TEST_SETTINGS.whatsappApiVersion,
      accessToken: TEST_SETTINGS.whatsappAccessToken,
      timeoutMs: PATIENCE_MS,
      connectTimeoutMs: PATIENCE_MS,
    }),
    logger: { info: () => undefined },
    wabaId: TEST_SETTINGS.whatsappBusinessAccountId,
    everyMs: 1,
  });
const begin = (waId: string, name = 'may_we_help') =>
  startConversation(talk.pool, {
    phoneNumberId: NUMBER,
    identifier: waId,
    actor: 'anna',
    idempotencyKey: randomUUID(),
    arguments: {
      message: templateMessage(name, ['Nora']),
      optIn: { how: 'web form', when: '2026-01-05T10:00:00.000Z', evidence: 'order 4711' },
      expectsAnswer: true,
    },
  });
const order = (conversationId: string, what: CommandOrder) =>
  runCommand(talk.pool, {
    ...what,
    conversationId,
    actor: 'anna',
    isVerified: true,
    idempotencyKey: randomUUID(),
  });
const text = {
  kind: 'send_message',
  arguments: { message: { type: 'text', text: { body: 'It is 490 USD.' } } },
} as const;

test('a conversation begun by a template: the buyer answers, the window opens, automation may go on', async () => {
  const buyer = '12025550151';
  const { conversationId } = await begin(buyer);
  if (conversationId === null) throw new Error('not begun');
  await talk.settle(conversationId);
  expect(await talk.texts(buyer)).toHaveLength(1);

  const early = await order(conversationId, text);
  expect(early).toMatchObject({ kind: 'refused', refusal: 'outside_window' });

  expect(await talk.says(buyer, 'Yes, how much is the set?')).toBe(conversationId);
  expect(await order(conversationId, text)).toMatchObject({ kind: 'done' });
  await talk.settle(conversationId);
  expect((await talk.texts(buyer)).at(-1)).toBe('It is 490 USD.');

  expect(await order(conversationId, { kind: 'hand_back', arguments: {} })).toMatchObject({ kind: 'done' });
  await talk.says(buyer, 'How much is the set in black?');
  expect((await talk.texts(buyer)).at(-1)).toMatch(/490 USD/);
});

test('a follow-up whose time lies outside the window goes as the policy’s template, in the language there is', async () => {
  const buyer = '12025550152';
  const id = await talk.says(buyer, 'How much is the set?');
  // A day and more passes for everybody: the answer was sent, the follow-up is due, no window is open.
  await talk.pool.query(
    `update message set sent_at = sent_at - interval '26 hours', captured_at = captured_at - interval '26 hours' where conversation_id = $1`,
    [id],
  );
  await control('/clock', { advance_ms: 26 * 3_600_000 });
  const [followUp] = await talk.rows<{ id: string }>(
    `update follow_up set due_at = now() where conversation_id = $1 and status = 'planned' returning id`,
    [id],
  );
  await judgeFollowUp(talk.pool, followUp?.id ?? '');
  await talk.settle(id);
  expect(
    await talk.rows(
      'select status, type, body -> $2 as body from send where conversation_id = $1 and kind = $3',
      [id, 'template', 'follow_up'],
    ),
  ).toMatchObject([
    { status: 'accepted', type: 'template', body: { name: 'still_there', language: { code: 'es' } } },
  ]);
  const [decision] = await talk.rows<{ details: object }>(
    `select details from decision where conversation_id = $1 and verdict = 'send'`,
    [id],
  );
  expect(decision?.details).toMatchObject({ template_language: 'es', template_step: 'base' });
});

test('a follow-up whose template was paused asks a person instead', async () => {
  const buyer = '12025550153';
  const id = await talk.says(buyer, 'How much is the set?');
  await talk.pool.query(
    `update message set sent_at = sent_at - interval '26 hours', captured_at = captured_at - interval '26 hours' where conversation_id = $1`,
    [id],
  );
  await control('/whatsapp/templates/review', { name: 'still_there', language: 'es', status: 'PAUSED' });
  await sync();
  const [followUp] = await talk.rows<{ id: string }>(
    `update follow_up set due_at = now() where conversation_id = $1 and status = 'planned' returning id`,
    [id],
  );
  await judgeFollowUp(talk.pool, followUp?.id ?? '');
  expect(await talk.rows('select status, reason_code from follow_up where id = $1', [followUp?.id])).toEqual([
    { status: 'skipped', reason_code: 'template.paused' },
  ]);
  expect(await talk.rows('select needs_human, reason_code from conversation where id = $1', [id])).toEqual([
    { needs_human: true, reason_code: 'template.paused' },
  ]);
});

test('a message of ours where nobody ever wrote leads to no other, and not to an endless search for it', async () => {
  const [fresh] = await talk.rows<{ id: string }>(
    `with person as (insert into buyer default values returning id)
     insert into conversation (phone_number_id, buyer_id) select $1, id from person returning id`,
    [NUMBER],
  );
  await talk.pool.query(
    `insert into message (conversation_id, direction, author, whatsapp_id, type, body, sent_at)
     values ($1, 'outbound', 'phone', $2, 'text', '{}', now())`,
    [fresh?.id, `wamid.${randomUUID()}`],
  );
  await talk.settle(fresh?.id ?? '');
  expect(
    await talk.rows('select status, reason_code from follow_up where conversation_id = $1', [fresh?.id]),
  ).toEqual([{ status: 'skipped', reason_code: 'silence.nothing_asked' }]);
  expect(await talk.rows('select 1 from send where conversation_id = $1', [fresh?.id])).toEqual([]);
});
