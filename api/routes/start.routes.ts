import { Router } from 'express';
import type { Pool } from 'pg';
import { actorOf } from '../authentication';
import { startConversationRequest } from '../contract';
import { startConversation } from '../ingest/start-conversation';
import { digitsOfPhone } from '../phone-field';
import { validate } from '../validate';
import { keyOf } from '../idempotency-key';
import { answerBody, optional } from './command-door';
import type { HandOver } from './command-door';

/** Who writes first: `POST /conversations`. */
export function createStartRoutes(deps: { readonly pool: Pool; readonly handOver: HandOver }): Router {
  const router = Router();
  router.post('/conversations', async (request, response) => {
    const given = validate(startConversationRequest, request.body ?? {});
    const actor = actorOf(response);
    const { conversationId, result } = await startConversation(deps.pool, {
      phoneNumberId: given.number_id,
      identifier: given.user_id ?? digitsOfPhone(given.phone ?? ''),
      actor,
      idempotencyKey: keyOf(request, actor),
      ...optional({ reason: given.reason }),
      arguments: {
        message: { type: 'template', template: given.template },
        optIn: { ...given.opt_in, when: new Date(given.opt_in.when).toISOString() },
        ...optional({ expectsAnswer: given.expects_answer, force: given.force }),
      },
    });
    if (conversationId !== null) deps.handOver.soon(conversationId);
    response.json(answerBody(result));
  });
  return router;
}
