import { orderAutomationAgain, orderNeverAutomate } from '../../store/commands/never-automate';
import type { BuyerIdentifier } from '../../store/never-automate.store';
import {
  neverAutomateAnswer,
  neverAutomateList,
  neverAutomateListQuery,
  neverAutomateRemoval,
  neverAutomateRemovalAnswer,
  neverAutomateRequest,
  rowParam,
} from '../contract';
import { digitsOfPhone } from '../phone-field';
import { listNeverAutomate } from '../read/never-automate';
import { PLAIN, command, read } from '../route';
import type { Route } from '../route';
import { orderBody } from './command-door';

/** The list of people whom automation never writes to; it holds for people who have never written, too. */
export const neverAutomateRoutes: readonly Route[] = [
  read({
    ...PLAIN,
    id: 'list-never-automate',
    method: 'get',
    path: '/v1/never-automate',
    tag: 'Automation',
    summary: 'People whom automation never writes to, the newest first',
    scope: 'read',
    query: neverAutomateListQuery,
    answers: { 200: { description: 'A page of the list.', schema: neverAutomateList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listNeverAutomate(pool, query) }),
  }),
  command({
    ...PLAIN,
    id: 'add-never-automate',
    orders: 'add_never_automate',
    method: 'post',
    path: '/v1/never-automate',
    tag: 'Automation',
    summary: 'Put a person on the list',
    description: 'By phone or by user id of WhatsApp; they need not have written.',
    scope: 'agent',
    body: neverAutomateRequest,
    answers: {
      201: { description: 'On the list.', schema: neverAutomateAnswer },
      200: { description: 'On the list already; the first entry holds.', schema: neverAutomateAnswer },
    },
    problems: ['idempotency_key_reused'],
    handle: async ({ body: { reason, ...whom }, actor, idempotencyKey }, { pool }) => {
      const order = { whom: identifierOf(whom), reason, actor, idempotencyKey };
      const body = orderBody(await orderNeverAutomate(pool, order));
      return { status: body.is_new ? 201 : 200, body };
    },
  }),
  command({
    ...PLAIN,
    id: 'remove-never-automate',
    orders: 'remove_never_automate',
    method: 'post',
    path: '/v1/never-automate/{id}/remove',
    tag: 'Automation',
    summary: 'Take an entry off the list',
    description: 'It stays as a record.',
    scope: 'supervisor',
    params: rowParam,
    body: neverAutomateRemoval,
    answers: { 200: { description: 'Off the list.', schema: neverAutomateRemovalAnswer } },
    problems: ['never_automate_entry_not_found', 'idempotency_key_reused'],
    handle: async ({ params, body: { reason }, actor, idempotencyKey }, { pool }) => ({
      status: 200,
      body: orderBody(await orderAutomationAgain(pool, { id: params.id, reason, actor, idempotencyKey })),
    }),
  }),
];

function identifierOf(whom: { phone?: string | undefined; user_id?: string | undefined }): BuyerIdentifier {
  if (whom.user_id !== undefined)
    return { kind: whom.user_id.includes('.ENT.') ? 'parent_bsuid' : 'bsuid', value: whom.user_id };
  return { kind: 'wa_id', value: digitsOfPhone(whom.phone ?? '') };
}
