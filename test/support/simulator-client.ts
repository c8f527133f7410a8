import { z } from 'zod';
import { expectStatus } from './api-client';
import { http } from './http';
import type { HttpRequest } from './http';
import { TEST_SETTINGS } from './settings';

const phoneMessage = z.looseObject({
  id: z.string(),
  direction: z.enum(['in', 'out']),
  type: z.string(),
  text: z.string().nullish(),
  at_ms: z.number(),
  status: z.string().nullish(),
  biz_opaque_callback_data: z.string().nullish(),
});
const record = z.looseObject({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  associations: z
    .record(z.string(), z.array(z.looseObject({ id: z.string() })))
    .optional()
    .catch(undefined),
});
const list = z.array(z.unknown());

export type PhoneMessage = z.infer<typeof phoneMessage>;
export type HubspotRecord = z.infer<typeof record>;
export type HubspotType = 'contacts' | 'companies' | 'deals' | 'communications';

/** A file as a buyer sends it: its bytes, or just as many; and what is announced about it instead of the truth. */
export type SentMedia = {
  readonly content_base64?: string;
  readonly fill_bytes?: number;
  readonly mime_type: string;
  readonly filename?: string;
  readonly caption?: string;
  readonly sha256?: string;
  readonly file_size?: number;
  readonly with_url?: boolean;
  readonly url?: string;
};

export type BuyerMessage = {
  readonly from: {
    readonly wa_id?: string;
    readonly user_id?: string;
    readonly name?: string;
    readonly username?: string;
  };
  readonly text?: string;
  readonly type?: string;
  readonly body?: unknown;
  readonly media?: SentMedia;
  readonly phone_number_id?: string;
  readonly display_phone_number?: string;
  readonly context?: { readonly id: string };
  readonly timestamp_seconds?: number;
  readonly copies?: number;
};

export type Fault = {
  readonly service: 'whatsapp' | 'hubspot' | 'webhook';
  readonly kind: 'error' | 'delay' | 'hang' | 'cut-before' | 'cut-after-commit' | 'empty-502' | 'unreadable';
  /** Parts of path and body, or what a send is about; all given ones must fit. */
  readonly match?: {
    readonly method?: string;
    readonly path?: string;
    readonly body?: string;
    readonly sends?: true;
    readonly recipient?: string;
    readonly phone_number_id?: string;
  };
  readonly status?: number;
  /** WhatsApp's error code, and whether it is answered, reported later as `failed`, or both. */
  readonly code?: number;
  readonly timing?: 'sync' | 'async' | 'both';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delay_ms?: number;
  readonly times?: number;
  /** Let the first so many matching requests pass. */
  readonly skip?: number;
  /** Hit only this share of the matching requests; the seed chooses which. */
  readonly share?: number;
  readonly seed?: number;
  /** Do the work first, then answer with the fault. */
  readonly after_commit?: boolean;
};

/** The simulator's control door: buyers write and read, faults are set, records are looked at. */
export class SimulatorClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** A buyer writes; gives the message id. */
  async write(message: BuyerMessage): Promise<string> {
    return z
      .looseObject({ id: z.string() })
      .parse(await this.control('/whatsapp/messages', { json: message })).id;
  }

  /** A buyer reads a message of ours. */
  async read(waId: string, messageId: string): Promise<void> {
    await this.control('/whatsapp/read', { json: { wa_id: waId, message_id: messageId } });
  }

  /** What the buyer's phone shows, in order. */
  async phone(key: string): Promise<readonly PhoneMessage[]> {
    const body = await this.control(`/whatsapp/phones/${encodeURIComponent(key)}`);
    return z.looseObject({ messages: z.array(phoneMessage) }).parse(body).messages;
  }

  /** What the product has sent to the buyer's phone, in order. */
  async received(key: string): Promise<readonly PhoneMessage[]> {
    return (await this.phone(key)).filter(({ direction }) => direction === 'out');
  }

  /** Every request that the Cloud API accepted, read marks too. */
  async sends(): Promise<readonly unknown[]> {
    return itemsOf(await this.control('/whatsapp/sends'));
  }

  /** Deliveries of webhooks with their attempts. */
  async webhooks(): Promise<readonly unknown[]> {
    return itemsOf(await this.control('/whatsapp/webhooks'));
  }

  /** How many webhooks have not been taken yet. */
  async pendingWebhooks(): Promise<number> {
    return z.looseObject({ pending: z.number() }).parse(await this.control('/whatsapp/webhooks')).pending;
  }

  /** All records of a type in the simulated HubSpot. */
  async objects(type: HubspotType): Promise<readonly HubspotRecord[]> {
    return z.array(record).parse(itemsOf(await this.control(`/hubspot/objects/${type}`)));
  }

  /** Creates a record through the HubSpot API, as another integration would. */
  async createObject(type: HubspotType, body: unknown): Promise<HubspotRecord> {
    const answer = await http(`${this.url}/hubspot/crm/objects/2026-09/${type}`, {
      json: body,
      headers: { authorization: `Bearer ${TEST_SETTINGS.hubspotAccessToken}` },
    });
    return record.parse(expectStatus(answer, 201).body);
  }

  /** The next matching requests go wrong; gives the id of the fault. */
  async fault(fault: Fault): Promise<string> {
    return z.looseObject({ id: z.string() }).parse(await this.control('/faults', { json: fault })).id;
  }

  /** How many requests a fault has hit so far. */
  async hitsOf(faultId: string): Promise<number> {
    const { faults } = z
      .looseObject({ faults: z.array(z.looseObject({ id: z.string(), hits: z.number() })) })
      .parse(await this.control('/faults'));
    return faults.find(({ id }) => id === faultId)?.hits ?? 0;
  }

  /** Ends a fault; what it holds back goes on at once. */
  async endFault(faultId: string): Promise<void> {
    await this.control(`/faults/${faultId}`, { method: 'DELETE' });
  }

  async clearFaults(): Promise<void> {
    await this.control('/faults', { method: 'DELETE' });
  }

  async settings(change: Readonly<Record<string, unknown>>): Promise<void> {
    await this.control('/settings', { json: change });
  }

  async reset(): Promise<void> {
    await this.control('/reset', { json: {} });
  }

  private async control(path: string, request: HttpRequest = {}): Promise<unknown> {
    const answer = await http(`${this.url}/control${path}`, request);
    if (answer.status < 300) return answer.body;
    throw new Error(`The simulator answered ${answer.status} to ${path}: ${JSON.stringify(answer.body)}`);
  }
}

/** A list, whether it comes bare or under a name. */
function itemsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return list.parse(body);
  const inside = Object.values(z.looseObject({}).parse(body)).find((value) => Array.isArray(value));
  return list.parse(inside);
}
