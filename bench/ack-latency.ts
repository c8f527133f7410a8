import { createHmac } from 'node:crypto';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * How long a webhook waits for its 200 while Temporal is there, while it refuses connections, and while it takes them
 * and never answers. Three API processes on one database get the same bodies in turns, so that whatever else the
 * machine does falls on all three.
 */

const ROUNDS = 400;
/** Processes fill their caches and pools first. */
const WARM_UP_ROUNDS = 40;
const SECRET = 'bench-secret';
const START_MS_MAX = 60_000;
/** The outage must have been noticed before the measuring starts: the first hand-overs wait for their deadline. */
const NOTICE_MS = 3_000;

type Place = { readonly name: string; readonly process: ChildProcess; readonly port: number };

async function main(): Promise<void> {
  const silent = createServer();
  const places = await Promise.all([
    startApi('Temporal is there', process.env['TEMPORAL_ADDRESS'] ?? ''),
    startApi('Temporal refuses', `127.0.0.1:${await closedPort()}`),
    startApi('Temporal is silent', `127.0.0.1:${await listen(silent)}`),
  ]);
  try {
    await Promise.all(places.map(isLive));
    await measure(places, WARM_UP_ROUNDS);
    await sleep(NOTICE_MS);
    print(places, await measure(places, ROUNDS));
  } finally {
    await Promise.all(places.map(stop));
    silent.close();
  }
}

function print(places: readonly Place[], costsMs: ReadonlyMap<Place, readonly number[]>): void {
  const [first] = places;
  const base = first === undefined ? [] : (costsMs.get(first) ?? []);
  console.log(`${`webhook to its 200, of ${ROUNDS}`.padEnd(30)}${'median'.padStart(9)}${'p95'.padStart(9)}`);
  for (const place of places) {
    const own = costsMs.get(place) ?? [];
    const figures = [0.5, 0.95].map((share) => quantile(own, share));
    const ratios = [0.5, 0.95].map(
      (share) => `×${(quantile(own, share) / quantile(base, share)).toFixed(2)}`,
    );
    const columns = figures.map((figure) => figure.toFixed(1).padStart(9)).join('');
    console.log(`${place.name.padEnd(30)}${columns} ${'ms'.padEnd(11)}${ratios.join(' ')}`);
  }
}

function quantile(costsMs: readonly number[], share: number): number {
  const sorted = [...costsMs].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;
}

async function measure(
  places: readonly Place[],
  rounds: number,
): Promise<ReadonlyMap<Place, readonly number[]>> {
  const costsMs = new Map<Place, number[]>(places.map((place) => [place, []]));
  for (let round = 0; round < rounds; round += 1)
    // Each place is first, second and third equally often.
    for (let turn = 0; turn < places.length; turn += 1) {
      const place = places[(round + turn) % places.length];
      if (place !== undefined) costsMs.get(place)?.push(await post(place));
    }
  return costsMs;
}

async function post(place: Place): Promise<number> {
  const body = nextBody();
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const startMs = performance.now();
  const response = await fetch(`http://127.0.0.1:${place.port}/webhooks/whatsapp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  });
  await response.arrayBuffer();
  const costMs = performance.now() - startMs;
  if (response.status !== 200) throw new Error(`${place.name}: the webhook was answered ${response.status}`);
  return costMs;
}

let written = 0;

/** A message of a buyer who has never written before: the workflow of each has to be started. */
function nextBody(): string {
  written += 1;
  const waId = `4477009${String(written).padStart(5, '0')}`;
  const message = {
    from: waId,
    id: `wamid.ack-${written}`,
    timestamp: String(Math.floor(Date.now() / 1000)),
    type: 'text',
    text: { body: 'Do you deliver?' },
  };
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '12025550100', phone_number_id: '100000000000001' },
    contacts: [{ profile: { name: 'Robin Vale' }, wa_id: waId }],
    messages: [message],
  };
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
  });
}

async function startApi(name: string, temporalAddress: string): Promise<Place> {
  const port = await closedPort();
  const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: temporalAddress,
      API_HOST: '127.0.0.1',
      API_PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      API_TOKENS: 'bench:bench-token',
      WHATSAPP_APP_SECRETS: SECRET,
      WHATSAPP_VERIFY_TOKEN: 'bench-verify',
      WHATSAPP_BUSINESS_ACCOUNT_ID: '1',
      LOG_LEVEL: 'silent',
    },
  });
  return { name, process: child, port };
}

async function isLive(place: Place): Promise<void> {
  const endMs = performance.now() + START_MS_MAX;
  while (performance.now() < endMs) {
    const response = await fetch(`http://127.0.0.1:${place.port}/health/ready`).catch(() => null);
    if (response?.ok === true) return;
    await sleep(100);
  }
  throw new Error(`${place.name}: the API did not start`);
}

async function stop(place: Place): Promise<void> {
  if (place.process.exitCode !== null) return;
  const ended = once(place.process, 'exit');
  place.process.kill('SIGTERM');
  await ended;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
