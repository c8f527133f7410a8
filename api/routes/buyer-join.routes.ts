import { joinBuyersAnswer, joinBuyersRequest, rowParam, undoJoinAnswer, undoJoinRequest } from '../contract';
import { joinByHand } from '../ingest/join-by-hand';
import { undoJoin } from '../ingest/undo-join';
import { PLAIN, command } from '../route';
import type { Route } from '../route';
import { orderBody } from './command-door';

/** Telling that two buyers are one person, and that they are not. */
export const buyerJoinRoutes: readonly Route[] = [
  command({
    ...PLAIN,
    id: 'join-buyers',
    orders: 'join_buyers',
    method: 'post',
    path: '/v1/buyer-joins',
    tag: 'Buyers',
    summary: 'Make one buyer of two',
    description:
      'The buyer known longer goes on with all conversations. It can be undone, and it outweighs an earlier undo of the same two.',
    scope: 'supervisor',
    body: joinBuyersRequest,
    answers: { 200: { description: 'The two are one buyer now.', schema: joinBuyersAnswer } },
    problems: ['buyer_not_found', 'same_buyer', 'buyer_joined', 'idempotency_key_reused'],
    handle: async ({ body: { buyer_ids: buyerIds, reason }, actor, idempotencyKey }, { pool, handOver }) => {
      const { result, lookAt } = await joinByHand(pool, {
        buyerIds: [buyerIds[0].toLowerCase(), buyerIds[1].toLowerCase()],
        actor,
        idempotencyKey,
        reason,
      });
      for (const conversationId of lookAt) handOver.soon(conversationId);
      return { status: 200, body: orderBody(result) };
    },
  }),
  command({
    ...PLAIN,
    id: 'undo-buyer-join',
    orders: 'undo_join',
    method: 'post',
    path: '/v1/buyer-joins/{id}/undo',
    tag: 'Buyers',
    summary: 'Make two buyers of one again',
    description:
      'Rows from before the join go back, what came since goes to the one it names. From then on no evidence joins the two again.',
    scope: 'supervisor',
    params: rowParam,
    body: undoJoinRequest,
    answers: { 200: { description: 'Each has the own conversations again.', schema: undoJoinAnswer } },
    problems: [
      'join_not_found',
      'join_already_undone',
      'later_join_first',
      'join_under_way',
      'idempotency_key_reused',
    ],
    handle: async ({ params, body: { reason = null }, actor, idempotencyKey }, { pool, handOver }) => {
      const { result, lookAt } = await undoJoin(pool, { joinId: params.id, actor, idempotencyKey, reason });
      for (const conversationId of lookAt) handOver.soon(conversationId);
      return { status: 200, body: orderBody(result) };
    },
  }),
];
