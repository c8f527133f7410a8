import { Client } from 'pg';
import { freePort } from '../support/free-port';
import { http } from '../support/http';
import { openOtlpReceiver } from '../support/otlp-receiver';
import type { OtlpReceiver, ReceivedSpan } from '../support/otlp-receiver';
import { TEST_SETTINGS, testAddress } from '../support/settings';
import { waitFor } from '../support/wait-for';
import type { Buyer } from './buyer';
import { openHouse } from './house';
import type { House } from './house';
import { listRuns, textsIn, textsInHistory } from './workflow-runs';

const LOGIN = { user: `watched_test_${process.pid}`, password: 'Quay5ide-Password' };
const EMAIL = 'balthasar@nightjar-test.example';
const WORDS = 'Marzipan for the harbourmaster: how much is it?';
const ORDER_REASON = 'because the skipper asked';

let house: House;
let receiver: OtlpReceiver;
let metricsUrls: string[];
let answered: Buyer;

beforeAll(async () => {
  await asAdmin(`create role ${LOGIN.user} login superuser password '${LOGIN.password}'`);
  receiver = await openOtlpReceiver();
  const ports = { api: await freePort(), worker: await freePort(), temporal: await freePort() };
  metricsUrls = Object.values(ports).map((port) => `http://127.0.0.1:${port}/metrics`);
  house = await openHouse({
    databaseLogin: LOGIN,
    environment: {
      LOG_LEVEL: 'trace',
      TRACES_URL: receiver.url,
      API_METRICS_PORT: String(ports.api),
      WORKER_METRICS_PORT: String(ports.worker),
      WORKER_TEMPORAL_METRICS_PORT: String(ports.temporal),
    },
  });
  answered = house.buyer('Balthasar Nightjar');
  await answered.write(WORDS);
  await answered.receives(1);
  await answered.settles(1);
});
afterAll(async () => {
  await house.close();
  await receiver.close();
  await asAdmin(`drop role ${LOGIN.user}`);
});

async function asAdmin(statement: string): Promise<void> {
  const client = new Client({ connectionString: testAddress('TEST_DATABASE_ADMIN_URL') });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function metrics(): Promise<string[]> {
  return await Promise.all(metricsUrls.map(async (url) => String((await http(url)).body)));
}

/** Waits for a trace that holds a span of this name, and gives its spans by name. */
async function traceWith(name: string, not: ReadonlySet<string> = new Set()): Promise<ReceivedSpan[]> {
  const found = await waitFor(
    () => receiver.spans().find((span) => span.name === name && !not.has(span.traceId)),
    { what: `the span ${name}` },
  );
  return receiver.spans().filter(({ traceId }) => traceId === found.traceId);
}

const EXPECTED_SPANS = [
  'POST webhook',
  'SignalWithStartWorkflow:conversation',
  'RunActivity:chooseNextStep',
  'RunActivity:decideRoute',
  'RunActivity:deliverSend',
  'WhatsApp send',
];

describe('a trace', () => {
  it('leads from the webhook over the workflow to WhatsApp and HubSpot', async () => {
    const expected = [...EXPECTED_SPANS, 'RunActivity:lookUpContact', 'HubSpot call'];
    const names = await waitFor(
      async () => {
        const found = new Set((await traceWith('WhatsApp send')).map(({ name }) => name));
        return expected.every((name) => found.has(name)) && found;
      },
      { what: 'all spans of one trace' },
    );
    expect([...names]).toEqual(expect.arrayContaining(expected));
    const spans = await traceWith('WhatsApp send');
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.map(({ name }) => name)).toEqual(['POST webhook']);
  });

  it('belongs to the message that caused it, also where the conversation runs already', async () => {
    const first = new Set(receiver.spans().map(({ traceId }) => traceId));
    await answered.write('And how much is the chair?');
    await answered.receives(2);
    const names = await waitFor(
      async () => {
        const found = new Set((await traceWith('WhatsApp send', first)).map(({ name }) => name));
        return EXPECTED_SPANS.every((name) => found.has(name)) && found;
      },
      { what: 'all spans of the second trace' },
    );
    expect(names).not.toContain('RunActivity:lookUpContact');
  });
});

describe('metrics', () => {
  it('tell at the ports of API, worker and SDK what happened', async () => {
    const [api, worker, sdk] = await metrics();
    expect(api).toMatch(/continuo_webhook_seconds_count\{[^}]*status="200"[^}]*\} [1-9]/);
    expect(api).toMatch(/continuo_hand_overs_total\{[^}]*outcome="done"[^}]*\} [1-9]/);
    expect(api).toMatch(/continuo_postgres_up\{[^}]*\} 1/);
    expect(worker).toMatch(/continuo_decisions_total\{[^}]*kind="route",verdict="reply"[^}]*\} [1-9]/);
    expect(worker).toMatch(/continuo_send_outcomes_total\{[^}]*status="accepted"[^}]*\} [1-9]/);
    expect(sdk).toMatch(/temporal_workflow_task_execution_latency_seconds_bucket/);
  });
});

it('the SDK tells how long a history was when its run became a fresh one', async () => {
  const buyer = house.buyer();
  await buyer.write('Do you deliver?');
  await buyer.receives(1);
  await buyer.settles(1);
  const { id } = await buyer.conversation();
  await house.rows(
    "update episode set last_activity_at = now() - interval '2 hours' where conversation_id = $1",
    [id],
  );
  // Any news makes the workflow look, and find that the episode has been idle for too long.
  await buyer.command('pause', { forever: true });
  await buyer.command('resume');
  await waitFor(() => house.count('episode where conversation_id = $1 and closed_at is not null', [id]), {
    what: 'the end of the episode',
  });
  await buyer.write('How much is the set?');
  await buyer.receives(2);
  const lines = await waitFor(
    async () => {
      const all = (await metrics()).join('\n').split('\n');
      const ours = all.filter((line) => line.startsWith('continuo_events_at_continue_as_new'));
      return ours.length > 0 && ours;
    },
    { what: 'the metric' },
  );
  const below500 = lines.find((line) => line.includes('_bucket{') && line.includes('le="500"'));
  expect(below500).toMatch(/workflow="conversation".*\} [1-9]/);
});

describe('with everything going wrong that quotes people', () => {
  const failing: Buyer[] = [];
  beforeAll(async () => {
    failing.push(
      house.buyer('Cordelia Marrow'),
      house.buyer('Desdemona Pike'),
      house.buyer('Ezekiel Thrush'),
      house.buyer('Falstaff Heron'),
    );
    const [refused, broken, unassigned, conflicting] = failing as [Buyer, Buyer, Buyer, Buyer];
    await whatsAppRefuses(refused);
    await postgresRefuses(
      broken,
      'decision',
      `new.kind = 'route' and ${isOf(broken, 'new.conversation_id')}`,
    );
    await postgresRefuses(unassigned, 'message', `new.body::text like '%${unassigned.waId}%'`);
    await hubSpotConflicts();
    for (const buyer of failing) await buyer.write(WORDS);
    await refused.conversationWhere('WhatsApp refused', ({ sends }) =>
      sends.some(({ status }) => status === 'failed'),
    );
    await broken.conversationWhere('a human is asked', ({ needs_human: needsHuman }) => needsHuman);
    await waitFor(() => house.count(`webhook_item where error is not null`), {
      what: 'an item with an error',
    });
    await conflicting.receives(1);
    await waitFor(() => house.count('crm_outbox where attempts > 0'), { what: 'a refused row for HubSpot' });
    const { id } = await answered.conversation();
    await postgresRefuses(answered, 'command', `new.reason = '${ORDER_REASON}'`);
    await house.api.command(id, 'take-over', { json: { reason: ORDER_REASON } });
    await house.api.webhook({ text: WORDS }, { signature: 'sha256=00' });
    await house.api.get(`/v1/conversations?buyer_wa_id=${answered.waId}`, { token: 'a-wrong-token' });
    const [first = '', last = ''] = answered.name.split(' ');
    await house.api.get(`/v1/conversations/${first}%20${last}?name=${last}`);
    await house.api.get(`/${first}/${last}?email=${EMAIL}`);
  });

  function isOf(buyer: Buyer, conversationId: string): string {
    return `exists (select from conversation join buyer_identity using (buyer_id)
      where conversation.id = ${conversationId} and value = '${buyer.waId}')`;
  }

  async function whatsAppRefuses(buyer: Buyer): Promise<void> {
    const quote = `(#131026) +${buyer.waId} (${buyer.name}) cannot be reached`;
    await house.simulator.fault({
      service: 'whatsapp',
      kind: 'error',
      status: 400,
      match: { sends: true, recipient: buyer.waId },
      body: { error: { code: 131026, message: quote, error_data: { details: quote } } },
    });
  }

  async function postgresRefuses(buyer: Buyer, table: string, when: string): Promise<void> {
    const name = `refuse_${table}`;
    await house.rows(
      `create function ${name}() returns trigger language plpgsql as $$ begin
         if ${when} then
           raise exception 'refused +${buyer.waId} ${buyer.name}: ${WORDS}'
             using errcode = '22009', detail = 'Failing row contains (${buyer.waId}, ${EMAIL}).';
         end if;
         return new; end $$`,
    );
    await house.rows(
      `create trigger ${name} before insert on ${table} for each row execute function ${name}()`,
    );
  }

  async function hubSpotConflicts(): Promise<void> {
    const message = `Contact already exists. Existing ID: 5, email ${EMAIL}`;
    await house.simulator.fault({
      service: 'hubspot',
      kind: 'error',
      status: 409,
      times: 3,
      match: { path: '/batch/' },
      body: {
        status: 'error',
        message,
        category: 'CONFLICT',
        correlationId: 'c',
        context: { email: [EMAIL] },
      },
    });
  }

  function forbidden(): string[] {
    const people = [answered, ...failing];
    return [
      ...people.flatMap(({ name, waId }) => [waId, ...name.split(' ')]),
      ...['Marzipan', 'harbourmaster', 'skipper', EMAIL, LOGIN.password, 'a-wrong-token'],
      ...[
        TEST_SETTINGS.whatsappAccessToken,
        TEST_SETTINGS.whatsappAppSecret,
        TEST_SETTINGS.whatsappVerifyToken,
      ],
      ...[TEST_SETTINGS.hubspotAccessToken, TEST_SETTINGS.hubspotClientSecret],
      ...[TEST_SETTINGS.agentToken, TEST_SETTINGS.otherAgentToken],
    ];
  }

  function found(text: string): string[] {
    return forbidden().filter((one) => text.toLowerCase().includes(one.toLowerCase()));
  }

  it.each(['api', 'worker'] as const)('the log of the %s holds no secret and nobody', (part) => {
    const log = house.process(part).log();
    expect(log.split('\n').length).toBeGreaterThan(5);
    expect(found(log)).toEqual([]);
  });

  it('the failures stand in the logs by type and code', () => {
    expect(house.process('worker').log().includes('22009')).toBe(true);
    // Not the whole log in the answer of a failed test.
    expect(house.process('api').log().includes('22009')).toBe(true);
  });

  it('no metric does', async () => {
    for (const text of await metrics()) {
      expect(text.length).toBeGreaterThan(1_000);
      expect(found(text)).toEqual([]);
    }
  });

  it('no trace does', async () => {
    await waitFor(() => receiver.spans().some(({ name }) => name === 'RunActivity:drainOutbox'), {
      what: 'the span of a drain',
    });
    expect(found(receiver.raw())).toEqual([]);
  });

  it('no history, attribute or note of a workflow does', async () => {
    const client = house.temporalClient();
    const runs = await listRuns(client);
    expect(runs.length).toBeGreaterThan(3);
    for (const run of runs) {
      const texts = [
        ...textsIn({ ...run, raw: null }),
        ...textsIn(run.raw),
        ...(await textsInHistory(client, run)),
      ];
      expect(found(texts.join('\n'))).toEqual([]);
    }
  });
});
