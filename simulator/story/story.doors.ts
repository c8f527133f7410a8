import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const TIMEOUT_MS = 20_000;

export type Addresses = { readonly simulator: string; readonly api: string; readonly agentToken: string };

const summary = z.looseObject({
  id: z.string(),
  number_id: z.string(),
  buyer: z.looseObject({ id: z.string(), name: z.string().nullable() }),
});
const conversation = summary.extend({
  owner: z.string(),
  needs_human: z.boolean(),
  identity: z.looseObject({ status: z.string(), contact_id: z.string().nullable() }).nullable(),
  messages: z.array(
    z.looseObject({
      direction: z.string(),
      text: z.string().nullable(),
      edited_at: z.string().nullable(),
      revoked_at: z.string().nullable(),
      reactions: z.array(z.looseObject({ emoji: z.string() })),
    }),
  ),
  decisions: z.array(
    z.looseObject({
      id: z.number(),
      kind: z.string(),
      verdict: z.string(),
      reason_code: z.string(),
      explanation: z.string(),
    }),
  ),
  sends: z.array(z.looseObject({ kind: z.string(), status: z.string() })),
});
const buyer = z.looseObject({
  opted_out_at: z.string().nullable(),
  identities: z.array(z.looseObject({ value: z.string() })),
});
const phoneMessage = z.looseObject({
  id: z.string(),
  direction: z.enum(['in', 'out']),
  type: z.string(),
  text: z.string().optional(),
});
const record = z.looseObject({
  id: z.string(),
  properties: z.record(z.string(), z.unknown()),
  associations: z.record(z.string(), z.array(z.looseObject({ id: z.string() }))).optional(),
});

export type Conversation = z.infer<typeof conversation>;
type ConversationSummary = z.infer<typeof summary>;
export type KnownBuyer = z.infer<typeof buyer>;
type PhoneMessage = z.infer<typeof phoneMessage>;
export type HubspotRecord = z.infer<typeof record>;

/** What is seen of one buyer from outside. */
export type View = {
  readonly phone: readonly PhoneMessage[];
  /** All conversations with this person, one for each number. */
  readonly conversations: readonly Conversation[];
  readonly buyer: KnownBuyer | null;
};

/** The doors through which a story is played and looked at: the simulator's control, and the product's API. */
export class Doors {
  private readonly addresses: Addresses;

  constructor(addresses: Addresses) {
    this.addresses = addresses;
  }

  /** POST to the control of the simulator. */
  control(path: string, json: unknown): Promise<unknown> {
    return call(`${this.addresses.simulator}/control${path}`, { json });
  }

  async clearFaults(): Promise<void> {
    await call(`${this.addresses.simulator}/control/faults`, { method: 'DELETE' });
  }

  async phone(key: string): Promise<readonly PhoneMessage[]> {
    const url = `${this.addresses.simulator}/control/whatsapp/phones/${encodeURIComponent(key)}`;
    return z.looseObject({ messages: z.array(phoneMessage) }).parse(await call(url)).messages;
  }

  async objects(type: string): Promise<readonly HubspotRecord[]> {
    const url = `${this.addresses.simulator}/control/hubspot/objects/${type}`;
    return z.looseObject({ results: z.array(record) }).parse(await call(url)).results;
  }

  async pendingWebhooks(): Promise<number> {
    const url = `${this.addresses.simulator}/control/whatsapp/webhooks?state=pending`;
    return z.looseObject({ pending: z.number() }).parse(await call(url)).pending;
  }

  /** All conversations there are, page by page. */
  async conversations(): Promise<readonly ConversationSummary[]> {
    const page = z.looseObject({ items: z.array(summary), next_cursor: z.string().nullable() });
    const all: ConversationSummary[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = page.parse(await this.api(`/v1/conversations?limit=200${after}`));
      all.push(...answer.items);
      cursor = answer.next_cursor;
    } while (cursor !== null);
    return all;
  }

  async conversation(id: string): Promise<Conversation> {
    return conversation.parse(await this.api(`/v1/conversations/${id}`));
  }

  async buyer(id: string): Promise<KnownBuyer> {
    return buyer.parse(await this.api(`/v1/buyers/${id}`));
  }

  /** An agent's command on a conversation. */
  command(id: string, command: string, json: unknown): Promise<unknown> {
    return this.api(`/v1/conversations/${id}/${command}`, {
      json,
      headers: { 'idempotency-key': randomUUID() },
    });
  }

  async notUnderstood(): Promise<number> {
    const answer = z
      .looseObject({ counts: z.array(z.looseObject({ count: z.number() })) })
      .parse(await this.api('/v1/webhook-items'));
    return answer.counts.reduce((sum, { count }) => sum + count, 0);
  }

  async accountReports(): Promise<readonly { readonly id: number; readonly field: string }[]> {
    return z
      .looseObject({ items: z.array(z.looseObject({ id: z.number(), field: z.string() })) })
      .parse(await this.api('/v1/account-events?limit=200')).items;
  }

  private api(path: string, request: Request = {}): Promise<unknown> {
    const authorization = `Bearer ${this.addresses.agentToken}`;
    return call(this.addresses.api + path, { ...request, headers: { ...request.headers, authorization } });
  }
}

type Request = {
  readonly method?: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

async function call(url: string, { method, json, headers = {} }: Request = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: method ?? (json === undefined ? 'GET' : 'POST'),
    headers: { ...headers, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} from ${url}: ${text.slice(0, 500)}`);
  return text === '' ? null : JSON.parse(text);
}
