import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import { createWhatsAppClient } from '../../activities/whatsapp/whatsapp.client';
import { conversationDetail } from '../../api/contract';
import { readConversation } from '../../api/read/conversation';
import { at, message, messages } from './bodies';
import { activateShippedPolicy } from './policy';
import { createWorld } from './world';
import type { World } from './world';
import { PATIENCE_MS } from '../support/wait-for';

const SEND_ID = '00000000-0000-4000-8000-000000000002';
const ERROR = {
  message: '(#131008) Required parameter is missing',
  type: 'OAuthException',
  code: 131008,
  error_data: { messaging_product: 'whatsapp', details: 'Parameter value is missing' },
};

let world: World;
let server: Server;
beforeAll(async () => {
  world = await createWorld();
  await activateShippedPolicy(world.pool);
  server = createServer((_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: ERROR }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(async () => {
  server.close();
  await world.end();
});

it('a message that WhatsApp refuses at once is shown with code, title, details and class of the error', async () => {
  const [conversationId = ''] = await world.take(
    messages(message({ from: '447700900170', timestamp: at(0) })),
  );
  await world.pool.query(
    `with grounds as (
       insert into decision (key, conversation_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
       select 'd', id, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1' from conversation returning *
     )
     insert into send (id, key, conversation_id, kind, author, status, type, body, epoch, decision_id)
     select $1, 'k', conversation_id, 'human', 'agent:anna', 'planned', 'text', '{"text":{"body":"Yes"}}', 0, id from grounds`,
    [SEND_ID],
  );
  const { port } = server.address() as AddressInfo;
  const whatsapp = createWhatsAppClient({
    baseUrl: `http://127.0.0.1:${port}`,
    apiVersion: 'v26.0',
    accessToken: 'test',
    timeoutMs: PATIENCE_MS,
    connectTimeoutMs: PATIENCE_MS,
  });
  await deliverSend({ database: world.pool, whatsapp }, SEND_ID);
  const { sends } = conversationDetail.parse(await readConversation(world.pool, conversationId));
  expect(sends).toEqual([
    expect.objectContaining({
      status: 'failed',
      error: {
        code: 131008,
        title: '(#131008) Required parameter is missing',
        details: 'Parameter value is missing',
        class: 'content',
      },
    }),
  ]);
});
