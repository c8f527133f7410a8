import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import type { Request, RequestHandler } from 'express';
import type { Pool } from 'pg';
import type { z } from 'zod';
import { runCommand } from '../../store/commands/run-command';
import type { CommandOrder, CommandResult } from '../../store/commands/command.types';
import { actorOf } from '../authentication';
import {
  closeRequest,
  consentRequest,
  followUpRuleRequest,
  handBackRequest,
  idempotencyKey,
  messageRequest,
  pauseRequest,
  resumeRequest,
  routeRequest,
  skipFollowUpRequest,
  takeOverRequest,
} from '../contract';
import type { CommandAnswerBody } from '../contract';
import { ApiProblem } from '../errors';
import { validate } from '../validate';

/** Tells the workflow soon that there is something to look at; never fails and is not waited for. */
export interface HandOver {
  soon(conversationId: string): void;
}

type Door = {
  readonly path: string;
  readonly read: (body: unknown) => { readonly order: CommandOrder; readonly reason: string | undefined };
};

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
  door('messages', messageRequest, ({ type, text, expects_answer: expectsAnswer, force }) => ({
    kind: 'send_message',
    arguments: { message: { type, text }, ...optional({ expectsAnswer, force }) },
  })),
  door('skip-follow-up', skipFollowUpRequest, () => ({ kind: 'skip_follow_up', arguments: {} })),
  door('opt-out', consentRequest, () => ({ kind: 'opt_out', arguments: {} })),
  door('opt-in', consentRequest, () => ({ kind: 'opt_in', arguments: {} })),
  door('close', closeRequest, () => ({ kind: 'close', arguments: {} })),
];

/** What people do with a conversation: `POST /conversations/:id/<command>`. */
export function createCommandRoutes(deps: { readonly pool: Pool; readonly handOver: HandOver }): Router {
  const router = Router();
  for (const { path, read } of DOORS) {
    const answer: RequestHandler<{ id: string }> = async (request, response) => {
      const actor = actorOf(response);
      const { order, reason } = read(request.body ?? {});
      const result = await runCommand(deps.pool, {
        ...order,
        conversationId: request.params.id,
        actor,
        isVerified: true,
        idempotencyKey: keyOf(request, actor),
        ...(reason === undefined ? {} : { reason }),
      });
      const body = toBody(result);
      deps.handOver.soon(request.params.id);
      response.json(body);
    };
    router.post(`/conversations/:id/${path}`, answer);
  }
  return router;
}

function door<Schema extends z.ZodType<{ reason?: string | undefined }>>(
  path: string,
  schema: Schema,
  toOrder: (body: z.infer<Schema>) => CommandOrder,
): Door {
  return {
    path,
    read: (given) => {
      const body = validate(schema, given);
      return { order: toOrder(body), reason: body.reason };
    },
  };
}

/** Keys of different actors never meet; a request without one is a command of its own. */
function keyOf(request: Request<{ id: string }>, actor: string): string {
  const given = request.get('Idempotency-Key');
  if (given === undefined) return `request:${randomUUID()}`;
  return `${actor}:${validate(idempotencyKey, given, 'Idempotency-Key')}`;
}

function toBody(result: CommandResult): CommandAnswerBody {
  if (result.kind === 'done') return { ...result.answer, repeated: result.isRepeated };
  const { answer, refusal } = result;
  throw new ApiProblem(refusal, {
    ...(refusal === 'until_not_in_future'
      ? { errors: [{ field: 'until', message: 'must be in the future' }] }
      : {}),
    ...(answer === null
      ? {}
      : {
          members: {
            command_id: answer.command_id,
            decision_id: answer.decision_id,
            owner: answer.owner,
            paused_until: answer.paused_until,
            repeated: result.isRepeated,
          },
        }),
  });
}

type Given<Shape> = { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };

/** The parts that were given; a part that was left out must not appear as undefined. */
function optional<Shape extends Readonly<Record<string, unknown>>>(parts: Shape): Given<Shape> {
  const given: Given<Shape> = {};
  for (const key in parts) {
    const part = parts[key];
    if (isGiven(part)) given[key] = part;
  }
  return given;
}

function isGiven<Value>(value: Value): value is Exclude<Value, undefined> {
  return value !== undefined;
}
