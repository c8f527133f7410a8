import { createHash, timingSafeEqual } from 'node:crypto';
import { Router, raw } from 'express';
import type { Request, Response } from 'express';
import type { Background } from '../../platform/background';
import type { TransactionalDatabase } from '../../platform/database';
import { describeError } from '../../platform/logger';
import type { Logger } from '../../platform/logger';
import { assignItems } from './assign';
import { captureBody } from './capture';
import type { HandOver } from './hand-over';
import { isSignedBy } from './signature';

/** Meta sends up to 3 MB; the rest is room for what it may send tomorrow. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

type WebhookParts = {
  readonly database: TransactionalDatabase;
  readonly handOver: HandOver;
  /** Where the work behind the answers is noted: a process that ends waits for it. */
  readonly background: Background;
  readonly logger: Logger;
  readonly appSecrets: readonly string[];
  readonly verifyToken: string;
};

/** The doors for Meta: the handshake, and the webhook that stores before it answers. */
export function createWebhookRouter(parts: WebhookParts): Router {
  const router = Router();
  router.get('/whatsapp', (request, response) => {
    answerHandshake(request, response, parts.verifyToken);
  });
  router.post(
    '/whatsapp',
    raw({ type: () => true, limit: BODY_BYTES_MAX, inflate: false }),
    (request, response) => takeWebhook(request, response, parts),
  );
  return router;
}

function answerHandshake(request: Request, response: Response, verifyToken: string): void {
  const { 'hub.mode': mode, 'hub.challenge': challenge, 'hub.verify_token': token } = request.query;
  const isRight = mode === 'subscribe' && typeof token === 'string' && isEqual(token, verifyToken);
  if (isRight && typeof challenge === 'string') response.status(200).type('text/plain').send(challenge);
  else response.sendStatus(403);
}

/**
 * 401 stores nothing; 200 means that everything stands in Postgres; 503 asks Meta to deliver again. Whatever is
 * authentic is answered 200, understood or not: Meta would repeat it for a week.
 */
async function takeWebhook(request: Request, response: Response, parts: WebhookParts): Promise<void> {
  const body: unknown = request.body;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (!isSignedBy(parts.appSecrets, bytes, request.get('x-hub-signature-256'))) {
    response.sendStatus(401);
    return;
  }
  let itemIds: number[];
  try {
    itemIds = await captureBody(parts.database, bytes);
  } catch (error) {
    parts.logger.error(describeError(error), 'a webhook could not be stored');
    response.sendStatus(503);
    return;
  }
  response.sendStatus(200);
  // Only after the answer: nothing of this may delay or fail it, and the sweep does what is left undone here.
  parts.background.add(handOn(itemIds, parts));
}

async function handOn(itemIds: readonly number[], parts: WebhookParts): Promise<void> {
  for (const conversationId of await assignItems(parts.database, itemIds))
    parts.handOver.soon(conversationId);
}

function isEqual(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
