import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { guarded } from '../http/guard';
import { bearerToken, bodyJson, queryList, queryText, sendJson } from '../http/reply';
import type { SettingsStore } from '../settings/settings.store';
import { appRoutes, subscribedApps, tokenView } from './app.routes';
import { callOf } from './call.recorder';
import { mediaRoutes } from './media.routes';
import type { MediaStore } from './media.store';
import { tierOf } from './messaging-limit.state';
import type { SendActions } from './send.actions';
import type { TemplateActions } from './template.actions';
import { templateRoutes, templateView } from './template.routes';
import { readUpload } from './upload';
import { WhatsAppError, errorAnswer, unknownObject } from './whatsapp.errors';
import type { BusinessNumber, Upload } from './whatsapp.state';
import type { WhatsAppStore } from './whatsapp.store';

type Parts = {
  readonly store: WhatsAppStore;
  readonly sends: SendActions;
  readonly templates: TemplateActions;
  readonly settings: SettingsStore;
  readonly now: () => number;
  readonly media: MediaStore;
  readonly accessToken: string | null;
  readonly businessAccountId: string;
  readonly appSecret: string;
};

/** The Cloud API: what a business may ask of WhatsApp. */
export function whatsappRoutes(parts: Parts): RequestHandler {
  const router = Router();
  router.use(appRoutes({ settings: () => parts.settings.current, appSecret: parts.appSecret }));
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
  router.use(mediaRoutes(parts.media));
  router.post('/:version/:id/messages', (request, response) => {
    const body = bodyJson(request);
    if (body === undefined) throw new WhatsAppError(100, 'Invalid JSON in the request body.');
    const call = { phoneNumberId: request.params.id, body, ...callOf(response) };
    sendJson(response, { status: 200, body: parts.sends.post(call) });
  });
  router.post('/:version/:id/media', (request, response) => {
    sendJson(response, { status: 200, body: upload(parts, request.params.id, request) });
  });
  accountRoutes(router, parts);
  router.use((request) => {
    throw unknownObject(request.path, request.method);
  });
  return guarded(router, refuse);
}

/** What is read to see whether number, account and token are in order. */
function accountRoutes(router: Router, parts: Parts): void {
  router.get('/:version/debug_token', (request, response) => {
    const input = queryText(request, 'input_token');
    const isValid = input !== undefined && (parts.accessToken === null || input === parts.accessToken);
    sendJson(response, { status: 200, body: { data: tokenView(isValid, parts.settings.current) } });
  });
  router.all('/:version/:id/subscribed_apps', (request, response) => {
    requireAccount(parts, request.params.id, request.method);
    const body = request.method === 'GET' ? subscribedApps(parts.settings.current) : { success: true };
    sendJson(response, { status: 200, body });
  });
  router.get('/:version/:id/phone_numbers', (request, response) => {
    requireAccount(parts, request.params.id, request.method);
    const numbers = [...parts.store.numbers.values()];
    const tier = tierOf(parts.settings.current.whatsapp_messaging_limit);
    sendJson(response, { status: 200, body: { data: numbers.map((number) => numberView(number, tier)) } });
  });
  router.use(
    '/:version/:id/message_templates',
    (request, _response, next) => {
      requireAccount(parts, String(request.params['id']), request.method);
      next();
    },
    templateRoutes(parts.store, parts.templates),
  );
  router.get('/:version/:id', (request, response) => {
    const view = objectView(parts, request.params.id);
    sendJson(response, { status: 200, body: withFields(view, queryList(request, 'fields')) });
  });
}

function objectView(parts: Parts, id: string): Readonly<Record<string, unknown>> {
  const { store, settings, businessAccountId } = parts;
  const tier = tierOf(settings.current.whatsapp_messaging_limit);
  const number = store.numbers.get(id);
  if (number !== undefined) return numberView(number, tier);
  const template = store.templates.get(id);
  if (template !== undefined) return templateView(template);
  const file = store.uploads.get(id);
  if (file !== undefined) return { messaging_product: 'whatsapp', ...uploadView(file) };
  requireAccount(parts, id, 'GET');
  return {
    id: businessAccountId,
    name: 'Simulated business',
    currency: 'USD',
    timezone_id: '1',
    whatsapp_business_manager_messaging_limit: tier,
  };
}

function upload({ store, now }: Parts, phoneNumberId: string, request: Request): unknown {
  if (!store.numbers.has(phoneNumberId)) throw unknownObject(phoneNumberId, request.method);
  const raw: unknown = request.body;
  const file = readUpload(
    {
      contentType: request.headers['content-type'] ?? '',
      body: Buffer.isBuffer(raw) ? raw : Buffer.alloc(0),
    },
    { phoneNumberId, nowMs: now() },
  );
  return { id: store.uploads.put(file.id, file).id };
}

function uploadView({ id, mime_type, sha256, file_size }: Upload): Readonly<Record<string, unknown>> {
  return { id, mime_type, sha256, file_size };
}

function numberView(number: BusinessNumber, tier: string): Readonly<Record<string, unknown>> {
  return {
    id: number.id,
    display_phone_number: number.display_phone_number,
    verified_name: 'Simulated business',
    quality_rating: number.quality_rating ?? 'GREEN',
    code_verification_status: 'VERIFIED',
    platform_type: 'CLOUD_API',
    throughput: { level: (number.throughput_per_second ?? 80) > 80 ? 'HIGH' : 'STANDARD' },
    status: number.status ?? 'CONNECTED',
    whatsapp_business_manager_messaging_limit: tier,
  };
}

function withFields(view: Readonly<Record<string, unknown>>, fields: readonly string[]): unknown {
  if (fields.length === 0) return view;
  return Object.fromEntries(Object.entries(view).filter(([name]) => name === 'id' || fields.includes(name)));
}

function requireAccount(parts: Parts, id: string, method: string): void {
  if (id !== parts.businessAccountId) throw unknownObject(id, method);
}

function refuse(error: unknown, response: Response): boolean {
  if (!(error instanceof WhatsAppError)) return false;
  sendJson(response, errorAnswer(error));
  return true;
}
