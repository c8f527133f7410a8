import { Router } from 'express';
import type { Pool } from 'pg';
import { inTransaction } from '../../platform/database';
import { addNeverAutomate, removeNeverAutomate } from '../../store/never-automate.store';
import type { BuyerIdentifier } from '../../store/never-automate.store';
import { actorOf } from '../authentication';
import { neverAutomateListQuery, neverAutomateRemoval, neverAutomateRequest } from '../contract';
import { ApiProblem } from '../errors';
import { digitsOfPhone } from '../phone-field';
import { listNeverAutomate } from '../read/never-automate';
import { rowIdOf } from '../read/values';
import { validate } from '../validate';

/** The list of people whom automation never writes to; it holds for people who have never written, too. */
export function createNeverAutomateRoutes(pool: Pool): Router {
  const router = Router();
  router.get('/never-automate', async (request, response) => {
    response.json(await listNeverAutomate(pool, validate(neverAutomateListQuery, request.query, 'query')));
  });
  router.post('/never-automate', async (request, response) => {
    const { reason, ...whom } = validate(neverAutomateRequest, request.body ?? {});
    const entry = await inTransaction(pool, (client) =>
      addNeverAutomate(client, { ...identifierOf(whom), reason, actor: actorOf(response) }),
    );
    response.status(entry.isNew ? 201 : 200).json({ id: entry.id });
  });
  router.post('/never-automate/:id/remove', async (request, response) => {
    const { reason } = validate(neverAutomateRemoval, request.body ?? {});
    const id = rowIdOf(request.params.id);
    const isRemoved =
      id !== null && (await removeNeverAutomate(pool, { id, reason, actor: actorOf(response) }));
    if (!isRemoved) throw new ApiProblem('never_automate_entry_not_found');
    response.json({ id });
  });
  return router;
}

function identifierOf(whom: { phone?: string | undefined; user_id?: string | undefined }): BuyerIdentifier {
  if (whom.user_id !== undefined)
    return { kind: whom.user_id.includes('.ENT.') ? 'parent_bsuid' : 'bsuid', value: whom.user_id };
  return { kind: 'wa_id', value: digitsOfPhone(whom.phone ?? '') };
}
