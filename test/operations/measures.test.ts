import { createPostgresMeasurement } from '../../api/measure-postgres';
import { readMeasures } from '../../api/read/measures';
import { createPool } from '../../platform/database';
import { createLogger } from '../../platform/logger';
import { registry } from '../../platform/metrics';
import { serveMetrics } from '../../platform/metrics-server';
import { NUMBER_ID, addSend, createWorld } from '../commands/world';
import type { Scene, World } from '../commands/world';
import { freePort } from '../support/free-port';
import { http } from '../support/http';

const logger = createLogger('test', 'silent');
let world: World;
let scene: Scene;
let url: string;
let stop: () => Promise<void>;
/** Passes only where a test says so: what was read stays good for some seconds. */
let nowMs = Date.now();

beforeAll(async () => {
  world = await createWorld();
  scene = await world.conversation();
  const port = await freePort();
  const refresh = createPostgresMeasurement({ database: world.pool, logger, nowMs: () => nowMs });
  stop = await serveMetrics({ port, host: '127.0.0.1', registry, logger, refresh });
  url = `http://127.0.0.1:${port}/metrics`;
});
afterAll(async () => {
  await stop();
  await world.end();
});

/** The value of a metric, null = it is not told. */
async function valueOf(name: string): Promise<number | null> {
  const { body } = await http(url);
  const line = String(body)
    .split('\n')
    .find((one) => one.startsWith(`${name} `));
  return line === undefined ? null : Number(line.slice(name.length + 1));
}

async function later(name: string): Promise<number | null> {
  nowMs += 60_000;
  return await valueOf(name);
}

const alter = (change: string) =>
  world.pool.query(`update conversation set ${change} where id = $1`, [scene.id]);

test('an empty house waits for nothing', async () => {
  for (const name of [
    'hand_over_lag_seconds',
    'crm_outbox_age_seconds',
    'stuck_conversations',
    'crm_outbox_dead',
    'never_automate_list_age_seconds',
  ])
    expect([name, await later(`continuo_${name}`)]).toEqual([name, 0]);
  expect(await valueOf('continuo_postgres_up')).toBe(1);
  expect(await valueOf(`continuo_budget_used_share{number_id="${NUMBER_ID}"}`)).toBe(0);
});

test('news that no workflow was told of show their age', async () => {
  await alter("look_wanted = 1, look_wanted_at = now() - interval '90 seconds'");
  expect(await later('continuo_hand_over_lag_seconds')).toBeGreaterThanOrEqual(90);
  expect(await valueOf('continuo_hand_overs_waiting')).toBe(1);
  await alter('look_given = 1');
  expect(await later('continuo_hand_over_lag_seconds')).toBe(0);
});

test('a due row for HubSpot shows how long it waits, one that waits for its time does not', async () => {
  const add = (notBefore: string) =>
    world.pool.query(
      `insert into crm_outbox (object_kind, object_key, conversation_id, decision_id, not_before)
       values ('contact', $1, $2, $3, ${notBefore})`,
      [scene.buyerId, scene.id, scene.decisionId],
    );
  await add("now() + interval '1 hour'");
  expect(await later('continuo_crm_outbox_waiting')).toBe(0);
  await add("now() - interval '10 minutes'");
  expect(await later('continuo_crm_outbox_age_seconds')).toBeGreaterThanOrEqual(600);
  await world.pool.query("update crm_outbox set dead_at = now(), error_code = 'x'");
  expect(await later('continuo_crm_outbox_dead')).toBe(2);
  expect(await valueOf('continuo_crm_outbox_age_seconds')).toBe(0);
});

test('the list of whom automation never writes to shows when it was last read, or that it never was', async () => {
  await world.pool.query(
    `insert into hubspot_list (name, since, begun_at) values ('never_automate', now() - interval '1 hour', now())`,
  );
  expect(await later('continuo_never_automate_list_age_seconds')).toBeGreaterThanOrEqual(3_600);
  await world.pool.query(`update hubspot_list set read_at = now() - interval '30 seconds'`);
  expect(await later('continuo_never_automate_list_age_seconds')).toBeLessThan(3_600);
});

test('an action long overdue and a turn long open make a conversation stuck, once', async () => {
  await alter("next_action_at = now() - interval '1 minute'");
  expect(await later('continuo_stuck_conversations')).toBe(0);
  await alter("next_action_at = now() - interval '5 minutes'");
  expect(await later('continuo_stuck_conversations')).toBe(1);
  await world.pool.query(
    `insert into turn (conversation_id, episode_id, trigger_message_id, started_at)
     values ($1, $2, $3, now() - interval '5 minutes')`,
    [scene.id, scene.episodeId, scene.messageId],
  );
  expect(await later('continuo_stuck_conversations')).toBe(1);
  await alter('next_action_at = null');
  expect(await later('continuo_stuck_conversations')).toBe(1);
  await world.pool.query("update turn set status = 'decided'");
  expect(await later('continuo_stuck_conversations')).toBe(0);
});

test('messages of which nobody knows whether they left are counted, and all of the last hour by status', async () => {
  await addSend(world, scene, { status: 'unconfirmed' });
  await addSend(world, scene, { status: 'delivered' });
  expect(await later('continuo_unconfirmed_sends')).toBe(1);
  expect(await valueOf('continuo_recent_sends{status="delivered"}')).toBe(1);
  expect(await valueOf('continuo_recent_sends{status="failed"}')).toBe(0);
});

test('what was not understood is counted until it is understood', async () => {
  await world.pool.query(
    `with body as (insert into webhook_body (source, sha256, body) values ('whatsapp', '\\x01', '\\x02') returning id)
     insert into webhook_item (webhook_body_id, dedupe_key, kind, field, pointer, assigned_at)
     select id, 'k', 'unknown', 'new_field', '/', now() from body`,
  );
  expect(await later('continuo_webhook_items_set_aside')).toBe(1);
  await world.pool.query('update webhook_item set understood_at = now()');
  expect(await later('continuo_webhook_items_set_aside')).toBe(0);
});

test('a stopped number is named by its id until it is resumed', async () => {
  const name = `continuo_channel_stopped{scope="${NUMBER_ID}"}`;
  await world.pool.query(
    "insert into channel (scope, stopped_at, stopped_reason) values ($1, now(), 'whatsapp.account')",
    [NUMBER_ID],
  );
  expect(await later(name)).toBe(1);
  await world.pool.query('update channel set stopped_at = null, stopped_reason = null');
  expect(await later(name)).toBeNull();
});

test('a budget that is used up shows a share of one or more', async () => {
  await world.pool.query('update policy_version set document = $1', [
    { budget: { time_zone: 'UTC', currency: 'EUR', messages_per_month: 2, automated_share: 1, prices: {} } },
  ]);
  await world.pool.query(
    `insert into budget_month (phone_number_id, month, category, author_kind, sent)
     values ($1, to_char(now() at time zone 'UTC', 'YYYY-MM'), 'service', 'automation', 2)`,
    [NUMBER_ID],
  );
  expect(await later(`continuo_budget_used_share{number_id="${NUMBER_ID}"}`)).toBe(1);
});

test('scrapes within some seconds cost one reading', async () => {
  await later('continuo_postgres_up');
  await alter("next_action_at = now() - interval '5 minutes'");
  expect(await valueOf('continuo_stuck_conversations')).toBe(0);
  expect(await later('continuo_stuck_conversations')).toBe(1);
});

test('with Postgres away the figures are missing, not zero', async () => {
  const pool = createPool({
    url: 'postgres://nobody:nothing@127.0.0.1:1/none',
    connectionsMax: 1,
    statementTimeoutMs: 1_000,
    applicationName: 'test',
  });
  await createPostgresMeasurement({ database: pool, logger })();
  expect(await valueOf('continuo_postgres_up')).toBe(0);
  expect(await valueOf('continuo_stuck_conversations')).toBeNull();
  expect(await valueOf('continuo_recent_sends{status="delivered"}')).toBeNull();
  await pool.end();
  expect(await later('continuo_postgres_up')).toBe(1);
});

test('nothing but /metrics is served there', async () => {
  expect((await http(url.replace('/metrics', '/'))).status).toBe(404);
  expect((await http(url, { json: {} })).status).toBe(404);
});

test('every figure has an index: nothing walks through a table that grows', async () => {
  const client = await world.pool.connect();
  const walks = async (): Promise<unknown> => {
    await client.query('select pg_stat_force_next_flush()');
    const { rows } = await client.query(
      `select relname, seq_scan from pg_stat_user_tables
        where relname in ('conversation', 'crm_outbox', 'webhook_item', 'send', 'turn') order by relname`,
    );
    return rows;
  };
  // On small tables Postgres would walk although there is an index.
  await client.query('set enable_seqscan = off');
  const before = await walks();
  await readMeasures(client);
  expect(await walks()).toEqual(before);
  await client.query('reset enable_seqscan');
  client.release();
});
