import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DOCUMENT } from '../api/document';
import { expectStatus } from '../support/api-client';
import { http } from '../support/http';
import { TEST_SETTINGS } from '../support/settings';
import { waitFor } from '../support/wait-for';
import { openHouse } from './house';
import type { House } from './house';
import { messagesBody, messagesChange, newWamid, textMessage, webhookBody } from './webhook-bodies';

const NEXT_SECRET = 'the-secret-after-the-rotation';
const MEBIBYTE = 1024 * 1024;
const SENDER = '447700900500';

let house: House;
beforeAll(async () => {
  const secrets = `${TEST_SETTINGS.whatsappAppSecret},${NEXT_SECRET}`;
  house = await openHouse({ parts: ['api'], environment: { WHATSAPP_APP_SECRETS: secrets } });
});
afterAll(() => house.close());

const handshake = (token: string) =>
  http(
    `${house.api.url}/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${token}`,
  );

const signatureOf = (body: string) =>
  `sha256=${createHmac('sha256', TEST_SETTINGS.whatsappAppSecret).update(body).digest('hex')}`;

const storedBodies = () => house.count('webhook_body');

/** Waits until every captured item has become rows or was set aside. */
const allAssigned = () =>
  waitFor(async () => (await house.count('webhook_item where assigned_at is null and error is null')) === 0, {
    what: 'all items to be assigned',
  });

const textsOf = async (waId: string) =>
  (
    await house.rows<{ text: string | null }>(
      `select text from message join conversation on conversation.id = message.conversation_id
         join buyer_identity using (buyer_id)
        where kind = 'wa_id' and value = $1 order by message.captured_at, message.whatsapp_id`,
      [waId],
    )
  ).map(({ text }) => text);

describe('the webhook door', () => {
  it('answers the handshake with the challenge', async () => {
    const answer = await handshake(TEST_SETTINGS.whatsappVerifyToken);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: 1_158_201_444 });
  });

  it('refuses a handshake with another token', async () => {
    expect((await handshake('somebody-else')).status).toBe(403);
  });

  it.each([
    ['signed with another secret', (body: string) => house.api.webhook(body, { secret: 'not-the-secret' })],
    ['without a signature', (body: string) => house.api.webhook(body, { signature: '' })],
    [
      'with a signature that is no hash',
      (body: string) => house.api.webhook(body, { signature: 'sha256=zz' }),
    ],
    [
      'with the signature of another body',
      (body: string) => house.api.webhook(body, { signature: signatureOf('{"object":"x"}') }),
    ],
  ])('a body %s is refused and leaves no trace', async (_how, send) => {
    const before = { bodies: await storedBodies(), items: await house.count('webhook_item') };
    const answer = await send(JSON.stringify(messagesBody(textMessage(SENDER, 'Hello'))));
    expect(answer.status).toBe(401);
    expect({ bodies: await storedBodies(), items: await house.count('webhook_item') }).toEqual(before);
  });

  it('takes bodies signed with either secret during a rotation', async () => {
    const waId = '447700900501';
    for (const secret of [TEST_SETTINGS.whatsappAppSecret, NEXT_SECRET])
      expectStatus(await house.api.webhook(messagesBody(textMessage(waId, secret)), { secret }), 200);
    await allAssigned();
    expect(await textsOf(waId)).toEqual([TEST_SETTINGS.whatsappAppSecret, NEXT_SECRET]);
  });

  it('takes a body of 3 MB with accents and emoji, and keeps every byte', async () => {
    const waId = '447700900502';
    const line = 'Très élégant, größer, señal 👍🏽 🧵 ';
    const text = line.repeat(Math.ceil((3 * MEBIBYTE) / Buffer.byteLength(line)));
    const body = JSON.stringify(messagesBody(textMessage(waId, text)));
    expectStatus(await house.api.webhook(body), 200);
    await allAssigned();
    expect(await textsOf(waId)).toEqual([text]);
    const kept = await house.count('webhook_body where body = $1', [Buffer.from(body)]);
    expect(kept).toBe(1);
  });

  it('refuses a body of more than 4 MB without storing it', async () => {
    const before = await storedBodies();
    const body = messagesBody(textMessage(SENDER, 'x'.repeat(4 * MEBIBYTE + 1)));
    const answer = await house.api.webhook(body);
    expect(answer.status).toBe(413);
    expect(await storedBodies()).toBe(before);
  });

  it('refuses a compressed body without storing it', async () => {
    const before = await storedBodies();
    const body = JSON.stringify(messagesBody(textMessage(SENDER, 'Hello')));
    const headers = { 'content-encoding': 'gzip', 'x-hub-signature-256': signatureOf(body) };
    const answer = await http(`${house.api.url}/webhooks/whatsapp`, { raw: body, headers });
    expect(answer.status).toBe(415);
    expect(await storedBodies()).toBe(before);
  });

  it('answers with nothing that the API document does not name', () => {
    const door = DOCUMENT.paths['/webhooks/whatsapp']?.['post'];
    expect(Object.keys(door?.responses ?? {})).toEqual(['200', '401', '413', '415', '503']);
  });
});

describe('an authentic body that is not as expected', () => {
  const sibling = (waId: string) => textMessage(waId, 'the sibling');
  const bodies: readonly [string, (waId: string) => unknown][] = [
    [
      'a field nobody knows',
      (waId) => webhookBody({ field: 'new_thing', value: { a: 1 } }, changeWith(waId)),
    ],
    [
      'a type nobody knows',
      (waId) => messagesBody(textMessage(SENDER, '', { type: 'hologram' }), sibling(waId)),
    ],
    [
      'a message without a sender',
      (waId) => messagesBody({ id: newWamid(), type: 'text', text: { body: 'who am I' } }, sibling(waId)),
    ],
    ['a message that is no object', (waId) => webhookBody(changeWith(waId, ['nonsense', null, 7]))],
    ['a message without an id', (waId) => messagesBody({ from: SENDER, type: 'text' }, sibling(waId))],
    [
      'a time that is no number',
      (waId) => messagesBody(textMessage(SENDER, 'a', { timestamp: 'yesterday' }), sibling(waId)),
    ],
    [
      'a text that is no object',
      (waId) => messagesBody(textMessage(SENDER, 'a', { text: 'just words' }), sibling(waId)),
    ],
    [
      'characters that Postgres cannot hold',
      (waId) => messagesBody(textMessage(SENDER, 'zero \u0000 and half \ud83d'), sibling(waId)),
    ],
    ['an entry without changes', (waId) => withEntry({ id: '1', time: 5 }, waId)],
    ['a change that is a list', (waId) => webhookBody([], changeWith(waId))],
    ['a status without an id', (waId) => webhookBody(changeWith(waId, [], [{ status: 'sent' }]))],
  ];

  function changeWith(
    waId: string,
    others: readonly unknown[] = [],
    statuses: readonly unknown[] = [],
  ): unknown {
    const change = messagesChange({ messages: [sibling(waId)] });
    const value = z.record(z.string(), z.unknown()).parse(change['value']);
    return { ...change, value: { ...value, messages: [...others, sibling(waId)], statuses } };
  }

  function withEntry(entry: unknown, waId: string): unknown {
    const body = z
      .object({ object: z.string(), entry: z.array(z.unknown()) })
      .parse(webhookBody(changeWith(waId)));
    return { ...body, entry: [entry, ...body.entry] };
  }

  it.each(bodies.map(([what, build], index) => [what, build, `4477009005${10 + index}`] as const))(
    '%s is confirmed, kept and counted, and its siblings are processed',
    async (_what, build, waId) => {
      const before = await house.count('webhook_item');
      expectStatus(await house.api.webhook(build(waId)), 200);
      await allAssigned();
      expect(await textsOf(waId)).toEqual(['the sibling']);
      expect(await house.count('webhook_item')).toBeGreaterThanOrEqual(before + 2);
    },
  );

  it.each([
    ['that is no JSON', '{"object": "whatsapp_business_account", '],
    ['that is empty', ''],
    ['that is a number', '42'],
    ['without entries', '{"object":"whatsapp_business_account"}'],
  ])('a body %s is confirmed, kept and counted', async (_what, body) => {
    const before = { bodies: await storedBodies(), items: await house.count('webhook_item') };
    expectStatus(await house.api.webhook(body), 200);
    expect({ bodies: await storedBodies(), items: await house.count('webhook_item') }).toEqual({
      bodies: before.bodies + 1,
      items: before.items + 1,
    });
  });

  it('never leaves an item behind that assigning failed on', async () => {
    await allAssigned();
    expect(await house.count(`webhook_item where attempts > 0 or error like 'assign_failed%'`)).toBe(0);
  });
});

describe('times and identities as they come', () => {
  it('reads times in milliseconds as what they are', async () => {
    const waId = '447700900540';
    const atMs = Math.floor(Date.now() / 1000) * 1000 - 90_123;
    expectStatus(
      await house.api.webhook(messagesBody(textMessage(waId, 'Hi', { timestamp: String(atMs) }))),
      200,
    );
    await allAssigned();
    const [row] = await house.rows<{ sent_at: Date }>(
      `select sent_at from message join conversation on conversation.id = message.conversation_id
         join buyer_identity using (buyer_id) where value = $1`,
      [waId],
    );
    expect(row?.sent_at.getTime()).toBe(atMs);
  });

  it('takes a user id for a user id, also where a phone number is expected', async () => {
    const userId = 'GB.1234567890123456';
    expectStatus(await house.api.webhook(messagesBody(textMessage(userId, 'Hi from a username'))), 200);
    await allAssigned();
    const identities = await house.rows('select kind from buyer_identity where value = $1', [userId]);
    expect(identities).toEqual([{ kind: 'bsuid' }]);
  });

  it('puts what one body holds for two numbers and two buyers into four conversations', async () => {
    const [one, other] = ['447700900550', '447700900551'];
    const numbers = ['100000000000001', '100000000000002'];
    const changes = numbers.map((phoneNumberId) =>
      messagesChange({
        phoneNumberId,
        // Not in the order of the messages, as Meta does not promise one.
        contacts: [
          { wa_id: other, profile: { name: 'Uma Other' } },
          { wa_id: one, profile: { name: 'Olaf One' } },
        ],
        messages: [
          textMessage(one, `one to ${phoneNumberId}`),
          textMessage(other, `other to ${phoneNumberId}`),
        ],
        statuses: [{ id: newWamid(), status: 'delivered', timestamp: '1790000000', recipient_id: one }],
      }),
    );
    expectStatus(await house.api.webhook(webhookBody(...changes)), 200);
    await allAssigned();
    const said = await house.rows<{ said: string }>(
      `select display_name || ' on ' || phone_number_id || ': ' || text as said from message
         join conversation on conversation.id = message.conversation_id join buyer on buyer.id = conversation.buyer_id
        where display_name in ('Olaf One', 'Uma Other') order by said`,
    );
    expect(said.map((row) => row.said)).toEqual([
      'Olaf One on 100000000000001: one to 100000000000001',
      'Olaf One on 100000000000002: one to 100000000000002',
      'Uma Other on 100000000000001: other to 100000000000001',
      'Uma Other on 100000000000002: other to 100000000000002',
    ]);
    expect(
      await house.count(`webhook_item where kind = 'status' and raw #>> '{status,recipient_id}' = $1`, [one]),
    ).toBe(2);
  });
});

describe('a body that the database cannot hold as it is', () => {
  // JSON.stringify cannot write it either: it is put into the text.
  const nested = '['.repeat(6_000) + ']'.repeat(6_000);
  const statusWith = (id: string) => ({
    id,
    status: 'sent',
    timestamp: '1767225600',
    recipient_id: '447700900777',
  });

  it.each([
    ['an id of 9,000 characters', () => [], () => [statusWith(`wamid.${'x'.repeat(9_000)}`)]],
    ['a field nested 6,000 deep', () => [textMessage('447700900778', 'deep', { odd: '@nested@' })], () => []],
  ])('is confirmed, and the messages beside %s are handled', async (what, messages, statuses) => {
    const text = `beside ${what}`;
    const change = messagesChange({
      messages: [textMessage('447700900779', text), ...messages()],
      statuses: statuses(),
    });
    const body = JSON.stringify(webhookBody(change)).replace('"@nested@"', nested);
    expect((await house.api.webhook(body)).status).toBe(200);
    await waitFor(async () => (await textsOf('447700900779')).includes(text), {
      what: 'the message beside it',
    });
  });

  it('is confirmed and kept when nothing in it can be read', async () => {
    const before = await storedBodies();
    const deep = '['.repeat(100_000);
    expect((await house.api.webhook(deep)).status).toBe(200);
    expect((await house.api.webhook(`${deep}${']'.repeat(100_000)}`)).status).toBe(200);
    expect(await storedBodies()).toBe(before + 2);
  });
});

describe('bodies from the documentation and tests of others', () => {
  const sample = z.object({
    repo: z.string(),
    at: z.string(),
    kinds: z.array(z.string()),
    payload: z.unknown(),
  });
  const samples = readFileSync(join(__dirname, '../fixtures/whatsapp-webhooks.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => sample.parse(JSON.parse(line)));

  it('are all confirmed, and every item finds its place', async () => {
    for (const { repo, at, payload } of samples) {
      const answer = await house.api.webhook(payload);
      expect({ repo, at, status: answer.status }).toEqual({ repo, at, status: 200 });
    }
    await allAssigned();
    expect(await house.count(`webhook_item where attempts > 0 or error like 'assign_failed%'`)).toBe(0);
  });
});
