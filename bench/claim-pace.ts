import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { deliverSend } from '../activities/whatsapp/deliver-send';
import { createPool, inTransaction } from '../platform/database';
import { parsePolicy } from '../platform/policy';
import { activatePolicy } from '../store/policy.store';
import { ACCEPTING } from './accepting';

/*
 * What the one lock that all sends of a number share costs: deliveries in a second, each from a conversation of its own,
 * all through one number or each through a number of its own. WhatsApp is a function that accepts at once.
 */

const SENDS = 600;
const AT_ONCE = [1, 4, 16];
/** So high that the pace itself never holds anything back. */
const MESSAGES_PER_SECOND = 1_000_000;

async function main(): Promise<void> {
  const pool = createPool({
    url: process.env['DATABASE_URL'] ?? '',
    connectionsMax: Math.max(...AT_ONCE) + 2,
    statementTimeoutMs: 60_000,
    applicationName: 'bench',
  });
  await importPolicy(pool);
  console.log('deliveries in a second        at once   one number   own numbers');
  for (const atOnce of AT_ONCE) {
    const shared = await measure(pool, { atOnce, numbers: 1 });
    const own = await measure(pool, { atOnce, numbers: SENDS });
    const figures = [shared, own].map((perSecond) => perSecond.toFixed(0).padStart(12)).join(' ');
    console.log(`${' '.repeat(30)}${String(atOnce).padStart(7)} ${figures}`);
  }
  await pool.end();
}

async function measure(pool: Pool, load: { atOnce: number; numbers: number }): Promise<number> {
  const sends = await plan(pool, load.numbers);
  const startMs = performance.now();
  const worker = async (): Promise<void> => {
    for (let id = sends.pop(); id !== undefined; id = sends.pop()) {
      const { status } = await deliverSend({ database: pool, whatsapp: ACCEPTING }, id);
      if (status !== 'accepted') throw new Error(`a send is ${status}`);
    }
  };
  await Promise.all(Array.from({ length: load.atOnce }, worker));
  return SENDS / ((performance.now() - startMs) / 1_000);
}

let phase = 0;

/** Sends that are ready to leave, one in each conversation; their ids. */
async function plan(pool: Pool, numbers: number): Promise<string[]> {
  phase += 1;
  const { rows } = await pool.query<{ id: string }>(
    `with n as (select generate_series(1, $1::int) as i),
     numbers as (
       insert into number (phone_number_id, mode)
       select ($2::bigint * 1000000 + i)::text, 'live' from n where i <= $3::int returning phone_number_id
     ), buyers as (
       insert into buyer (display_name) select 'Robin Vale' from n returning id
     ), people as (select id, row_number() over () as i from buyers),
     identities as (
       insert into buyer_identity (buyer_id, kind, value)
       select id, 'wa_id', ($2::bigint * 1000000000 + i)::text from people
     ), conversations as (
       insert into conversation (phone_number_id, buyer_id)
       select ($2::bigint * 1000000 + 1 + (i - 1) % $3::int)::text, id from people returning id
     ), messages as (
       insert into message (conversation_id, direction, author, whatsapp_id, type, body, sent_at, captured_at, is_imported)
       select id, 'inbound', 'buyer', 'wamid.' || id, 'text', '{}', now(), now() - interval '1 minute', false
         from conversations
     ), decisions as (
       insert into decision (key, conversation_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
       select 'bench:' || id, id, 'command', 'done', 'stop.closed', '[]', '{}', 'rules-1' from conversations
       returning id, conversation_id
     )
     insert into send (key, conversation_id, kind, author, status, type, body, epoch, decision_id)
     select 'bench:' || conversation_id, conversation_id, 'human', 'agent:anna', 'planned', 'text',
            '{"type":"text","text":{"body":"From 20 EUR."}}', 0, id
       from decisions returning id`,
    [SENDS, phase, numbers],
  );
  await pool.query(
    `update policy_version set document = jsonb_set(document, '{numbers,messages_per_second}',
        (select jsonb_object_agg(phone_number_id, $1::int) from number)) where status = 'active'`,
    [MESSAGES_PER_SECOND],
  );
  return rows.map(({ id }) => id);
}

async function importPolicy(pool: Pool): Promise<void> {
  const sourceText = readFileSync('policy/demo.yaml', 'utf8');
  const parsed = parsePolicy(sourceText, 'policy/demo.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const sha256 = createHash('sha256').update(sourceText).digest('hex');
  await inTransaction(pool, (client) => activatePolicy(client, { ...parsed, sha256, sourceText }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
