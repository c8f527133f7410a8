import { Router } from 'express';
import type { Pool } from 'pg';
import { findConversationOf } from '../../store/conversation.store';
import {
  approveSendRequest,
  cancelSendRequest,
  editSendRequest,
  rejectSendRequest,
  resolveSendRequest,
  sendListQuery,
} from '../contract';
import { ApiProblem } from '../errors';
import { listSendLedger, readSend } from '../read/sends';
import { isUuid } from '../read/values';
import { validate } from '../validate';
import { answerCommand, door, optional } from './command-door';
import type { Door, HandOver } from './command-door';
import { pageAfter, pageOf } from './page';

const DOORS: readonly Door[] = [
  door('cancel', cancelSendRequest, (_body, sendId) => ({ kind: 'cancel_send', arguments: { sendId } })),
  { path: 'edit', read: readEdit },
  door('approve', approveSendRequest, ({ force }, sendId) => ({
    kind: 'approve_send',
    arguments: { sendId, ...optional({ force }) },
  })),
  door('reject', rejectSendRequest, (_body, sendId) => ({ kind: 'reject_send', arguments: { sendId } })),
  door('resolve', resolveSendRequest, ({ verdict, send_again: sendAgain }, sendId) => ({
    kind: 'resolve_send',
    arguments: { sendId, verdict, ...optional({ sendAgain }) },
  })),
];

/** The send ledger, and what people do with one send: `POST /sends/:id/<command>`. */
export function createSendRoutes(deps: { readonly pool: Pool; readonly handOver: HandOver }): Router {
  const router = Router();
  router.get('/sends', async (request, response) => {
    const query = validate(sendListQuery, request.query, 'query');
    response.json(pageOf(await listSendLedger(deps.pool, query, pageAfter(query.cursor))));
  });
  router.get('/sends/:id', async (request, response) => {
    const found = await readSend(deps.pool, request.params.id);
    if (found === null) throw new ApiProblem('send_not_found');
    response.json(found);
  });
  for (const { path, read } of DOORS)
    router.post(`/sends/:id/${path}`, async (request, response) => {
      const sendId = request.params.id.toLowerCase();
      const conversationId = isUuid(sendId) ? await findConversationOf(deps.pool, 'send', sendId) : null;
      if (conversationId === null) throw new ApiProblem('send_not_found');
      const given = read(request.body ?? {}, sendId);
      await answerCommand(deps, { ...given, conversationId }, { request, response });
    });
  return router;
}

function readEdit(given: unknown, sendId: string): ReturnType<Door['read']> {
  const { reason, force, reply_to: replyTo, ...message } = validate(editSendRequest, given);
  return {
    order: { kind: 'edit_send', arguments: { sendId, message, ...optional({ replyTo, force }) } },
    reason,
  };
}
