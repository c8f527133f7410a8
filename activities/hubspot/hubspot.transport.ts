import { Agent as HttpAgent } from 'node:http';
import type { ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { RequestOptions } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HubSpotTimeout } from './hubspot.errors';

/** The one place that says which version of HubSpot's API is spoken. */
export const HUBSPOT_API_VERSION = '2026-09';

type OnSocket = (error: Error | null, stream: Duplex) => void;

/** An agent that destroys silent sockets: the SDK itself waits for an answer without limit. */
export function createTimedAgent(baseUrl: string, timeoutMs: number): HttpAgent {
  const options = { keepAlive: true, maxSockets: 20 };
  return baseUrl.startsWith('https:')
    ? new TimedHttpsAgent(options, timeoutMs)
    : new TimedHttpAgent(options, timeoutMs);
}

/** Ends `call` after `timeoutMs` even when bytes keep trickling in. */
export async function withDeadline<Result>(call: Promise<Result>, timeoutMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new HubSpotTimeout());
    }, timeoutMs);
  });
  try {
    return await Promise.race([call, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Turns the paths of the SDK (v3 and v4) into the date-based ones; other addresses stay as they are. */
function toDatedUrl(url: string): string {
  return url
    .replace(/\/crm\/v[34]\/objects\//, `/crm/objects/${HUBSPOT_API_VERSION}/`)
    .replace(/\/crm\/v4\/associations\//, `/crm/associations/${HUBSPOT_API_VERSION}/`)
    .replace(/\/crm\/v3\/properties\//, `/crm/properties/${HUBSPOT_API_VERSION}/`);
}

interface RequestContext {
  getUrl(): string;
  setUrl(url: string): void;
}

/** Middleware for the SDK that sends every request to the date-based paths. */
export const datedPaths = {
  pre(context: unknown): unknown {
    if (isRequestContext(context)) context.setUrl(toDatedUrl(context.getUrl()));
    return context;
  },
  post(context: unknown): unknown {
    return context;
  },
};

function isRequestContext(value: unknown): value is RequestContext {
  return typeof value === 'object' && value !== null && 'getUrl' in value && 'setUrl' in value;
}

/** Lets calls start at once until `callsMax` began within the interval; the others wait for their turn. */
export function createPacer(callsMax: number, intervalMs: number): () => Promise<void> {
  const startsAtMs: number[] = [];
  return async () => {
    const now = Date.now();
    const oldestAtMs = startsAtMs.length < callsMax ? undefined : startsAtMs.shift();
    const startAtMs = Math.max(now, (oldestAtMs ?? 0) + intervalMs);
    startsAtMs.push(startAtMs);
    if (startAtMs > now) await new Promise((resolve) => setTimeout(resolve, startAtMs - now));
  };
}

class TimedHttpAgent extends HttpAgent {
  private readonly silenceMaxMs: number;
  constructor(options: { keepAlive: boolean; maxSockets: number }, silenceMaxMs: number) {
    super(options);
    this.silenceMaxMs = silenceMaxMs;
  }
  override createConnection(options: ClientRequestArgs, callback?: OnSocket): Duplex | null | undefined {
    return destroyWhenSilent(super.createConnection(options, callback), this.silenceMaxMs);
  }
}

class TimedHttpsAgent extends HttpsAgent {
  private readonly silenceMaxMs: number;
  constructor(options: { keepAlive: boolean; maxSockets: number }, silenceMaxMs: number) {
    super(options);
    this.silenceMaxMs = silenceMaxMs;
  }
  override createConnection(options: RequestOptions, callback?: OnSocket): Duplex | null | undefined {
    return destroyWhenSilent(super.createConnection(options, callback), this.silenceMaxMs);
  }
}

function destroyWhenSilent(
  stream: Duplex | null | undefined,
  silenceMaxMs: number,
): Duplex | null | undefined {
  if (stream instanceof Socket) stream.setTimeout(silenceMaxMs, () => stream.destroy(new HubSpotTimeout()));
  return stream;
}
