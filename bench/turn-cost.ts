import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import { createConversationActivities } from '../activities/conversation/conversation.activities';
import { deliverSend } from '../activities/whatsapp/deliver-send';
import { assignItems } from '../api/ingest/assign';
import { captureBody } from '../api/ingest/capture';
import { createPool, inTransaction, onlyRow } from '../platform/database';
import type { TransactionalDatabase } from '../platform/database';
import { parsePolicy } from '../platform/policy';
import { loadReplyModel } from '../platform/reply-model';
import { activatePolicy } from '../store/policy.store';
import { ACCEPTING } from './accepting';

/*
 * What one answered turn costs Postgres, in a conversation with few and with many messages: statements, and time as a
 * ratio within this run. WhatsApp is a function that accepts; Temporal is left out.
 */

const NUMBER_ID = '100000000000001';
const SHORT = 10;
const LONG = 10_000;
const TURNS = 30;

async function main(): Promise<void> {
  const pool = createPool({
    url: process.env['DATABASE_URL'] ?? '',
    connectionsMax: 4,
    statementTimeoutMs: 60_000,
    applicationName: 'bench',
  });
  await importPolicy(pool);
  const short = await measure(pool, SHORT);
  const long = await measure(pool, LONG);
  const line = (name: string, unit: string, of: (cost: Cost) => number): void => {
    const [a, b] = [of(short), of(long)];
    const figures = [a, b].map((figure) => figure.toFixed(1).padStart(9)).join('');
    console.log(`${name.padEnd(30)}${figures} ${unit.padEnd(11)}×${(b / a).toFixed(2)}`);
  };
  console.log(
    `${`one answered turn, of ${TURNS}`.padEnd(30)}${`${SHORT} msgs`.padStart(9)}${String(LONG).padStart(9)}`,
  );
  line('capture and assign', 'statements', (cost) => cost.captureStatements);
  line('steps of the turn', 'statements', (cost) => cost.turnStatements);
  line('capture and assign', 'ms', (cost) => cost.captureMs);
  line('steps of the turn', 'ms', (cost) => cost.turnMs);
  await pool.end();
}

type Cost = { captureStatements: number; turnStatements: number; captureMs: number; turnMs: number };

/** Medians over the turns of one conversation that holds `messageCount` messages already. */
async function measure(pool: Pool, messageCount: number): Promise<Cost> {
  const waId = messageCount === SHORT ? '447700900001' : '447700900002';
  await takeTurn(pool, waId);
  await fill(pool, waId, messageCount);
  const costs: Cost[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) costs.push(await takeTurn(pool, waId));
  const median = (of: (cost: Cost) => number): number =>
    costs.map(of).sort((a, b) => a - b)[TURNS >> 1] ?? NaN;
  return {
    captureStatements: median((cost) => cost.captureStatements),
    turnStatements: median((cost) => cost.turnStatements),
    captureMs: median((cost) => cost.captureMs),
    turnMs: median((cost) => cost.turnMs),
  };
}

async function takeTurn(pool: Pool, waId: string): Promise<Cost> {
  const counted = countStatements(pool);
  const startMs = performance.now();
  const [conversationId] = await assignItems(
    counted.database,
    await captureBody(counted.database, bodyOf(waId)),
  );
  if (conversationId === undefined) throw new Error('the message was not assigned');
  const captureMs = performance.now() - startMs;
  const captureStatements = counted.count();
  await settle(counted.database, conversationId);
  return {
    captureStatements,
    turnStatements: counted.count() - captureStatements,
    captureMs,
    turnMs: performance.now() - startMs - captureMs,
  };
}

/** What the workflow does after "look", until it waits. */
async function settle(database: TransactionalDatabase, conversationId: string): Promise<void> {
  const activities = createConversationActivities({ database, replyModel: loadReplyModel() });
  for (;;) {
    const step = await activities.chooseNextStep({ conversationId });
    if (step.kind === 'turn') {
      await activities.resolveIdentity(step);
      await activities.reconstructContext(step);
      const { sendId } = await activities.decideRoute(step);
      if (sendId !== null) await deliverSend({ database, whatsapp: ACCEPTING }, sendId);
    } else if (step.kind === 'plan-follow-up') {
      await activities.planFollowUp({ conversationId, messageId: step.messageId });
    } else if (step.kind === 'wait') return;
    else throw new Error(`unexpected step: ${step.kind}`);
  }
}

function countStatements(pool: Pool): { database: TransactionalDatabase; count: () => number } {
  let count = 0;
  return {
    count: () => count,
    database: {
      query: async (text, values) => {
        count += 1;
        return await pool.query(text, values === undefined ? undefined : [...values]);
      },
      connect: async () => {
        const client = await pool.connect();
        // The prototype of the counting client is the real one; its own `query` counts and passes on.
        const counting: typeof client = Object.create(client, {
          query: {
            value: (text: string, values?: unknown[]) => {
              count += 1;
              return client.query(text, values);
            },
          },
        }) as typeof client;
        return counting;
      },
    },
  };
}

let written = 0;

function bodyOf(waId: string): Buffer {
  written += 1;
  const message = {
    from: waId,
    id: `wamid.bench-${written}`,
    timestamp: String(Math.floor(Date.now() / 1000)),
    type: 'text',
    text: { body: `How much is chair number ${written}?` },
  };
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '12025550100', phone_number_id: NUMBER_ID },
    contacts: [{ profile: { name: 'Robin Vale' }, wa_id: waId }],
    messages: [message],
  };
  return Buffer.from(
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
    }),
  );
}

/** Messages of a long past in the one conversation, half of them ours. */
async function fill(pool: Pool, waId: string, messageCount: number): Promise<void> {
  await pool.query(
    `insert into message (conversation_id, episode_id, turn_id, direction, author, whatsapp_id, type, text, body, sent_at, captured_at)
     select conversation.id, episode.id, turn.id, case when n % 2 = 0 then 'inbound' else 'outbound' end,
            case when n % 2 = 0 then 'buyer' else 'automation' end, 'wamid.' || $1 || '-' || n, 'text', 'words', '{}',
            now() - n * interval '1 minute', now() - n * interval '1 minute'
       from buyer_identity
       join conversation on conversation.buyer_id = buyer_identity.buyer_id
       join episode on episode.conversation_id = conversation.id
       join turn on turn.conversation_id = conversation.id,
            generate_series(1, $2) as n
      where buyer_identity.value = $1`,
    [waId, messageCount],
  );
  await pool.query('analyze');
}

async function importPolicy(pool: Pool): Promise<void> {
  const sourceText = readFileSync('policy/demo.yaml', 'utf8').replace(
    'quiet_gap_ms: 1500',
    'quiet_gap_ms: 0',
  );
  const parsed = parsePolicy(sourceText, 'policy/demo.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const sha256 = createHash('sha256').update(sourceText).digest('hex');
  await inTransaction(pool, (client) =>
    activatePolicy(client, { policy: parsed.policy, sha256, sourceText }),
  );
  onlyRow(await pool.query(`select 1 as one from policy_version where status = 'active'`));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
