import { Router } from 'express';
import type { Pool } from 'pg';
import { conversationListQuery, templateListQuery } from '../contract';
import { ApiProblem } from '../errors';
import type { MediaLinks } from '../media-links';
import { readBuyer } from '../read/buyer';
import { readConversation } from '../read/conversation';
import { listConversations } from '../read/conversation-list';
import { listPolicies } from '../read/policies';
import { listTemplates } from '../read/templates';
import { validate } from '../validate';
import { pageAfter, pageOf } from './page';

/** What screens show; one consistent state of the database per answer. */
export function createReadRoutes(pool: Pool, links: MediaLinks): Router {
  const router = Router();
  router.get('/conversations', async (request, response) => {
    const query = validate(conversationListQuery, request.query, 'query');
    response.json(pageOf(await listConversations(pool, query, pageAfter(query.cursor))));
  });
  router.get('/conversations/:id', async (request, response) => {
    const found = await readConversation(pool, request.params.id, links);
    if (found === null) throw new ApiProblem('conversation_not_found');
    response.json(found);
  });
  router.get('/buyers/:id', async (request, response) => {
    const found = await readBuyer(pool, request.params.id);
    if (found === null) throw new ApiProblem('buyer_not_found');
    response.json(found);
  });
  router.get('/templates', async (request, response) => {
    response.json(await listTemplates(pool, validate(templateListQuery, request.query, 'query')));
  });
  router.get('/policies', async (_request, response) => {
    response.json(await listPolicies(pool));
  });
  return router;
}
