import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { faultSchema } from '../faults/fault.store';
import { guarded } from '../http/guard';
import { bodyJson, queryText, sendJson } from '../http/reply';
import { HubSpotError } from '../hubspot/hubspot.errors';
import { objectTypeOf } from '../hubspot/object-type';
import type { World } from '../world';
import { settingsChangeSchema } from '../settings/settings.store';
import type { StoredMessage } from '../whatsapp/whatsapp.state';
import {
  buyerMessageSchema,
  buyerReadSchema,
  handshakeSchema,
  ownerSchema,
  rawWebhookSchema,
  templateSchema,
} from './control.schema';

class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The hand of the test: plays buyers, looks at what happened, plans faults. */
export function controlRoutes(world: World): RequestHandler {
  const router = Router();
  buyerRoutes(router, world);
  lookRoutes(router, world);
  router.get(
    '/faults',
    handle(() => ({ faults: world.faults.list() })),
  );
  router.post(
    '/faults',
    handle((request) => ({ id: world.faults.add(parse(request, faultSchema)).id })),
  );
  router.delete(
    '/faults',
    handle(() => {
      world.faults.clear();
      return {};
    }),
  );
  router.get(
    '/settings',
    handle(() => world.settings.current),
  );
  router.post(
    '/settings',
    handle((request) => {
      const settings = world.settings.change(parse(request, settingsChangeSchema));
      world.sender.resume();
      return settings;
    }),
  );
  router.post(
    '/reset',
    handle(() => {
      world.reset();
      return {};
    }),
  );
  router.use((request) => {
    throw new ControlError(404, `There is no ${request.method} ${request.originalUrl}.`);
  });
  return guarded(router, refuse);
}

function buyerRoutes(router: Router, world: World): void {
  router.post(
    '/whatsapp/messages',
    handle((request) => ({ id: world.whatsapp.actions.buyerWrites(parse(request, buyerMessageSchema)).id })),
  );
  router.post(
    '/whatsapp/read',
    handle((request) => {
      const { wa_id, user_id, message_id } = parse(request, buyerReadSchema);
      if (!world.whatsapp.actions.buyerReads(wa_id ?? user_id ?? '', message_id))
        throw new ControlError(404, 'This buyer has no such message of ours.');
      return {};
    }),
  );
  router.post(
    '/whatsapp/webhooks',
    handle((request) => {
      const { payload, copies } = parse(request, rawWebhookSchema);
      return { ids: world.sender.send(payload, copies) };
    }),
  );
  router.post(
    '/whatsapp/templates',
    handle((request) => {
      const template = parse(request, templateSchema);
      const { templates } = world.whatsapp.store;
      const id = String(300_000_000_000_001 + templates.size);
      return templates.put(id, { ...template, id });
    }),
  );
  router.post(
    '/hubspot/owners',
    handle((request) => {
      const { id, email, first_name, last_name } = parse(request, ownerSchema);
      return world.hubspot.owners.add({ id, email, firstName: first_name, lastName: last_name });
    }),
  );
  router.post('/whatsapp/handshake', (request, response, next) => {
    shakeHands(world, parse(request, handshakeSchema))
      .then((body) => {
        sendJson(response, { status: 200, body });
      })
      .catch(next);
  });
}

function lookRoutes(router: Router, world: World): void {
  const { store } = world.whatsapp;
  router.get(
    '/whatsapp/phones/:key',
    handle((request) => {
      const buyer = store.findBuyer(String(request.params['key']));
      const messages = buyer === undefined ? [] : store.conversation(buyer.key);
      return {
        buyer: buyer ?? null,
        messages: messages.filter(({ status }) => status !== 'failed').map((message) => phoneView(message)),
      };
    }),
  );
  router.get(
    '/whatsapp/buyers',
    handle(() => ({ buyers: store.listBuyers() })),
  );
  router.get(
    '/whatsapp/sends',
    handle(() => ({ sends: [...store.sends.values()] })),
  );
  router.get(
    '/whatsapp/webhooks',
    handle((request) => {
      const state = queryText(request, 'state');
      const all = world.sender.list();
      const webhooks = all.filter((one) => state === undefined || one.state === state);
      return {
        pending: all.filter((one) => one.state === 'pending').length,
        webhooks: webhooks.map(({ text, ...rest }) => ({ ...rest, payload: parsedText(text) })),
      };
    }),
  );
  router.get(
    '/hubspot/objects/:type',
    handle((request) => {
      const { name } = objectTypeOf(String(request.params['type']));
      const records = [...world.hubspot.records.list(name)];
      return { total: records.length, results: records.map((record) => recordView(world, record)) };
    }),
  );
}

function recordView(world: World, record: Parameters<World['hubspot']['view']['show']>[0]): unknown {
  const associations: Record<string, unknown[]> = {};
  for (const to of world.hubspot.associations.listAll(record)) {
    const types =
      world.hubspot.associations.list(record, to.type).find(({ id }) => id === to.id)?.types ?? [];
    (associations[to.type] ??= []).push({ id: to.id, type_ids: types.map(({ typeId }) => typeId) });
  }
  return { ...world.hubspot.view.showWritten(record), associations };
}

function phoneView(message: StoredMessage): unknown {
  const { id, direction, type, text, body, at_ms, status, context_id, biz_opaque_callback_data } = message;
  return {
    id,
    direction,
    type,
    ...(text !== null && { text }),
    body,
    at_ms,
    status,
    phone_number_id: message.phone_number_id,
    ...(context_id !== null && { context_id }),
    ...(biz_opaque_callback_data !== null && { biz_opaque_callback_data }),
  };
}

async function shakeHands(world: World, input: z.infer<typeof handshakeSchema>): Promise<unknown> {
  const address = world.settings.current.webhook_url;
  if (address === null) throw new ControlError(409, 'No webhook_url is set.');
  const challenge = input.challenge ?? String(Math.floor(Math.random() * 1e9));
  const url = new URL(address);
  url.searchParams.set('hub.mode', input.mode ?? 'subscribe');
  url.searchParams.set('hub.challenge', challenge);
  url.searchParams.set('hub.verify_token', input.verify_token ?? world.verifyToken);
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  const body = await answer.text();
  return { ok: answer.status === 200 && body === challenge, status: answer.status, body, challenge };
}

function parsedText(text: string): unknown {
  return JSON.parse(text);
}

function handle(work: (request: Request) => unknown): RequestHandler {
  return (request, response) => {
    sendJson(response, { status: 200, body: work(request) });
  };
}

function parse<Value>(request: Request, schema: z.ZodType<Value>): Value {
  const json = bodyJson(request);
  if (json === undefined) throw new ControlError(400, 'The body is no JSON.');
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new ControlError(400, z.prettifyError(result.error));
}

function refuse(error: unknown, response: Response): boolean {
  if (!(error instanceof ControlError) && !(error instanceof HubSpotError)) return false;
  sendJson(response, { status: error.status, body: { error: error.message } });
  return true;
}
