import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AuditKind } from '../store/commands/order-kinds';
import type { Scope } from '../store/token.store';
import { callerOf } from './authentication';
import type { Caller } from './authentication';
import type { RouteParts } from './dependencies';
import { ApiProblem } from './errors';
import type { ProblemKind } from './problems';
import { keyOf } from './idempotency-key';
import { validate } from './validate';

/** What a route answers when all goes well. */
export type Answer = {
  readonly description: string;
  readonly schema: z.ZodType;
  /** Left out = JSON. */
  readonly mediaType?: string;
};
type Answers = Readonly<Record<number, Answer>>;

/** A part of the API: what it is called, who may use it, what it takes, what it answers, and what it does. */
export type Route = {
  /** Unique; programs that are generated from the document name their function so. */
  readonly id: string;
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** With parameters in braces, as in OpenAPI. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  /** The scope that a token needs; null = open, as the description says. */
  readonly scope: Scope | null;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** NO_BODY = none is read. */
  readonly body: z.ZodType;
  /** What it orders, in the words of the audit log; then it takes an Idempotency-Key. Null = it changes nothing. */
  readonly orders: AuditKind | null;
  /** Whether query and body are checked before the route gets them. */
  readonly readsRequest: boolean;
  readonly answers: Answers;
  /** What it may be refused with, beside what every route may be. */
  readonly problems: readonly ProblemKind[];
  /** Null = served by the webhooks' own router. */
  readonly serve: ((request: Request, response: Response, parts: RouteParts) => Promise<void>) | null;
};

export const NO_BODY = z.unknown();
const NOTHING = z.strictObject({});

/** What most routes have in common; a declaration begins with it. */
export const PLAIN = {
  description: '',
  params: NOTHING,
  query: NOTHING,
  body: NO_BODY,
  problems: [],
} as const;

/** A request that was checked against the declaration. */
export type Call<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
};
/** One that orders something: who does, and under which key. */
export type Order = { readonly actor: string; readonly scope: Scope; readonly idempotencyKey: string };

type ReplyOf<Given extends Answers> = {
  readonly status: keyof Given & number;
  readonly body: z.output<Given[keyof Given & number]['schema']>;
};

type Declared<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Given extends Answers,
> = Omit<Route, 'params' | 'query' | 'body' | 'answers' | 'serve' | 'orders' | 'readsRequest'> & {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly answers: Given;
};

/** A route that reads. */
export function read<Params extends z.ZodObject, Query extends z.ZodObject, Given extends Answers>(
  declared: Declared<Params, Query, typeof NO_BODY, Given> & {
    readonly handle: (
      call: Call<Params, Query, typeof NO_BODY>,
      parts: RouteParts,
    ) => Promise<ReplyOf<NoInfer<Given>>>;
  },
): Route {
  const { handle, ...route } = declared;
  return {
    ...route,
    readsRequest: true,
    orders: null,
    serve: async (request, response, parts) => {
      const { status, body } = await handle(checked(route, request), parts);
      response.status(status).json(body);
    },
  };
}

/** A route that orders something; needs a token, so that the audit log can say whose order it was. */
export function command<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Given extends Answers,
>(
  declared: Declared<Params, Query, Body, Given> & {
    readonly scope: Scope;
    readonly orders: AuditKind;
    readonly handle: (
      call: Call<Params, Query, Body> & Order,
      parts: RouteParts,
    ) => Promise<ReplyOf<NoInfer<Given>>>;
  },
): Route {
  const { handle, ...route } = declared;
  return {
    ...route,
    readsRequest: true,
    serve: async (request, response, parts) => {
      const caller: Caller = callerOf(response);
      const call = { ...checked(route, request), ...caller, idempotencyKey: keyOf(request, caller.actor) };
      const { status, body } = await handle(call, parts);
      response.status(status).json(body);
    },
  };
}

/** A route whose answer is no JSON, or that looks at headers. */
export function raw<Params extends z.ZodObject>(
  declared: Declared<Params, z.ZodObject, z.ZodType, Answers> & {
    readonly handle: (
      call: { readonly params: z.output<Params>; readonly request: Request; readonly response: Response },
      parts: RouteParts,
    ) => Promise<void>;
  },
): Route {
  const { handle, ...route } = declared;
  return {
    ...route,
    readsRequest: false,
    orders: null,
    serve: (request, response, parts) =>
      handle({ params: paramsOf(route, request), request, response }, parts),
  };
}

function checked<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  route: Pick<Declared<Params, Query, Body, Answers>, 'params' | 'query' | 'body' | 'problems'>,
  request: Request,
): Call<Params, Query, Body> {
  return {
    params: paramsOf(route, request),
    query: validate(route.query, request.query, 'query'),
    body: validate(route.body, request.body ?? {}, 'body'),
  };
}

/** An id that cannot be one is as unknown as one that nothing has. */
function paramsOf<Params extends z.ZodObject>(
  route: { readonly params: Params; readonly problems: readonly ProblemKind[] },
  request: Request,
): z.output<Params> {
  const parsed = route.params.safeParse(request.params);
  if (parsed.success) return parsed.data;
  throw new ApiProblem(route.problems[0] ?? 'not_found');
}
