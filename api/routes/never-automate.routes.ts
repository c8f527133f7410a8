import { Router } from 'express';
import type { Pool } from 'pg';
import { inTransaction } from '../../platform/database';
import { toE164 } from '../../platform/phone';
import { addNeverAutomate, removeNeverAutomate } from '../../store/never-automate.store';
import type { BuyerIdentifier } from '../../store/never-automate.store';
import { actorOf } from '../authentication';
import { neverAutomateListQuery, neverAutomateRemoval, neverAutomateRequest } from '../contract';
import { ApiProblem } from '../errors';
import { listNeverAutomate } from '../read/never-automate';
import { validate } from '../validate';

const ENTRY_ID = /^[1-9]\d{0,14}$/;

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
    const id = ENTRY_ID.test(request.params.id) ? Number(request.params.id) : null;
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
  const e164 = toE164(whom.phone ?? '');
  if (e164 === null)
    throw new ApiProblem('invalid_request', {
      errors: [
        { field: 'phone', message: 'must be a phone number with its country code, such as +12025550123' },
      ],
    });
  return { kind: 'wa_id', value: e164.slice(1) };
}
