import { Router } from 'express';
import type { Pool } from 'pg';
import {
  closeRequest,
  consentRequest,
  followUpRuleRequest,
  handBackRequest,
  messageRequest,
  pauseRequest,
  resumeRequest,
  routeRequest,
  skipFollowUpRequest,
  takeOverRequest,
} from '../contract';
import { validate } from '../validate';
import { answerCommand, door, optional } from './command-door';
import type { Door, HandOver } from './command-door';

const DOORS: readonly Door[] = [
  door('take-over', takeOverRequest, ({ force }) => ({ kind: 'take_over', arguments: optional({ force }) })),
  door('hand-back', handBackRequest, () => ({ kind: 'hand_back', arguments: {} })),
  door('pause', pauseRequest, ({ until }) => ({
    kind: 'pause',
    arguments: until === undefined ? { forever: true } : { until: new Date(until).toISOString() },
  })),
  door('resume', resumeRequest, () => ({ kind: 'resume', arguments: {} })),
  door('route', routeRequest, ({ route }) => ({ kind: 'override_route', arguments: { route } })),
  door('follow-up-rule', followUpRuleRequest, (body) => ({
    kind: 'change_follow_up_rule',
    arguments: {
      rule:
        body.use_policy === true
          ? null
          : optional({ waitSeconds: body.wait_seconds, cap: body.cap, enabled: body.enabled }),
    },
  })),
  { path: 'messages', read: readMessage },
  door('skip-follow-up', skipFollowUpRequest, () => ({ kind: 'skip_follow_up', arguments: {} })),
  door('opt-out', consentRequest, () => ({ kind: 'opt_out', arguments: {} })),
  door('opt-in', consentRequest, () => ({ kind: 'opt_in', arguments: {} })),
  door('close', closeRequest, () => ({ kind: 'close', arguments: {} })),
];

/** What people do with a conversation: `POST /conversations/:id/<command>`. */
export function createCommandRoutes(deps: { readonly pool: Pool; readonly handOver: HandOver }): Router {
  const router = Router();
  for (const { path, read } of DOORS)
    router.post(`/conversations/:id/${path}`, async (request, response) => {
      const conversationId = request.params.id;
      const given = read(request.body ?? {}, conversationId);
      await answerCommand(deps, { ...given, conversationId }, { request, response });
    });
  return router;
}

function readMessage(given: unknown): ReturnType<Door['read']> {
  const { reason, force, reply_to, send_at, expects_answer, override_opt_out, ...message } = validate(
    messageRequest,
    given,
  );
  const more = {
    force,
    replyTo: reply_to,
    sendAt: send_at === undefined ? undefined : new Date(send_at).toISOString(),
    expectsAnswer: expects_answer,
    overrideOptOut: override_opt_out,
  };
  return { order: { kind: 'send_message', arguments: { message, ...optional(more) } }, reason };
}
