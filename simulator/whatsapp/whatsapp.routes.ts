import { Router } from 'express';
import type { RequestHandler, Response } from 'express';
import { guarded } from '../http/guard';
import { bearerToken, bodyJson, queryList, sendJson } from '../http/reply';
import type { WhatsAppActions } from './whatsapp.actions';
import { WhatsAppError, errorAnswer } from './whatsapp.errors';
import type { BusinessNumber } from './whatsapp.state';
import type { WhatsAppStore } from './whatsapp.store';

type Parts = {
  readonly store: WhatsAppStore;
  readonly actions: WhatsAppActions;
  readonly accessToken: string | null;
  readonly businessAccountId: string;
};

/** The Cloud API: what a business may ask of WhatsApp. */
export function whatsappRoutes(parts: Parts): RequestHandler {
  const router = Router();
  router.use((request, response, next) => {
    const token = bearerToken(request);
    if (token !== null && (parts.accessToken === null || token === parts.accessToken)) {
      next();
      return;
    }
    const details =
      token === null
        ? 'An access token is required to request this resource.'
        : 'Invalid OAuth access token - Cannot parse access token';
    sendJson(response, errorAnswer(new WhatsAppError(190, details)));
  });
  router.post('/:version/:id/messages', (request, response) => {
    const body = bodyJson(request);
    if (body === undefined) throw new WhatsAppError(100, 'Invalid JSON in the request body.');
    sendJson(response, { status: 200, body: parts.actions.post(request.params.id, body) });
  });
  router.all('/:version/:id/subscribed_apps', (request, response) => {
    requireAccount(parts, request.params.id);
    sendJson(response, { status: 200, body: subscribedApps(request.method) });
  });
  router.get('/:version/:id/phone_numbers', (request, response) => {
    requireAccount(parts, request.params.id);
    const numbers = [...parts.store.numbers.values()];
    sendJson(response, { status: 200, body: { data: numbers.map((number) => numberView(number)) } });
  });
  router.get('/:version/:id/message_templates', (request, response) => {
    requireAccount(parts, request.params.id);
    sendJson(response, { status: 200, body: { data: [...parts.store.templates.values()] } });
  });
  router.get('/:version/:id', (request, response) => {
    const number = parts.store.numbers.get(request.params.id);
    if (number === undefined) requireAccount(parts, request.params.id);
    const view: Readonly<Record<string, unknown>> =
      number === undefined
        ? { id: parts.businessAccountId, name: 'Simulated business', currency: 'USD', timezone_id: '1' }
        : numberView(number);
    sendJson(response, { status: 200, body: withFields(view, queryList(request, 'fields')) });
  });
  router.use((request) => {
    throw unknownObject(request.path);
  });
  return guarded(router, refuse);
}

function subscribedApps(method: string): unknown {
  if (method !== 'GET') return { success: true };
  const app = {
    id: '200000000000001',
    name: 'Simulated app',
    link: 'https://www.facebook.com/games/?app_id=200000000000001',
  };
  return { data: [{ whatsapp_business_api_data: app }] };
}

function numberView(number: BusinessNumber): Readonly<Record<string, unknown>> {
  return {
    id: number.id,
    display_phone_number: number.display_phone_number,
    verified_name: 'Simulated business',
    quality_rating: 'GREEN',
    code_verification_status: 'VERIFIED',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
    status: 'CONNECTED',
  };
}

function withFields(view: Readonly<Record<string, unknown>>, fields: readonly string[]): unknown {
  if (fields.length === 0) return view;
  return Object.fromEntries(Object.entries(view).filter(([name]) => name === 'id' || fields.includes(name)));
}

function requireAccount(parts: Parts, id: string): void {
  if (id !== parts.businessAccountId) throw unknownObject(id);
}

function unknownObject(id: string): WhatsAppError {
  return new WhatsAppError(
    100,
    `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    33,
  );
}

function refuse(error: unknown, response: Response): boolean {
  if (!(error instanceof WhatsAppError)) return false;
  sendJson(response, errorAnswer(error));
  return true;
}
