import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { createWhatsAppClient } from '../../activities/whatsapp/whatsapp.client';
import type { WhatsAppPort } from '../../activities/whatsapp/whatsapp.client';
import { PATIENCE_MS } from '../support/wait-for';

/**
 * What the server does with the next message: takes it, refuses it for good (its content, or its buyer) or for now, or takes
 * it and cuts the line.
 */
export type Fate = 'accept' | 'refuse' | 'refuse_reach' | 'refuse_for_now' | 'cut';

/** A server that stands for WhatsApp where only one question matters: what was it given, and how often. */
export type WhatsAppServer = {
  readonly client: WhatsAppPort;
  /** Messages that it took, by our reference; each with the id it gave. */
  readonly taken: { readonly reference: string; readonly id: string; readonly body: unknown }[];
  /** Messages that were marked as read. */
  readonly marked: string[];
  fate: Fate;
  /** The recipient as its answers name them; null = not at all. */
  contact: object | null;
  /** Happens while the next message is with it, before it answers; null = nothing. */
  meanwhile: (() => Promise<void>) | null;
  close(): Promise<void>;
};

const REFUSALS: Readonly<Partial<Record<Fate, { readonly status: number; readonly code: number }>>> = {
  refuse: { status: 400, code: 131009 },
  refuse_reach: { status: 400, code: 131026 },
  refuse_for_now: { status: 500, code: 131016 },
};

const bodySchema = z.looseObject({
  status: z.string().optional(),
  message_id: z.string().optional(),
  biz_opaque_callback_data: z.string().optional(),
});

export async function openWhatsAppServer(): Promise<WhatsAppServer> {
  const taken: WhatsAppServer['taken'] = [];
  const marked: string[] = [];
  const state: Pick<WhatsAppServer, 'fate' | 'contact' | 'meanwhile'> = {
    fate: 'accept',
    contact: null,
    meanwhile: null,
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      if (body.status === 'read' || state.meanwhile === null) {
        answerTo(body);
        return;
      }
      const { meanwhile } = state;
      state.meanwhile = null;
      meanwhile().then(
        () => {
          answerTo(body);
        },
        (error: unknown) => {
          request.socket.destroy(error instanceof Error ? error : undefined);
        },
      );
    });
    const answerTo = (body: z.infer<typeof bodySchema>): void => {
      const answer = (status: number, json: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
      };
      if (body.status === 'read') {
        marked.push(body.message_id ?? '');
        answer(200, { success: true });
        return;
      }
      const refusal = REFUSALS[state.fate];
      if (refusal !== undefined) {
        const error = { code: refusal.code, message: 'no', type: 'OAuthException', fbtrace_id: 'A1' };
        answer(refusal.status, { error });
        return;
      }
      const id = `wamid.out${taken.length + 1}`;
      taken.push({ reference: body.biz_opaque_callback_data ?? '', id, body });
      if (state.fate === 'cut') request.socket.destroy();
      else answer(200, { messages: [{ id }], ...(state.contact !== null && { contacts: [state.contact] }) });
    };
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = createWhatsAppClient({
    baseUrl: `http://127.0.0.1:${port}`,
    apiVersion: 'v26.0',
    accessToken: 'test',
    timeoutMs: PATIENCE_MS,
    connectTimeoutMs: PATIENCE_MS,
  });
  return {
    client,
    taken,
    marked,
    get fate() {
      return state.fate;
    },
    set fate(fate) {
      state.fate = fate;
    },
    get contact() {
      return state.contact;
    },
    set contact(contact) {
      state.contact = contact;
    },
    get meanwhile() {
      return state.meanwhile;
    },
    set meanwhile(meanwhile) {
      state.meanwhile = meanwhile;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
