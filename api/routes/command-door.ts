import type { z } from 'zod';
import { runCommand } from '../../store/commands/run-command';
import type {
  CommandKind,
  CommandOrder,
  CommandResult,
  RefusalCode,
} from '../../store/commands/command.types';
import type { OrderResult } from '../../store/commands/run-order';
import { commandAnswer, idParam } from '../contract';
import type { CommandAnswerBody } from '../contract';
import type { RouteParts } from '../dependencies';
import { ApiProblem } from '../errors';
import type { FieldError } from '../errors';
import type { ProblemKind } from '../problems';
import { readBudgetLevel } from '../read/budget';
import { PLAIN, command } from '../route';
import type { Order, Route } from '../route';

/** What the body of a command orders; `about` is the id that stands in the path. */
export type Door<Body extends z.ZodType> = {
  /** The last part of the path. */
  readonly name: string;
  readonly orders: CommandKind;
  readonly summary: string;
  readonly description: string;
  readonly body: Body;
  readonly problems: readonly ProblemKind[];
  readonly toOrder: (body: z.output<Body>, about: string) => CommandOrder;
};

/** Where a command stands: what its path is about, and how that leads to a conversation. */
type Place = {
  readonly noun: 'conversation' | 'send';
  readonly tag: Route['tag'];
  readonly notFound: ProblemKind;
  readonly conversationOf: (id: string, parts: RouteParts) => Promise<string | null>;
};

/** The route of a command: `POST /v1/<noun>s/{id}/<name>`. */
export function commandRoute<Body extends z.ZodType<{ reason?: string | undefined }>>(
  { noun, tag, notFound, conversationOf }: Place,
  { name, toOrder, problems, ...declared }: Door<Body>,
): Route {
  return command({
    ...PLAIN,
    ...declared,
    id: `${name}-${noun}`,
    method: 'post',
    path: `/v1/${noun}s/{id}/${name}`,
    tag,
    scope: 'agent',
    params: idParam,
    answers: { 200: { description: 'Carried out.', schema: commandAnswer } },
    problems: [notFound, 'idempotency_key_reused', ...problems],
    handle: async ({ params, body, ...by }, parts) => {
      const conversationId = await conversationOf(params.id, parts);
      if (conversationId === null) throw new ApiProblem(notFound);
      const order = toOrder(body, params.id);
      return {
        status: 200,
        body: await answerCommand(parts, { ...by, conversationId, reason: body.reason }, order),
      };
    },
  });
}

/** Carries out what came through a door on a conversation, and answers. */
async function answerCommand(
  parts: Pick<RouteParts, 'pool' | 'handOver'>,
  by: Order & { readonly conversationId: string; readonly reason: string | undefined },
  order: CommandOrder,
): Promise<CommandAnswerBody> {
  const { actor, idempotencyKey, conversationId, reason } = by;
  const result = await runCommand(parts.pool, {
    ...order,
    conversationId,
    actor,
    isVerified: true,
    idempotencyKey,
    ...(reason === undefined ? {} : { reason }),
  });
  const body = answerBody(result);
  parts.handOver.soon(conversationId);
  return { ...body, ...(await warningsOf(parts, order, conversationId)) };
}

/** People are only warned of a budget that runs out: what they send is told how its month stands. */
async function warningsOf(
  { pool }: Pick<RouteParts, 'pool'>,
  order: CommandOrder,
  conversationId: string,
): Promise<Pick<CommandAnswerBody, 'warnings'>> {
  if (order.kind !== 'send_message' && order.kind !== 'approve_send') return {};
  const level = await readBudgetLevel(pool, conversationId);
  return level === 'calm' ? {} : { warnings: [`budget.${level}`] };
}

/** Refusals that blame one field of the request. */
const FIELD_ERRORS: Readonly<Partial<Record<RefusalCode, FieldError>>> = {
  until_not_in_future: { in: 'body', path: ['until'], message: 'must be in the future' },
  opt_in_in_future: { in: 'body', path: ['opt_in', 'when'], message: 'must not be in the future' },
  send_at_out_of_range: {
    in: 'body',
    path: ['send_at'],
    message: 'must be in the future and at most 30 days ahead',
  },
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
    ...problems.map((message) => ({ in: 'body' as const, path: ['template'], message })),
  ];
}

/** The answer to an order that is not about one conversation; a refusal is thrown as the problem that it is. */
export function orderBody<Answer extends object, Refusal extends ProblemKind>(
  result: OrderResult<Answer, Refusal>,
): Extract<OrderResult<Answer, Refusal>, { kind: 'done' }>['answer'] & { readonly repeated: boolean } {
  if (result.kind === 'refused') throw new ApiProblem(result.refusal, { members: result.details ?? {} });
  return { ...result.answer, repeated: result.isRepeated };
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
