import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { http } from './http';
import type { HttpAnswer } from './http';
import { TEST_SETTINGS } from './settings';
import { waitFor } from './wait-for';

const summary = z.looseObject({
  id: z.string(),
  buyer: z.looseObject({
    id: z.string(),
    name: z.string().nullish(),
    wa_id: z.string().nullish(),
    late_replies: z.number(),
    expected_late_replies: z.number(),
  }),
  number_id: z.string().nullish(),
  owner: z.string(),
  paused_until: z.string().nullish(),
  status: z.string(),
  needs_human: z.boolean(),
  reason_code: z.string().nullish(),
  next_action: z.looseObject({ kind: z.string(), at: z.string() }).nullish(),
  episode: z
    .looseObject({ id: z.string(), opened_at: z.string(), closed_at: z.string().nullish() })
    .nullish(),
});

const detail = summary.extend({
  identity: z
    .looseObject({
      status: z.string(),
      reason_code: z.string(),
      confidence: z.number(),
      contact_id: z.string().nullish(),
      company_id: z.string().nullish(),
      deal_id: z.string().nullish(),
      candidates: z.array(z.unknown()),
    })
    .nullish(),
  messages: z.array(
    z.looseObject({
      id: z.string(),
      direction: z.string(),
      author: z.string(),
      type: z.string(),
      text: z.string().nullish(),
      whatsapp_id: z.string(),
      turn_id: z.string().nullish(),
      media: z
        .array(
          z.looseObject({
            status: z.string(),
            reason: z.string().nullish(),
            url: z.string().nullish(),
          }),
        )
        .default([]),
      send_id: z.string().nullish(),
    }),
  ),
  decisions: z.array(
    z.looseObject({
      id: z.number(),
      kind: z.string(),
      verdict: z.string(),
      reason_code: z.string(),
      explanation: z.string(),
      reasons: z.array(z.looseObject({ code: z.string(), detail: z.unknown().optional() })),
      flip: z.string().nullish(),
      rule_name: z.string().nullish(),
      policy_version: z.number().nullish(),
      identity_link_id: z.number().nullish(),
      context_snapshot_id: z.number().nullish(),
    }),
  ),
  follow_ups: z.array(
    z.looseObject({ id: z.string(), attempt: z.number(), status: z.string(), reason_code: z.string() }),
  ),
  sends: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      author: z.string(),
      status: z.string(),
      reason_code: z.string().nullish(),
      decision_id: z.number(),
      whatsapp_id: z.string().nullish(),
    }),
  ),
  waits: z.array(
    z.looseObject({
      ended_by: z.string().nullish(),
      late_replies: z.number().nullish(),
      expected_late_replies: z.number().nullish(),
      parameter_version: z.string().nullish(),
    }),
  ),
  commands: z.array(
    z.looseObject({
      kind: z.string(),
      actor: z.string(),
      is_verified: z.boolean(),
      outcome: z.string(),
      refusal: z.string().nullish(),
    }),
  ),
  crm: z.array(
    z.looseObject({ object_kind: z.string(), hubspot_id: z.string().nullish(), pending: z.boolean() }),
  ),
});

/** A conversation as the API lists it; further fields are kept as they came. */
export type ConversationSummary = z.infer<typeof summary>;
/** A conversation as the API shows it alone. */
export type ConversationDetail = z.infer<typeof detail>;

export type CommandOptions = {
  readonly token?: string | null;
  readonly idempotencyKey?: string;
};

/** The API as an agent and as Meta see it. */
export class ApiClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  get(path: string, options: CommandOptions = {}): Promise<HttpAnswer> {
    return http(this.url + path, { headers: authorization(options) });
  }

  post(path: string, json: unknown, options: CommandOptions = {}): Promise<HttpAnswer> {
    return http(this.url + path, { json, headers: authorization(options) });
  }

  /** A command on a conversation: take-over, hand-back, pause, resume, close, messages, route, follow-up-rule. */
  command(
    conversationId: string,
    command: string,
    request: CommandOptions & { readonly json?: unknown } = {},
  ): Promise<HttpAnswer> {
    return this.post(`/v1/conversations/${conversationId}/${command}`, request.json ?? {}, request);
  }

  /** Conversations of a buyer, newest first as the API gives them. */
  async conversationsOf(waId: string): Promise<readonly ConversationSummary[]> {
    const answer = await this.get(`/v1/conversations?buyer_wa_id=${encodeURIComponent(waId)}`);
    return z.looseObject({ items: z.array(summary) }).parse(expectStatus(answer, 200).body).items;
  }

  async conversation(id: string): Promise<ConversationDetail> {
    return detail.parse(expectStatus(await this.get(`/v1/conversations/${id}`), 200).body);
  }

  /** Waits until the buyer has a conversation and gives it in full. */
  async conversationWith(waId: string): Promise<ConversationDetail> {
    const found = await waitFor(async () => (await this.conversationsOf(waId))[0], {
      what: `a conversation with ${waId}`,
    });
    return this.conversation(found.id);
  }

  /** Delivers a webhook body as Meta would, signed over the exact bytes; `signature` replaces ours. */
  webhook(
    body: unknown,
    { secret = TEST_SETTINGS.whatsappAppSecret, signature }: WebhookOptions = {},
  ): Promise<HttpAnswer> {
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    const header = signature ?? `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
    return http(`${this.url}/webhooks/whatsapp`, { raw, headers: { 'x-hub-signature-256': header } });
  }
}

export type WebhookOptions = { readonly secret?: string; readonly signature?: string };

/** Gives the answer back when it has the status, and tells status and body when not. */
export function expectStatus(answer: HttpAnswer, status: number): HttpAnswer {
  if (answer.status === status) return answer;
  throw new Error(`Expected status ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
}

function authorization({
  token = TEST_SETTINGS.agentToken,
  idempotencyKey,
}: CommandOptions): Record<string, string> {
  return {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
  };
}
