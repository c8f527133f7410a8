import { z } from 'zod';
import { PLAIN } from '../route';
import type { Route } from '../route';

const text = z.string();
const common = {
  ...PLAIN,
  path: '/webhooks/whatsapp',
  tag: 'Webhooks',
  scope: null,
  orders: null,
  readsRequest: false,
  // Their router reads the raw bytes, and is mounted as it is.
  serve: null,
} as const;

/** The doors for Meta, served by api/ingest/webhook.routes.ts. */
export const webhookRoutes: readonly Route[] = [
  {
    ...common,
    id: 'confirm-webhook',
    method: 'get',
    summary: 'Meta’s handshake',
    description: 'Meta asks once, when the address is entered. Open; the verify token is the key.',
    query: z.object({
      'hub.mode': z.literal('subscribe'),
      'hub.challenge': z.string(),
      'hub.verify_token': z.string(),
    }),
    answers: {
      200: { description: 'The challenge.', schema: text, mediaType: 'text/plain' },
      403: { description: 'Another verify token.', schema: text, mediaType: 'text/plain' },
    },
  },
  {
    ...common,
    id: 'take-webhook',
    method: 'post',
    summary: 'Webhooks of WhatsApp',
    description:
      'Open; the signature in `X-Hub-Signature-256` is the key. 200 means that everything is stored; 503 asks Meta to deliver again. Not limited in rate.',
    body: z
      .looseObject({ object: z.string(), entry: z.array(z.unknown()) })
      .describe('as Meta sends it; whatever is signed is kept'),
    answers: {
      200: { description: 'Stored.', schema: text, mediaType: 'text/plain' },
      401: { description: 'Not signed by Meta; nothing is stored.', schema: text, mediaType: 'text/plain' },
      413: { description: 'Too large.', schema: text, mediaType: 'application/problem+json' },
      415: {
        description: 'Compressed (`Content-Encoding`): the signature is over what is sent.',
        schema: text,
        mediaType: 'application/problem+json',
      },
      503: { description: 'It could not be stored.', schema: text, mediaType: 'text/plain' },
    },
  },
];
