import type { z } from 'zod';
import type { CommandOrder } from '../../store/commands/command.types';
import { findConversationOf } from '../../store/conversation.store';
import {
  approveSendRequest,
  cancelSendRequest,
  editSendRequest,
  idParam,
  rejectSendRequest,
  resolveSendRequest,
  sendDetail,
  sendList,
  sendListQuery,
} from '../contract';
import { ApiProblem } from '../errors';
import { listSendLedger, readSend } from '../read/sends';
import { PLAIN, read } from '../route';
import type { Route } from '../route';
import { without } from '../without';
import { commandRoute, optional } from './command-door';
import type { Door } from './command-door';

/** The send ledger, and what people do with one send: `POST /v1/sends/{id}/<command>`. */
export const sendRoutes: readonly Route[] = [
  read({
    ...PLAIN,
    id: 'list-sends',
    method: 'get',
    path: '/v1/sends',
    tag: 'Sends',
    summary: 'The send ledger, the newest first',
    description:
      'Every message of ours before and after it leaves. Drafts that wait for a person: `status=draft`. What observe held back: `status=refused&reason_code=gate.mode`.',
    scope: 'read',
    query: sendListQuery,
    answers: { 200: { description: 'A page of the ledger.', schema: sendList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listSendLedger(pool, query) }),
  }),
  read({
    ...PLAIN,
    id: 'get-send',
    method: 'get',
    path: '/v1/sends/{id}',
    tag: 'Sends',
    summary: 'One send with its edits and statuses',
    scope: 'read',
    params: idParam,
    answers: { 200: { description: 'The send.', schema: sendDetail } },
    problems: ['send_not_found'],
    handle: async ({ params }, { pool }) => {
      const found = await readSend(pool, params.id);
      if (found === null) throw new ApiProblem('send_not_found');
      return { status: 200, body: found };
    },
  }),
  onSend({
    name: 'cancel',
    orders: 'cancel_send',
    summary: 'Take a message back before it leaves',
    description: 'Anybody may: not to send can be made good, to send cannot.',
    body: cancelSendRequest,
    problems: ['send_too_late'],
    toOrder: (_body, sendId) => ({ kind: 'cancel_send', arguments: { sendId } }),
  }),
  onSend({
    name: 'edit',
    orders: 'edit_send',
    summary: 'Change a message before it leaves',
    description:
      'The new content replaces the old one, which stays in "edits". The confirmation of an opt-out stays as the policy words it.',
    body: editSendRequest,
    problems: [
      'send_too_late',
      'send_not_editable',
      'buyer_opted_out',
      'owned_by_other_agent',
      'message_not_found',
      'template_not_found',
      'template_not_approved',
      'template_parameters_wrong',
      'template_needs_phone',
      'no_marketing_consent',
      'no_opt_in',
      'marketing_blocked',
    ],
    toOrder: toEdit,
  }),
  onSend({
    name: 'approve',
    orders: 'approve_send',
    summary: 'Let a draft go',
    description: 'It leaves as soon as the window and the pace of the number allow.',
    body: approveSendRequest,
    problems: [
      'send_not_draft',
      'owned_by_other_agent',
      'buyer_opted_out',
      'template_not_found',
      'template_not_approved',
      'template_parameters_wrong',
      'template_needs_phone',
      'no_marketing_consent',
      'no_opt_in',
      'marketing_blocked',
    ],
    toOrder: ({ force }, sendId) => ({
      kind: 'approve_send',
      arguments: { sendId, ...optional({ force }) },
    }),
  }),
  onSend({
    name: 'reject',
    orders: 'reject_send',
    summary: 'Drop a draft',
    description: 'A reply that is dropped leaves the buyer waiting for a person.',
    body: rejectSendRequest,
    problems: ['send_not_draft'],
    toOrder: (_body, sendId) => ({ kind: 'reject_send', arguments: { sendId } }),
  }),
  onSend({
    name: 'resolve',
    orders: 'resolve_send',
    summary: 'Say whether an unconfirmed message left',
    description:
      'Nobody knows of it by itself; with "send_again" it is tried anew, where no other agent has the conversation.',
    body: resolveSendRequest,
    problems: [
      'send_not_unconfirmed',
      'owned_by_other_agent',
      'buyer_opted_out',
      'outside_window',
      'template_not_found',
      'template_not_approved',
      'template_parameters_wrong',
      'template_needs_phone',
      'no_marketing_consent',
      'no_opt_in',
      'marketing_blocked',
    ],
    toOrder: ({ verdict, send_again: sendAgain, force }, sendId) => ({
      kind: 'resolve_send',
      arguments: { sendId, verdict, ...optional({ sendAgain, force }) },
    }),
  }),
];

function onSend<Body extends z.ZodType<{ reason?: string | undefined }>>(door: Door<Body>): Route {
  return commandRoute(
    {
      noun: 'send',
      tag: 'Sends',
      notFound: 'send_not_found',
      conversationOf: (sendId, { pool }) => findConversationOf(pool, 'send', sendId),
    },
    door,
  );
}

function toEdit(given: z.output<typeof editSendRequest>, sendId: string): CommandOrder {
  const { force, reply_to: replyTo, override_opt_out: overrideOptOut, ...rest } = given;
  const message = without(rest, 'reason');
  return {
    kind: 'edit_send',
    arguments: { sendId, message, ...optional({ replyTo, force, overrideOptOut }) },
  };
}
