import { Router } from 'express';
import type { Pool } from 'pg';
import { AUTOMATED_SENDS } from '../../domain/vocabulary';
import { releaseKillSwitch, throwKillSwitch } from '../../store/commands/allow-automation';
import { requireActivePolicy } from '../../store/policy.store';
import { actorOf } from '../authentication';
import { killSwitchListQuery, killSwitchRelease, killSwitchRequest } from '../contract';
import type { KillSwitchAnswer } from '../contract';
import { ApiProblem } from '../errors';
import { listKillSwitches } from '../read/kill-switches';
import { isNumber } from '../../store/number.store';
import { rowIdOf } from '../read/values';
import { validate } from '../validate';

/** What a text of the policy is ordered by when no rule matched. */
const FALLBACK = 'fallback';

/** Switches with which people stop automation: everything, a number, or a rule. */
export function createKillSwitchRoutes(pool: Pool): Router {
  const router = Router();
  router.get('/kill-switches', async (request, response) => {
    response.json(await listKillSwitches(pool, validate(killSwitchListQuery, request.query, 'query')));
  });
  router.post('/kill-switches', async (request, response) => {
    const order = validate(killSwitchRequest, request.body ?? {});
    if (order.number_id !== undefined && !(await isNumber(pool, order.number_id)))
      throw new ApiProblem('number_not_found');
    if (order.rule !== undefined) await requireRule(pool, order.rule);
    const { isNew, ...answer } = await throwKillSwitch(pool, {
      scope: order.scope,
      target: order.number_id ?? order.rule ?? '',
      reason: order.reason,
      actor: actorOf(response),
    });
    const body: KillSwitchAnswer = answer;
    response.status(isNew ? 201 : 200).json(body);
  });
  router.post('/kill-switches/:id/release', async (request, response) => {
    const { reason } = validate(killSwitchRelease, request.body ?? {});
    const id = rowIdOf(request.params.id);
    const isReleased =
      id !== null && (await releaseKillSwitch(pool, { id, reason, actor: actorOf(response) }));
    if (!isReleased) throw new ApiProblem('kill_switch_not_found');
    response.json({ id });
  });
  return router;
}

/** A misspelt rule would be a switch that stops nothing. */
async function requireRule(pool: Pool, rule: string): Promise<void> {
  const { policy } = await requireActivePolicy(pool);
  const known = [...policy.routing.rules.map(({ name }) => name), FALLBACK, ...AUTOMATED_SENDS];
  if (known.includes(rule)) return;
  throw new ApiProblem('invalid_request', {
    errors: [
      { field: 'rule', message: `is not a rule of the active policy; use one of ${known.join(', ')}` },
    ],
  });
}
