import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { AutomatedSendKind } from '../../domain/vocabulary';
import { createPool, onlyRow } from '../../platform/database';
import { createTestDatabase } from '../support/database';
import { PATIENCE_MS } from '../support/wait-for';

/** A database with conversations in it, as capture and workflows would have left them. */
export type World = {
  readonly pool: Pool;
  /** A buyer in an open episode who wrote this long ago; null = never wrote. */
  conversation(options?: ConversationOptions): Promise<Scene>;
  /** One value of one row. */
  value(sql: string, values?: readonly unknown[]): Promise<unknown>;
  end(): Promise<void>;
};

type ConversationOptions = {
  readonly wroteAgoMs?: number | null;
  readonly owner?: string;
  readonly needsHuman?: boolean;
};

export type Scene = {
  readonly id: string;
  readonly buyerId: string;
  readonly episodeId: string;
  readonly waId: string;
  readonly messageId: string | null;
  readonly decisionId: number;
};

export const NUMBER_ID = '100000000000001';
const HOUR_MS = 3_600_000;
let lastWaId = 12_025_551_000_000;

export async function createWorld(): Promise<World> {
  const database = await createTestDatabase();
  const pool = createPool({
    url: database.url,
    connectionsMax: 12,
    statementTimeoutMs: PATIENCE_MS,
    applicationName: 'test',
  });
  await pool.query(
    `insert into number (phone_number_id, mode, mode_chosen_at, mode_chosen_by) values ($1, 'live', now(), 'test')`,
    [NUMBER_ID],
  );
  await pool.query(
    `insert into policy_version (name, sha256, status, document, source_text, activated_at)
     values ('test', 'a1', 'active', '{}', '', now())`,
  );
  return {
    pool,
    conversation: (options) => addConversation(pool, options),
    value: async (sql, values = []) => {
      const { rows } = await pool.query<Record<string, unknown>>(sql, [...values]);
      return Object.values(rows[0] ?? {})[0];
    },
    end: async () => {
      await pool.end();
      await database.drop();
    },
  };
}

async function addConversation(pool: Pool, options: ConversationOptions = {}): Promise<Scene> {
  const { wroteAgoMs = HOUR_MS, owner = 'automation', needsHuman = false } = options;
  // In a row: of ten thousand random ones, some are the same.
  const waId = String((lastWaId += 1));
  const buyerId = await insert(pool, `insert into buyer (display_name) values ('Nora Example') returning id`);
  await pool.query(`insert into buyer_identity (buyer_id, kind, value) values ($1, 'wa_id', $2)`, [
    buyerId,
    waId,
  ]);
  const id = await insert(
    pool,
    `insert into conversation (phone_number_id, buyer_id, owner, needs_human, last_activity_at)
     values ($1, $2, $3, $4, now() - interval '1 hour') returning id`,
    [NUMBER_ID, buyerId, owner, needsHuman],
  );
  const episodeId = await insert(
    pool,
    `insert into episode (conversation_id, ordinal, opened_at, last_activity_at)
     values ($1, 1, now() - interval '1 hour', now() - interval '1 hour') returning id`,
    [id],
  );
  const messageId = wroteAgoMs === null ? null : await addInbound(pool, { id, episodeId, wroteAgoMs });
  const decision = await pool.query<{ id: number }>(
    `insert into decision (key, conversation_id, episode_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
     values ($1, $2, $3, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1') returning id`,
    [`episode:${id}`, id, episodeId],
  );
  return { id, buyerId, episodeId, waId, messageId, decisionId: onlyRow(decision).id };
}

async function addInbound(
  pool: Pool,
  inbound: { id: string; episodeId: string; wroteAgoMs: number },
): Promise<string> {
  return insert(
    pool,
    `insert into message (conversation_id, episode_id, direction, author, whatsapp_id, type, text, body, sent_at)
     values ($1, $2, 'inbound', 'buyer', $3, 'text', 'What does it cost?', '{}', now() - $4 * interval '1 millisecond')
     returning id`,
    [inbound.id, inbound.episodeId, `wamid.${randomUUID()}`, inbound.wroteAgoMs],
  );
}

/** A buyer whose message is in a turn, as it is once something answers it. */
export async function addTaken(world: World): Promise<Scene> {
  const scene = await world.conversation();
  await world.pool.query(
    `with turn as (insert into turn (conversation_id, episode_id, trigger_message_id, status)
       values ($1, $2, $3, 'decided') returning id)
     update message set turn_id = turn.id from turn where message.id = $3`,
    [scene.id, scene.episodeId, scene.messageId],
  );
  return scene;
}

/** Puts an outgoing message of automation into the ledger. */
export async function addSend(
  world: Pick<World, 'pool'>,
  scene: Scene,
  send: { kind?: AutomatedSendKind; status: string; leaseMs?: number },
): Promise<string> {
  return insert(
    world.pool,
    `insert into send (key, conversation_id, episode_id, kind, author, status, reason_code, type, body, epoch,
        decision_id, claimed_at, claim_until)
     values ($1, $2, $3, $4, 'automation', $5,
        case when $5 in ('refused', 'recalled', 'failed', 'unconfirmed') then 'send.' || $5 end,
        'text', '{"type":"text","text":{"body":"From 20 EUR."}}',
        (select epoch from conversation where id = $2), $6, now(), now() + $7 * interval '1 millisecond')
     returning id`,
    [
      randomUUID(),
      scene.id,
      scene.episodeId,
      send.kind ?? 'reply',
      send.status,
      scene.decisionId,
      send.leaseMs ?? null,
    ],
  );
}

/** Plans a follow-up after the buyer's silence. */
export async function addFollowUp(world: World, scene: Scene): Promise<string> {
  await world.pool.query(
    `update conversation set next_action_kind = 'follow_up', next_action_at = now() + interval '1 hour' where id = $1`,
    [scene.id],
  );
  return insert(
    world.pool,
    `insert into follow_up (conversation_id, episode_id, after_message_id, attempt, status, due_at, reason_code, plan_decision_id)
     values ($1, $2, $3, 1, 'planned', now() + interval '1 hour', 'plan.open_question', $4) returning id`,
    [scene.id, scene.episodeId, scene.messageId, scene.decisionId],
  );
}

async function insert(pool: Pool, sql: string, values: readonly unknown[] = []): Promise<string> {
  return onlyRow(await pool.query<{ id: string }>(sql, [...values])).id;
}
