import type { z } from 'zod';
import {
  closeRequest,
  consentRequest,
  followUpRuleRequest,
  handBackRequest,
  messageRequest,
  pauseRequest,
  resumeRequest,
  routeRequest,
  skipFollowUpRequest,
  takeOverRequest,
} from '../contract';
import type { Route } from '../route';
import type { CommandOrder } from '../../store/commands/command.types';
import { without } from '../without';
import { commandRoute, optional } from './command-door';
import type { Door } from './command-door';

/** What people do with a conversation: `POST /v1/conversations/{id}/<command>`. */
export const commandRoutes: readonly Route[] = [
  onConversation({
    name: 'take-over',
    orders: 'take_over',
    summary: 'Take a conversation over',
    description:
      'The caller becomes the owner, and no automated message starts after the answer. What had begun before is waited for, two seconds at most, and named.',
    body: takeOverRequest,
    problems: ['owned_by_other_agent'],
    toOrder: ({ force }) => ({ kind: 'take_over', arguments: optional({ force }) }),
  }),
  onConversation({
    name: 'hand-back',
    orders: 'hand_back',
    summary: 'Give a conversation back to automation',
    description: 'Anybody may, so that the conversation of somebody who is away is not stuck.',
    body: handBackRequest,
    problems: ['not_owned'],
    toOrder: () => ({ kind: 'hand_back', arguments: {} }),
  }),
  onConversation({
    name: 'pause',
    orders: 'pause',
    summary: 'Let automation pause',
    description: 'Until an instant, or until somebody resumes. The owner stays.',
    body: pauseRequest,
    problems: ['until_not_in_future'],
    toOrder: ({ until }) => ({
      kind: 'pause',
      arguments: until === undefined ? { forever: true } : { until: new Date(until).toISOString() },
    }),
  }),
  onConversation({
    name: 'resume',
    orders: 'resume',
    summary: 'End a pause',
    description: 'Before its time.',
    body: resumeRequest,
    problems: ['not_paused'],
    toOrder: () => ({ kind: 'resume', arguments: {} }),
  }),
  onConversation({
    name: 'route',
    orders: 'override_route',
    summary: 'Say who answers from now on',
    description: 'Automation or a human, whatever the rules say; null lets the rules decide again.',
    body: routeRequest,
    problems: [],
    toOrder: ({ route }) => ({ kind: 'override_route', arguments: { route } }),
  }),
  onConversation({
    name: 'follow-up-rule',
    orders: 'change_follow_up_rule',
    summary: 'Change the follow-ups of this conversation',
    description: 'Instead of the rule of the policy. What is planned already is judged by it when it is due.',
    body: followUpRuleRequest,
    problems: [],
    toOrder: (body) => ({ kind: 'change_follow_up_rule', arguments: { rule: ruleOf(body) } }),
  }),
  onConversation({
    name: 'messages',
    orders: 'send_message',
    summary: 'Write to the buyer',
    description:
      'The caller takes the conversation over thereby. The message leaves through the send ledger: see GET /v1/sends/{id} for its fate. Without "type" it is a text.',
    body: messageRequest,
    problems: [
      'owned_by_other_agent',
      'buyer_opted_out',
      'outside_window',
      'send_at_out_of_range',
      'message_not_found',
      'template_not_found',
      'template_not_approved',
      'template_parameters_wrong',
      'template_needs_phone',
      'no_marketing_consent',
      'no_opt_in',
      'marketing_blocked',
    ],
    toOrder: toMessage,
  }),
  onConversation({
    name: 'skip-follow-up',
    orders: 'skip_follow_up',
    summary: 'Drop the planned follow-up',
    description: '',
    body: skipFollowUpRequest,
    problems: ['no_follow_up_planned'],
    toOrder: () => ({ kind: 'skip_follow_up', arguments: {} }),
  }),
  onConversation({
    name: 'opt-out',
    orders: 'opt_out',
    summary: 'Note that the buyer wants no more messages',
    description: 'Said elsewhere, such as on the telephone. The reason is the evidence.',
    body: consentRequest,
    problems: ['already_opted_out'],
    toOrder: () => ({ kind: 'opt_out', arguments: {} }),
  }),
  onConversation({
    name: 'opt-in',
    orders: 'opt_in',
    summary: 'Note that the buyer wants messages again',
    description: 'Said elsewhere, such as on the telephone. The reason is the evidence.',
    body: consentRequest,
    problems: ['not_opted_out'],
    toOrder: () => ({ kind: 'opt_in', arguments: {} }),
  }),
  onConversation({
    name: 'close',
    orders: 'close',
    summary: 'Close the episode',
    description: 'Owner and pause stay; the next message of the buyer opens a new episode.',
    body: closeRequest,
    problems: ['no_open_episode'],
    toOrder: () => ({ kind: 'close', arguments: {} }),
  }),
];

function onConversation<Body extends z.ZodType<{ reason?: string | undefined }>>(door: Door<Body>): Route {
  return commandRoute(
    {
      noun: 'conversation',
      tag: 'Commands',
      notFound: 'conversation_not_found',
      // Whether there is such a conversation is found under its lock.
      conversationOf: (conversationId) => Promise.resolve(conversationId),
    },
    door,
  );
}

function ruleOf(body: z.output<typeof followUpRuleRequest>) {
  if (body.use_policy === true) return null;
  return optional({ waitSeconds: body.wait_seconds, cap: body.cap, enabled: body.enabled });
}

function toMessage(given: z.output<typeof messageRequest>): CommandOrder {
  const { force, reply_to, send_at, expects_answer, override_opt_out, ...rest } = given;
  const message = without(rest, 'reason');
  const more = {
    force,
    replyTo: reply_to,
    sendAt: send_at === undefined ? undefined : new Date(send_at).toISOString(),
    expectsAnswer: expects_answer,
    overrideOptOut: override_opt_out,
  };
  return { kind: 'send_message', arguments: { message, ...optional(more) } };
}
