import { Router } from 'express';
import type { Request } from 'express';
import { bodyJson, queryList, queryText, sendJson } from '../http/reply';
import type { TemplateActions } from './template.actions';
import { WhatsAppError } from './whatsapp.errors';
import type { Template } from './whatsapp.state';
import type { WhatsAppStore } from './whatsapp.store';

const PAGE_SIZE = 25;
const PAGE_SIZE_MAX = 1_000;
const FILTERS = ['name', 'language', 'status', 'category'] as const;

/** `/{account}/message_templates`: list with pages, hand in, take away. */
export function templateRoutes(store: WhatsAppStore, actions: TemplateActions): Router {
  const router = Router({ mergeParams: true });
  router.get('/', (request, response) => {
    sendJson(response, { status: 200, body: pageOf([...store.templates.values()], request) });
  });
  router.post('/', (request, response) => {
    const { id, status, category } = actions.handIn(bodyJson(request));
    sendJson(response, { status: 200, body: { id, status, category } });
  });
  router.delete('/', (request, response) => {
    const name = queryText(request, 'name') ?? '';
    if (!actions.remove(name)) throw new WhatsAppError(100, `There is no template ${name}.`);
    sendJson(response, { status: 200, body: { success: true } });
  });
  return router;
}

/** A template as the API shows it. */
export function templateView(template: Template): Readonly<Record<string, unknown>> {
  const { quality_score, rejected_reason, ...rest } = template;
  return {
    ...rest,
    quality_score: { score: quality_score },
    rejected_reason: rejected_reason ?? 'NONE',
  };
}

function pageOf(templates: readonly Template[], request: Request): unknown {
  const matching = templates.filter((template) =>
    FILTERS.every((name) => {
      const wanted = queryText(request, name);
      return wanted === undefined || template[name] === wanted;
    }),
  );
  const limit = Math.min(PAGE_SIZE_MAX, Number(queryText(request, 'limit') ?? PAGE_SIZE));
  if (!Number.isInteger(limit) || limit < 1) throw new WhatsAppError(100, 'Param limit must be a number.');
  const from = positionOf(queryText(request, 'after'));
  const page = matching.slice(from, from + limit);
  const data = page.map((template) => withFields(template, queryList(request, 'fields')));
  if (page.length === 0) return { data };
  const cursors = { before: cursorOf(from), after: cursorOf(from + page.length) };
  const hasMore = from + page.length < matching.length;
  return { data, paging: { cursors, ...(hasMore && { next: nextUrl(request, cursors.after) }) } };
}

function withFields(template: Template, fields: readonly string[]): unknown {
  const view = Object.entries(templateView(template));
  if (fields.length === 0) return Object.fromEntries(view.filter(([name]) => name !== 'quality_score'));
  return Object.fromEntries(view.filter(([name]) => name === 'id' || fields.includes(name)));
}

/** A cursor says how many templates lie before it; nobody outside may rely on that. */
function cursorOf(position: number): string {
  return Buffer.from(`position:${position}`).toString('base64url');
}

function positionOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const match = /^position:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (match === null) throw new WhatsAppError(100, 'Param after is no cursor.');
  return Number(match[1]);
}

function nextUrl(request: Request, after: string): string {
  const url = new URL(request.originalUrl, `http://${request.headers.host ?? 'localhost'}`);
  url.searchParams.set('after', after);
  return url.href;
}
