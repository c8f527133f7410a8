import { Router } from 'express';
import type { Pool } from 'pg';
import { actorOf } from '../authentication';
import { joinBuyersRequest, undoJoinRequest } from '../contract';
import type { JoinBuyersAnswer, UndoJoinAnswer } from '../contract';
import { ApiProblem } from '../errors';
import { keyOf } from '../idempotency-key';
import { joinByHand } from '../ingest/join-by-hand';
import { undoJoin } from '../ingest/undo-join';
import { rowIdOf } from '../read/values';
import { validate } from '../validate';
import type { HandOver } from './command-door';

/** Telling that two buyers are one person, `POST /buyer-joins`, and that they are not: `POST /buyer-joins/:id/undo`. */
export function createBuyerJoinRoutes(deps: { readonly pool: Pool; readonly handOver: HandOver }): Router {
  const router = Router();
  router.post('/buyer-joins', async (request, response) => {
    const actor = actorOf(response);
    const { buyer_ids: buyerIds, reason } = validate(joinBuyersRequest, request.body ?? {});
    const result = await joinByHand(deps.pool, {
      buyerIds: [buyerIds[0].toLowerCase(), buyerIds[1].toLowerCase()],
      actor,
      idempotencyKey: keyOf(request, actor),
      reason,
    });
    if (result.kind === 'refused')
      throw new ApiProblem(
        result.refusal,
        result.joinedInto === undefined ? {} : { members: { joined_into: result.joinedInto } },
      );
    for (const conversationId of result.lookAt) deps.handOver.soon(conversationId);
    const answer: JoinBuyersAnswer = { ...result.answer, outcome: 'done', repeated: result.isRepeated };
    response.json(answer);
  });
  router.post('/buyer-joins/:id/undo', async (request, response) => {
    const actor = actorOf(response);
    const { reason } = validate(undoJoinRequest, request.body ?? {});
    const joinId = rowIdOf(request.params.id);
    if (joinId === null) throw new ApiProblem('join_not_found');
    const result = await undoJoin(deps.pool, {
      joinId,
      actor,
      idempotencyKey: keyOf(request, actor),
      reason,
    });
    if (result.kind === 'refused')
      throw new ApiProblem(
        result.refusal,
        result.laterJoinId === undefined ? {} : { members: { later_join_id: result.laterJoinId } },
      );
    for (const conversationId of result.lookAt) deps.handOver.soon(conversationId);
    const answer: UndoJoinAnswer = { ...result.answer, outcome: 'done', repeated: result.isRepeated };
    response.json(answer);
  });
  return router;
}
