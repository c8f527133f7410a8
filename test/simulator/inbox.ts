import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';

type Received = {
  readonly bytes: Buffer;
  readonly headers: IncomingMessage['headers'];
  readonly value: Value;
};

const item = z.looseObject({ id: z.string() });
const valueSchema = z.looseObject({
  metadata: z.looseObject({ phone_number_id: z.string(), display_phone_number: z.string() }).optional(),
  contacts: z
    .array(z.looseObject({ wa_id: z.string().optional(), user_id: z.string().optional() }))
    .optional(),
  messages: z.array(item).optional(),
  statuses: z.array(item.extend({ status: z.string() })).optional(),
});
type Value = z.infer<typeof valueSchema>;
const payloadSchema = z.looseObject({
  entry: z.array(z.looseObject({ changes: z.array(z.looseObject({ value: valueSchema })) })),
});

/** A webhook endpoint of a test: keeps what comes and answers what it is told to. */
export type Inbox = {
  readonly url: string;
  readonly received: Received[];
  /** The status for each delivery; `null` = never answer. */
  answer: (value: Value) => number | null;
  readonly stop: () => Promise<void>;
};

export async function startInbox(port = 0): Promise<Inbox> {
  const received: Received[] = [];
  const inbox = { received, answer: (): number | null => 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const query = new URL(request.url ?? '/', 'http://inbox').searchParams;
      if (request.method === 'GET') {
        const isRight = query.get('hub.verify_token') === 'right' && query.get('hub.mode') === 'subscribe';
        response.statusCode = isRight ? 200 : 403;
        response.end(isRight ? query.get('hub.challenge') : '');
        return;
      }
      const bytes = Buffer.concat(chunks);
      const value = firstValue(bytes);
      received.push({ bytes, headers: request.headers, value });
      const status = started.answer(value);
      if (status === null) return;
      response.statusCode = status;
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : 0;
  const started: Inbox = {
    ...inbox,
    url: `http://127.0.0.1:${listening}/webhooks/whatsapp`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return started;
}

function firstValue(bytes: Buffer): Value {
  const payload = payloadSchema.safeParse(JSON.parse(bytes.toString('utf8')));
  return payload.data?.entry[0]?.changes[0]?.value ?? {};
}

/** The signature Meta would put on these bytes. */
export function signature(bytes: Buffer, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
}

/** All statuses received for a message, in order of arrival. */
export function statusesOf(inbox: Inbox, id: string): string[] {
  return inbox.received
    .flatMap(({ value }) => value.statuses ?? [])
    .filter((status) => status.id === id)
    .map(({ status }) => status);
}
