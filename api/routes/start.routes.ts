import { commandAnswer, startConversationRequest } from '../contract';
import { startConversation } from '../ingest/start-conversation';
import { digitsOfPhone } from '../phone-field';
import { PLAIN, command } from '../route';
import type { Route } from '../route';
import { answerBody, optional } from './command-door';

/** Who writes first. */
export const startRoutes: readonly Route[] = [
  command({
    ...PLAIN,
    id: 'start-conversation',
    orders: 'start_conversation',
    method: 'post',
    path: '/v1/conversations',
    tag: 'Commands',
    summary: 'Write first, with an approved template',
    description:
      'To somebody who need not have written yet. The opt-in is recorded with its evidence; without one nobody is written to first.',
    scope: 'agent',
    body: startConversationRequest,
    answers: { 200: { description: 'The message is planned.', schema: commandAnswer } },
    problems: [
      'number_not_found',
      'idempotency_key_reused',
      'template_not_found',
      'template_not_approved',
      'template_parameters_wrong',
      'template_needs_phone',
      'no_marketing_consent',
      'no_opt_in',
      'marketing_blocked',
      'opt_in_in_future',
      'first_contacts_used_up',
      'owned_by_other_agent',
      'buyer_opted_out',
    ],
    handle: async ({ body: given, actor, idempotencyKey }, { pool, handOver }) => {
      const { conversationId, result } = await startConversation(pool, {
        phoneNumberId: given.number_id,
        identifier: given.user_id ?? digitsOfPhone(given.phone ?? ''),
        actor,
        idempotencyKey,
        ...optional({ reason: given.reason }),
        arguments: {
          message: { type: 'template', template: given.template },
          optIn: { ...given.opt_in, when: new Date(given.opt_in.when).toISOString() },
          ...optional({ expectsAnswer: given.expects_answer, force: given.force }),
        },
      });
      if (conversationId !== null) handOver.soon(conversationId);
      return { status: 200, body: answerBody(result) };
    },
  }),
];
