import type { Request, Response } from 'express';
import type { Pool } from 'pg';
import type { z } from 'zod';
import { runCommand } from '../../store/commands/run-command';
import type { CommandOrder, CommandResult, RefusalCode } from '../../store/commands/command.types';
import { actorOf } from '../authentication';
import type { CommandAnswerBody } from '../contract';
import { ApiProblem } from '../errors';
import type { FieldError } from '../errors';
import { keyOf } from '../idempotency-key';
import { readBudgetLevel } from '../read/budget';
import { validate } from '../validate';

/** Tells the workflow soon that there is something to look at; never fails and is not waited for. */
export interface HandOver {
  soon(conversationId: string): void;
}

/** A command's path and how its body is read; `about` is the id that stands in the path. */
export type Door = {
  readonly path: string;
  readonly read: (body: unknown, about: string) => Read;
};
type Read = { readonly order: CommandOrder; readonly reason: string | undefined };

/** The door of one command. */
export function door<Schema extends z.ZodType<{ reason?: string | undefined }>>(
  path: string,
  schema: Schema,
  toOrder: (body: z.infer<Schema>, about: string) => CommandOrder,
): Door {
  return {
    path,
    read: (given, about) => {
      const body = validate(schema, given);
      return { order: toOrder(body, about), reason: body.reason };
    },
  };
}

/** Carries out what came through a door, and answers. */
export async function answerCommand(
  deps: { readonly pool: Pool; readonly handOver: HandOver },
  command: Read & { readonly conversationId: string },
  { request, response }: { readonly request: Request<{ id: string }>; readonly response: Response },
): Promise<void> {
  const { order, reason, conversationId } = command;
  const actor = actorOf(response);
  const result = await runCommand(deps.pool, {
    ...order,
    conversationId,
    actor,
    isVerified: true,
    idempotencyKey: keyOf(request, actor),
    ...(reason === undefined ? {} : { reason }),
  });
  const body = answerBody(result);
  deps.handOver.soon(conversationId);
  response.json({ ...body, ...(await warningsOf(deps.pool, command)) });
}

/** People are only warned of a budget that runs out: what they send is told how its month stands. */
async function warningsOf(
  pool: Pool,
  { order, conversationId }: Read & { readonly conversationId: string },
): Promise<Pick<CommandAnswerBody, 'warnings'>> {
  if (order.kind !== 'send_message' && order.kind !== 'approve_send') return {};
  const level = await readBudgetLevel(pool, conversationId);
  return level === 'calm' ? {} : { warnings: [`budget.${level}`] };
}

/** Refusals that blame one field of the request. */
const FIELD_ERRORS: Readonly<Partial<Record<RefusalCode, FieldError>>> = {
  until_not_in_future: { field: 'until', message: 'must be in the future' },
  opt_in_in_future: { field: 'opt_in.when', message: 'must not be in the future' },
  send_at_out_of_range: { field: 'send_at', message: 'must be in the future and at most 30 days ahead' },
};

/** The answer to a command; a refusal is thrown as the problem that it is. */
export function answerBody(result: CommandResult): CommandAnswerBody {
  if (result.kind === 'done') return { ...result.answer, repeated: result.isRepeated };
  const { answer, refusal } = result;
  const errors = fieldErrors(refusal, answer?.template_problems ?? result.problems ?? []);
  throw new ApiProblem(refusal, {
    errors,
    ...(result.availableAtMs === undefined
      ? {}
      : { members: { available_at: new Date(result.availableAtMs).toISOString() } }),
    ...(answer === null
      ? {}
      : {
          members: {
            command_id: answer.command_id,
            decision_id: answer.decision_id,
            owner: answer.owner,
            paused_until: answer.paused_until,
            ...optional({ send_status: answer.send_status }),
            repeated: result.isRepeated,
          },
        }),
  });
}

function fieldErrors(refusal: RefusalCode, problems: readonly string[]): FieldError[] {
  const fixed = FIELD_ERRORS[refusal];
  return [
    ...(fixed === undefined ? [] : [fixed]),
    ...problems.map((message) => ({ field: 'template', message })),
  ];
}

type Given<Shape> = { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };

/** The parts that were given; a part that was left out must not appear as undefined. */
export function optional<Shape extends Readonly<Record<string, unknown>>>(parts: Shape): Given<Shape> {
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
