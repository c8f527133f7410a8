import { Router } from 'express';
import type { Pool } from 'pg';
import { resumeNumber } from '../../store/commands/resume-number';
import { actorOf } from '../authentication';
import { resumeNumberRequest } from '../contract';
import type { NumberList } from '../contract';
import { ApiProblem } from '../errors';
import { listNumbers } from '../read/numbers';
import { validate } from '../validate';

/** The numbers, what holds each of them back, and letting one go on. */
export function createNumberRoutes(pool: Pool): Router {
  const router = Router();
  router.get('/numbers', async (_request, response) => {
    const answer: NumberList = { items: await listNumbers(pool) };
    response.json(answer);
  });
  router.post('/numbers/:id/resume', async (request, response) => {
    const { reason } = validate(resumeNumberRequest, request.body ?? {});
    const { id } = request.params;
    const outcome = await resumeNumber(pool, {
      phoneNumberId: id,
      actor: actorOf(response),
      reason: reason ?? null,
    });
    if (outcome !== 'done') throw new ApiProblem(outcome);
    const number = (await listNumbers(pool)).find((one) => one.id === id);
    if (number === undefined) throw new ApiProblem('number_not_found');
    response.json(number);
  });
  return router;
}
