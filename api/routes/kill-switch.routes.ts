import type { Pool } from 'pg';
import { AUTOMATED_SENDS } from '../../domain/vocabulary';
import { releaseKillSwitch, throwKillSwitch } from '../../store/commands/allow-automation';
import { requireActivePolicy } from '../../store/policy.store';
import { isNumber } from '../../store/number.store';
import {
  killSwitchAnswer,
  killSwitchList,
  killSwitchListQuery,
  killSwitchRelease,
  killSwitchReleaseAnswer,
  killSwitchRequest,
  rowParam,
} from '../contract';
import { ApiProblem } from '../errors';
import { listKillSwitches } from '../read/kill-switches';
import { PLAIN, command, read } from '../route';
import type { Route } from '../route';
import { orderBody } from './command-door';

/** What a text of the policy is ordered by when no rule matched. */
const FALLBACK = 'fallback';

/** Switches with which people stop automation: everything, a number, or a rule. */
export const killSwitchRoutes: readonly Route[] = [
  read({
    ...PLAIN,
    id: 'list-kill-switches',
    method: 'get',
    path: '/v1/kill-switches',
    tag: 'Automation',
    summary: 'Kill switches, the newest first',
    scope: 'read',
    query: killSwitchListQuery,
    answers: { 200: { description: 'A page of switches.', schema: killSwitchList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listKillSwitches(pool, query) }),
  }),
  command({
    ...PLAIN,
    id: 'throw-kill-switch',
    orders: 'throw_kill_switch',
    method: 'post',
    path: '/v1/kill-switches',
    tag: 'Automation',
    summary: 'Stop automation: everything, a number, or a rule',
    description:
      'No automated message that it covers begins after the answer; what had begun before is waited for, two seconds at most, and named.',
    scope: 'supervisor',
    body: killSwitchRequest,
    answers: {
      201: { description: 'Thrown.', schema: killSwitchAnswer },
      200: { description: 'It was thrown before and stays as it was.', schema: killSwitchAnswer },
    },
    problems: ['number_not_found', 'idempotency_key_reused'],
    handle: async ({ body: order, actor, idempotencyKey }, { pool }) => {
      if (order.number_id !== undefined && !(await isNumber(pool, order.number_id)))
        throw new ApiProblem('number_not_found');
      if (order.rule !== undefined) await requireRule(pool, order.rule);
      const target = order.number_id ?? order.rule ?? '';
      const { scope, reason } = order;
      const body = orderBody(await throwKillSwitch(pool, { scope, target, reason, actor, idempotencyKey }));
      return { status: body.is_new ? 201 : 200, body };
    },
  }),
  command({
    ...PLAIN,
    id: 'release-kill-switch',
    orders: 'release_kill_switch',
    method: 'post',
    path: '/v1/kill-switches/{id}/release',
    tag: 'Automation',
    summary: 'Release a kill switch',
    description: 'What it had refused stays refused; what comes from now on is judged without it.',
    scope: 'supervisor',
    params: rowParam,
    body: killSwitchRelease,
    answers: { 200: { description: 'Released.', schema: killSwitchReleaseAnswer } },
    problems: ['kill_switch_not_found', 'idempotency_key_reused'],
    handle: async ({ params, body: { reason }, actor, idempotencyKey }, { pool }) => ({
      status: 200,
      body: orderBody(await releaseKillSwitch(pool, { id: params.id, reason, actor, idempotencyKey })),
    }),
  }),
];

/** A misspelt rule would be a switch that stops nothing. */
async function requireRule(pool: Pool, rule: string): Promise<void> {
  const { policy } = await requireActivePolicy(pool);
  const known = [...policy.routing.rules.map(({ name }) => name), FALLBACK, ...AUTOMATED_SENDS];
  if (known.includes(rule)) return;
  const message = `is not a rule of the active policy; use one of ${known.join(', ')}`;
  throw new ApiProblem('invalid_request', { errors: [{ in: 'body', path: ['rule'], message }] });
}
