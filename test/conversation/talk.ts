import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import { createConversationActivities } from '../../activities/conversation/conversation.activities';
import { createHubSpotClient } from '../../activities/hubspot/hubspot.client';
import type { HubSpotPort } from '../../activities/hubspot/hubspot.port';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import { createWhatsAppClient } from '../../activities/whatsapp/whatsapp.client';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { createPool, inTransaction } from '../../platform/database';
import { parsePolicy } from '../../platform/policy';
import { loadReplyModel } from '../../platform/reply-model';
import { startSimulator } from '../../simulator/server';
import { activatePolicy } from '../../store/policy.store';
import { createTestDatabase } from '../support/database';
import { SimulatorClient } from '../support/simulator-client';
import { TEST_SETTINGS } from '../support/settings';
import { PATIENCE_MS } from '../support/wait-for';
import { messagesBody, textMessage } from '../component/webhook-bodies';

/** Conversations without Temporal: every step of the workflow's loop is taken at once, in its order. */
export type Talk = {
  readonly pool: Pool;
  readonly simulator: SimulatorClient;
  readonly hubspot: HubSpotPort;
  /** The buyer writes, and everything that follows at once happens; gives the conversation's id. */
  says(waId: string, text: string): Promise<string>;
  /** Everything that is to do at once in a conversation. */
  settle(conversationId: string): Promise<void>;
  /** What reached the buyer's phone. */
  texts(waId: string): Promise<string[]>;
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  end(): Promise<void>;
};

export async function startTalk(change: (policy: string) => string = (policy) => policy): Promise<Talk> {
  const database = await createTestDatabase();
  const simulator = await startSimulator({ businessAccountId: TEST_SETTINGS.whatsappBusinessAccountId });
  const pool = createPool({
    url: database.url,
    connectionsMax: 10,
    statementTimeoutMs: PATIENCE_MS,
    applicationName: 'talk-test',
  });
  await activate(pool, change(readFileSync('policy/demo.yaml', 'utf8')));
  const whatsapp = createWhatsAppClient({
    baseUrl: `${simulator.url}/whatsapp`,
    apiVersion: TEST_SETTINGS.whatsappApiVersion,
    accessToken: TEST_SETTINGS.whatsappAccessToken,
    timeoutMs: PATIENCE_MS,
    connectTimeoutMs: PATIENCE_MS,
  });
  const client = new SimulatorClient(simulator.url);
  const activities = createConversationActivities({ database: pool, replyModel: loadReplyModel() });
  const settle = async (conversationId: string): Promise<void> => {
    for (;;) {
      const step = await activities.chooseNextStep({ conversationId });
      if (step.kind === 'turn') {
        const identity = await activities.resolveIdentity(step);
        if (identity.kind === 'look-up') await activities.noteUnknownIdentity(step);
        await activities.reconstructContext(step);
        await activities.decideRoute(step);
      } else if (step.kind === 'deliver') await deliverSend({ database: pool, whatsapp }, step.sendId);
      else if (step.kind === 'plan-follow-up')
        await activities.planFollowUp({ conversationId, messageId: step.messageId });
      else return;
    }
  };
  return {
    pool,
    simulator: client,
    hubspot: createHubSpotClient({
      baseUrl: `${simulator.url}/hubspot`,
      accessToken: TEST_SETTINGS.hubspotAccessToken,
      timeoutMs: PATIENCE_MS,
    }),
    settle,
    says: async (waId, text) => {
      // Written on the simulated phone too, which opens WhatsApp's window; its webhooks go nowhere.
      const id = await client.write({ from: { wa_id: waId }, text });
      const bytes = Buffer.from(JSON.stringify(messagesBody(textMessage(waId, text, { id }))));
      const [conversationId] = await assignItems(pool, await captureBody(pool, bytes));
      if (conversationId === undefined) throw new Error('the message was not assigned');
      await settle(conversationId);
      return conversationId;
    },
    texts: async (waId) => (await client.received(waId)).map((message) => message.text ?? message.type),
    rows: async <Row>(sql: string, values: readonly unknown[] = []) => {
      const { rows } = await pool.query<Row & Record<string, unknown>>(sql, [...values]);
      return rows;
    },
    end: async () => {
      await simulator.stop();
      await pool.end();
      await database.drop();
    },
  };
}

/** Without a quiet gap: every message is a turn of its own. */
async function activate(pool: Pool, given: string): Promise<void> {
  const sourceText = given.replace('quiet_gap_ms: 1500', 'quiet_gap_ms: 0');
  const parsed = parsePolicy(sourceText, 'policy/demo.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const { policy } = parsed;
  await inTransaction(pool, (client) => activatePolicy(client, { policy, sha256: 'talk', sourceText }));
}
