import { dirname, join } from 'node:path';
import { z } from 'zod';
import { problemList } from '../contract';
import { listProblems } from '../errors';
import { DOCS_PAGE, DOCS_SCRIPT } from '../openapi/docs-page';
import { PLAIN, raw, read } from '../route';
import type { Route } from '../route';

const TYPES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const;
const files = z.enum(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png', 'start.js']);

/** Nothing but what this address serves itself is loaded, and nothing is sent anywhere else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What this API is, for people and programs; open, as it tells nothing of anybody. */
export const documentationRoutes: readonly Route[] = [
  raw({
    ...PLAIN,
    id: 'get-openapi',
    method: 'get',
    path: '/openapi.json',
    tag: 'Documentation',
    summary: 'This document',
    scope: null,
    answers: {
      200: { description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.literal('3.1.0') }) },
    },
    handle: ({ response }, { document }) => {
      response.json(document());
      return Promise.resolve();
    },
  }),
  read({
    ...PLAIN,
    id: 'list-problems',
    method: 'get',
    path: '/problems',
    tag: 'Documentation',
    summary: 'Everything that the API may refuse with',
    description: 'Each with its stable type, its status, what it means, and what to do.',
    scope: null,
    answers: { 200: { description: 'All types of problems.', schema: problemList } },
    handle: () => Promise.resolve({ status: 200 as const, body: { items: listProblems() } }),
  }),
  raw({
    ...PLAIN,
    id: 'get-docs',
    method: 'get',
    path: '/docs',
    tag: 'Documentation',
    summary: 'This document as a page',
    description: 'Works without internet.',
    scope: null,
    answers: { 200: { description: 'The page.', schema: z.string(), mediaType: 'text/html' } },
    handle: ({ response }) => {
      response.set('Content-Security-Policy', CONTENT_SECURITY_POLICY).type('html').send(DOCS_PAGE);
      return Promise.resolve();
    },
  }),
  raw({
    ...PLAIN,
    id: 'get-docs-file',
    method: 'get',
    path: '/docs/{file}',
    tag: 'Documentation',
    summary: 'A file of the page',
    scope: null,
    params: z.strictObject({ file: files }),
    answers: { 200: { description: 'The file.', schema: z.string(), mediaType: '*/*' } },
    problems: ['not_found'],
    handle: async ({ params: { file }, response }) => {
      if (file === 'start.js') {
        response.type('text/javascript').send(DOCS_SCRIPT);
        return;
      }
      response.type(TYPES[file]);
      await new Promise<void>((resolve, reject) => {
        response.sendFile(join(swaggerFolder(), file), { maxAge: '1h' }, (error?: Error) => {
          // Whoever asked may have gone away.
          if (error !== undefined && !response.headersSent) reject(error);
          else resolve();
        });
      });
    },
  }),
];

function swaggerFolder(): string {
  return dirname(require.resolve('swagger-ui-dist/package.json'));
}
