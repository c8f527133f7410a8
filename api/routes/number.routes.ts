import { setNumberMode } from '../../store/commands/allow-automation';
import { resumeNumber } from '../../store/commands/resume-number';
import { isNumber } from '../../store/number.store';
import {
  budgetQuery,
  numberBudget,
  numberList,
  numberModeAnswer,
  numberModeRequest,
  numberParam,
  resumeNumberAnswer,
  resumeNumberRequest,
} from '../contract';
import { ApiProblem } from '../errors';
import { readNumberBudget } from '../read/budget';
import { listNumbers } from '../read/numbers';
import { PLAIN, command, read } from '../route';
import type { Route } from '../route';
import { orderBody } from './command-door';

/** The numbers, what holds each of them back, what it may do and what it costs; letting one go on. */
export const numberRoutes: readonly Route[] = [
  read({
    ...PLAIN,
    id: 'list-numbers',
    method: 'get',
    path: '/v1/numbers',
    tag: 'Numbers',
    summary: 'Our numbers, and what holds each of them back',
    scope: 'read',
    answers: { 200: { description: 'All numbers.', schema: numberList } },
    handle: async (_call, { pool }) => ({ status: 200, body: { items: await listNumbers(pool) } }),
  }),
  command({
    ...PLAIN,
    id: 'resume-number',
    orders: 'resume_number',
    method: 'post',
    path: '/v1/numbers/{id}/resume',
    tag: 'Numbers',
    summary: 'Let a number send again that was stopped or slowed',
    description: 'What had waited is judged again by the gate.',
    scope: 'supervisor',
    params: numberParam,
    body: resumeNumberRequest,
    answers: { 200: { description: 'Nothing holds it back any more.', schema: resumeNumberAnswer } },
    problems: ['number_not_found', 'number_not_held', 'idempotency_key_reused'],
    handle: async ({ params, body, actor, idempotencyKey }, { pool }) => {
      const by = { actor, idempotencyKey, reason: body.reason ?? null };
      return { status: 200, body: orderBody(await resumeNumber(pool, { ...by, phoneNumberId: params.id })) };
    },
  }),
  read({
    ...PLAIN,
    id: 'get-number-budget',
    method: 'get',
    path: '/v1/numbers/{id}/budget',
    tag: 'Numbers',
    summary: 'What a number sent in a month, and what it comes to',
    scope: 'read',
    params: numberParam,
    query: budgetQuery,
    answers: { 200: { description: 'The month.', schema: numberBudget } },
    problems: ['number_not_found'],
    handle: async ({ params, query }, { pool }) => {
      if (!(await isNumber(pool, params.id))) throw new ApiProblem('number_not_found');
      const of = { phoneNumberId: params.id, month: query.month ?? null };
      return { status: 200, body: await readNumberBudget(pool, of) };
    },
  }),
  command({
    ...PLAIN,
    id: 'set-number-mode',
    orders: 'set_number_mode',
    method: 'post',
    path: '/v1/numbers/{id}/mode',
    tag: 'Numbers',
    summary: 'Say what automation may do on a number',
    description:
      'observe = records and decides, sends nothing · draft = a person approves · live = by the rules. No automated message that the mode forbids begins after the answer; what had begun before is named.',
    scope: 'supervisor',
    params: numberParam,
    body: numberModeRequest,
    answers: { 200: { description: 'The mode holds.', schema: numberModeAnswer } },
    problems: ['number_not_found', 'idempotency_key_reused'],
    handle: async ({ params, body, actor, idempotencyKey }, { pool }) => {
      const order = { phoneNumberId: params.id, mode: body.mode ?? null, reason: body.reason };
      const result = await setNumberMode(pool, { ...order, actor, idempotencyKey });
      return { status: 200, body: orderBody(result) };
    },
  }),
];
