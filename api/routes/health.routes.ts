import { Router } from 'express';
import { ApiProblem } from '../errors';

/** `live`: the process runs; `ready`: it can take webhooks and commands. Open to everybody, tells nothing else. */
export function createHealthRoutes(isReady: () => Promise<boolean>): Router {
  const router = Router();
  router.get('/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  router.get('/ready', async (_request, response) => {
    const isUp = await isReady().catch(() => false);
    if (!isUp) throw new ApiProblem('unavailable');
    response.json({ status: 'ready' });
  });
  return router;
}
