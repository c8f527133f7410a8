import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const bodySchema = z.strictObject({
  type: z.string(),
  timestamp: z.iso.datetime(),
  sequence: z.number(),
  data: z.looseObject({ conversation_id: z.string().optional() }),
});

/** One webhook as it came in. */
export type Received = z.infer<typeof bodySchema> & {
  readonly id: string;
  readonly raw: string;
  readonly headers: IncomingHttpHeaders;
};

/** What the receiver does with a webhook; a number = it answers with this status. */
type Behaviour = (received: Received, response: ServerResponse) => number | null | Promise<number | null>;

/** A program of somebody else that takes webhooks. */
export type Receiver = {
  readonly url: string;
  /** Everything that came, in order, also what was refused. */
  readonly all: Received[];
  /** What was taken with a 2xx, in order. */
  readonly taken: Received[];
  behave(behaviour: Behaviour): void;
  /** Takes everything from now on, knows of nothing before, and breaks off what is under way. */
  forget(): void;
  close(): Promise<void>;
};

export async function openReceiver(): Promise<Receiver> {
  const all: Received[] = [];
  const taken: Received[] = [];
  let behaviour: Behaviour = () => 204;
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk));
    const raw = Buffer.concat(chunks).toString('utf8');
    const { headers } = request;
    const id = z.string().parse(headers['webhook-id']);
    const received = { ...bodySchema.parse(JSON.parse(raw)), id, raw, headers };
    all.push(received);
    const status = await behaviour(received, response);
    if (status === null) return;
    if (status < 300) taken.push(received);
    response.writeHead(status).end();
  };
  const server = createServer((request, response) => {
    void take(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    all,
    taken,
    behave: (next) => {
      behaviour = next;
    },
    forget: () => {
      behaviour = () => 204;
      all.length = 0;
      taken.length = 0;
      server.closeAllConnections();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Checks a webhook as the standard tells receivers to, with nothing of our own; true = one of its signatures is right. */
export async function isSignedWith(received: Received, secret: string): Promise<boolean> {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);
  const timestamp = z.string().parse(received.headers['webhook-timestamp']);
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const content = new TextEncoder().encode(`${received.id}.${timestamp}.${received.raw}`);
  const signatures = z.string().parse(received.headers['webhook-signature']).split(' ');
  const checks = signatures.map((signature) => {
    const [version, value = ''] = signature.split(',');
    return version === 'v1'
      ? crypto.subtle.verify('HMAC', key, Buffer.from(value, 'base64'), content)
      : Promise.resolve(false);
  });
  return (await Promise.all(checks)).includes(true);
}
