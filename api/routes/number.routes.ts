import { Router } from 'express';
import type { Pool } from 'pg';
import { setNumberMode } from '../../store/commands/allow-automation';
import { resumeNumber } from '../../store/commands/resume-number';
import { actorOf } from '../authentication';
import { budgetQuery, numberModeRequest, resumeNumberRequest } from '../contract';
import type { NumberList, NumberModeAnswer } from '../contract';
import { ApiProblem } from '../errors';
import { keyOf } from '../idempotency-key';
import { readNumberBudget } from '../read/budget';
import { isNumber } from '../../store/number.store';
import { listNumbers } from '../read/numbers';
import { validate } from '../validate';

/** The numbers, what holds each of them back, what it may do and what it costs; letting one go on. */
export function createNumberRoutes(pool: Pool): Router {
  const router = Router();
  router.get('/numbers', async (_request, response) => {
    const answer: NumberList = { items: await listNumbers(pool) };
    response.json(answer);
  });
  router.post('/numbers/:id/resume', async (request, response) => {
    const { reason } = validate(resumeNumberRequest, request.body ?? {});
    const { id } = request.params;
    const actor = actorOf(response);
    const outcome = await resumeNumber(pool, {
      phoneNumberId: id,
      actor,
      reason: reason ?? null,
      idempotencyKey: keyOf(request, actor),
    });
    if (outcome !== 'done') throw new ApiProblem(outcome);
    const number = (await listNumbers(pool)).find((one) => one.id === id);
    if (number === undefined) throw new ApiProblem('number_not_found');
    response.json(number);
  });
  router.get('/numbers/:id/budget', async (request, response) => {
    const { month } = validate(budgetQuery, request.query, 'query');
    const phoneNumberId = request.params.id;
    if (!(await isNumber(pool, phoneNumberId))) throw new ApiProblem('number_not_found');
    response.json(await readNumberBudget(pool, { phoneNumberId, month: month ?? null }));
  });
  router.post('/numbers/:id/mode', async (request, response) => {
    const { mode, reason } = validate(numberModeRequest, request.body ?? {});
    const { id } = request.params;
    const begun = await setNumberMode(pool, {
      phoneNumberId: id,
      mode: mode ?? null,
      actor: actorOf(response),
      reason,
    });
    const number = (await listNumbers(pool)).find((one) => one.id === id);
    if (begun === null || number === undefined) throw new ApiProblem('number_not_found');
    const answer: NumberModeAnswer = {
      id,
      mode: number.mode,
      mode_chosen_by: number.mode_chosen_by,
      ...begun,
    };
    response.json(answer);
  });
  return router;
}
