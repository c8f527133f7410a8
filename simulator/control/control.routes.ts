import { Router } from 'express';
import type { RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { faultSchema } from '../faults/fault.store';
import { guarded } from '../http/guard';
import { queryText, sendJson } from '../http/reply';
import { HubSpotError } from '../hubspot/hubspot.errors';
import { objectTypeOf } from '../hubspot/object-type';
import type { World } from '../world';
import { settingsChangeSchema } from '../settings/settings.store';
import { businessRoutes } from './business.routes';
import { ControlError, handle, parseBody } from './control.request';
import { inboundRoutes } from './inbound.routes';
import {
  buyerMessageSchema,
  buyerReadSchema,
  handshakeSchema,
  ownerSchema,
  rawWebhookSchema,
} from './control.schema';

/** The hand of the test: plays buyers, looks at what happened, plans faults. */
export function controlRoutes(world: World): RequestHandler {
  const router = Router();
  buyerRoutes(router, world);
  inboundRoutes(world, (path, { schema, work }) => {
    router.post(
      path,
      handle((request) => work(parseBody(request, schema))),
    );
  });
  lookRoutes(router, world);
  businessRoutes(router, world);
  router.get(
    '/faults',
    handle(() => ({ faults: world.faults.list() })),
  );
  router.post(
    '/faults',
    handle((request) => ({ id: world.faults.add(parseBody(request, faultSchema)).id })),
  );
  router.delete(
    '/faults',
    handle(() => {
      world.faults.clear();
      return {};
    }),
  );
  router.delete(
    '/faults/:id',
    handle((request) => {
      const id = String(request.params['id']);
      if (!world.faults.remove(id)) throw new ControlError(404, `There is no fault ${id}.`);
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
      const settings = world.settings.change(parseBody(request, settingsChangeSchema));
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
    handle((request) => ({
      id: world.whatsapp.actions.buyerWrites(parseBody(request, buyerMessageSchema)).id,
    })),
  );
  router.post(
    '/whatsapp/read',
    handle((request) => {
      const { wa_id, user_id, message_id, status } = parseBody(request, buyerReadSchema);
      if (!world.whatsapp.actions.buyerReads(wa_id ?? user_id ?? '', message_id, status))
        throw new ControlError(404, 'This buyer has no such message of ours.');
      return {};
    }),
  );
  router.post(
    '/whatsapp/webhooks',
    handle((request) => {
      const { payload, copies } = parseBody(request, rawWebhookSchema);
      return { ids: world.sender.sendExactly(payload, copies) };
    }),
  );
  router.post(
    '/hubspot/owners',
    handle((request) => {
      const { id, email, first_name, last_name } = parseBody(request, ownerSchema);
      return world.hubspot.owners.add({ id, email, firstName: first_name, lastName: last_name });
    }),
  );
  router.post('/whatsapp/handshake', (request, response, next) => {
    shakeHands(world, parseBody(request, handshakeSchema))
      .then((body) => {
        sendJson(response, { status: 200, body });
      })
      .catch(next);
  });
}

function lookRoutes(router: Router, world: World): void {
  const { store } = world.whatsapp;
  router.get(
    '/whatsapp/buyers',
    handle(() => ({ buyers: store.listBuyers() })),
  );
  router.get(
    '/whatsapp/webhooks',
    handle((request) => {
      const state = queryText(request, 'state');
      const all = world.sender.list();
      const webhooks = all.filter((one) => state === undefined || one.state === state);
      return {
        pending: all.filter((one) => one.state === 'pending').length + world.sender.waitingCount,
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

function refuse(error: unknown, response: Response): boolean {
  if (!(error instanceof ControlError) && !(error instanceof HubSpotError)) return false;
  sendJson(response, { status: error.status, body: { error: error.message } });
  return true;
}
