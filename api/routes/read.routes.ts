import type { Pool } from 'pg';
import {
  buyerDetail,
  buyerList,
  buyerListQuery,
  conversationDetail,
  conversationList,
  conversationListQuery,
  decisionDetail,
  decisionList,
  decisionListQuery,
  idParam,
  messageList,
  messageListQuery,
  policyDetail,
  policyList,
  policyListQuery,
  rowParam,
  templateList,
  templateListQuery,
  timeline,
  timelineQuery,
} from '../contract';
import { ApiProblem } from '../errors';
import { readBuyer } from '../read/buyer';
import { readConversation } from '../read/conversation';
import { listBuyers } from '../read/buyer-list';
import { findConversation, listConversations } from '../read/conversation-list';
import { listMessagePage } from '../read/conversation-messages';
import { listAllDecisions, readDecision } from '../read/decisions';
import { listPolicies, readPolicyVersion } from '../read/policies';
import { listTemplates } from '../read/templates';
import { listTimeline } from '../read/timeline';
import { PLAIN, read } from '../route';
import type { Route } from '../route';

/** What screens show; one consistent state of the database per answer. */
export const readRoutes: readonly Route[] = [
  read({
    ...PLAIN,
    id: 'list-conversations',
    method: 'get',
    path: '/v1/conversations',
    tag: 'Conversations',
    summary: 'Conversations, the most recently active first',
    scope: 'read',
    query: conversationListQuery,
    answers: { 200: { description: 'A page of conversations.', schema: conversationList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listConversations(pool, query) }),
  }),
  read({
    ...PLAIN,
    id: 'get-conversation',
    method: 'get',
    path: '/v1/conversations/{id}',
    tag: 'Conversations',
    summary: 'One conversation with everything that happened in it',
    description: 'Of each list the newest 200, oldest first; the lists of their own have the rest.',
    scope: 'read',
    params: idParam,
    answers: { 200: { description: 'The conversation.', schema: conversationDetail } },
    problems: ['conversation_not_found'],
    handle: async ({ params }, { pool, links }) => {
      const found = await readConversation(pool, params.id, links);
      if (found === null) throw new ApiProblem('conversation_not_found');
      return { status: 200, body: found };
    },
  }),
  read({
    ...PLAIN,
    id: 'list-messages',
    method: 'get',
    path: '/v1/conversations/{id}/messages',
    tag: 'Conversations',
    summary: 'What was said, the newest first',
    description: 'Our messages with how far they came.',
    scope: 'read',
    params: idParam,
    query: messageListQuery,
    answers: { 200: { description: 'A page of messages.', schema: messageList } },
    problems: ['conversation_not_found'],
    handle: async ({ params, query }, { pool, links }) => {
      const conversationId = await requireConversation(pool, params.id);
      return { status: 200, body: await listMessagePage(pool, { ...query, conversationId }, links) };
    },
  }),
  read({
    ...PLAIN,
    id: 'get-timeline',
    method: 'get',
    path: '/v1/conversations/{id}/timeline',
    tag: 'Conversations',
    summary: 'Everything that happened in a conversation in one order, the newest first',
    description: 'Messages, sends, statuses, decisions and commands. What comes later never shifts a page.',
    scope: 'read',
    params: idParam,
    query: timelineQuery,
    answers: { 200: { description: 'A page of the timeline.', schema: timeline } },
    problems: ['conversation_not_found'],
    handle: async ({ params, query }, { pool }) => {
      const conversationId = await requireConversation(pool, params.id);
      return { status: 200, body: await listTimeline(pool, conversationId, query) };
    },
  }),
  read({
    ...PLAIN,
    id: 'list-buyers',
    method: 'get',
    path: '/v1/buyers',
    tag: 'Buyers',
    summary: 'Buyers, the newest first',
    description:
      'By phone, user id, contact or opt-out. One that proved to be another is shown as that one only.',
    scope: 'read',
    query: buyerListQuery,
    answers: { 200: { description: 'A page of buyers.', schema: buyerList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listBuyers(pool, query) }),
  }),
  read({
    ...PLAIN,
    id: 'get-buyer',
    method: 'get',
    path: '/v1/buyers/{id}',
    tag: 'Buyers',
    summary: 'A buyer with everything that identified them, now and before',
    scope: 'read',
    params: idParam,
    answers: { 200: { description: 'The buyer.', schema: buyerDetail } },
    problems: ['buyer_not_found'],
    handle: async ({ params }, { pool }) => {
      const found = await readBuyer(pool, params.id);
      if (found === null) throw new ApiProblem('buyer_not_found');
      return { status: 200, body: found };
    },
  }),
  read({
    ...PLAIN,
    id: 'list-templates',
    method: 'get',
    path: '/v1/templates',
    tag: 'Templates',
    summary: 'The templates of Meta, with what each needs',
    scope: 'read',
    query: templateListQuery,
    answers: { 200: { description: 'All templates.', schema: templateList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listTemplates(pool, query) }),
  }),
  read({
    ...PLAIN,
    id: 'list-policies',
    method: 'get',
    path: '/v1/policies',
    tag: 'Policies',
    summary: 'The versions of the policy, the newest first',
    scope: 'read',
    query: policyListQuery,
    answers: { 200: { description: 'A page of versions.', schema: policyList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listPolicies(pool, query) }),
  }),
  read({
    ...PLAIN,
    id: 'get-policy',
    method: 'get',
    path: '/v1/policies/{id}',
    tag: 'Policies',
    summary: 'One version of the policy with what it says',
    scope: 'read',
    params: rowParam,
    answers: { 200: { description: 'The version.', schema: policyDetail } },
    problems: ['policy_not_found'],
    handle: async ({ params }, { pool }) => {
      const found = await readPolicyVersion(pool, params.id);
      if (found === null) throw new ApiProblem('policy_not_found');
      return { status: 200, body: found };
    },
  }),
  read({
    ...PLAIN,
    id: 'list-decisions',
    method: 'get',
    path: '/v1/decisions',
    tag: 'Decisions',
    summary: 'What was decided, the newest first',
    description: 'With reasons, inputs, and the smallest change that would have flipped it.',
    scope: 'read',
    query: decisionListQuery,
    answers: { 200: { description: 'A page of decisions.', schema: decisionList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listAllDecisions(pool, query) }),
  }),
  read({
    ...PLAIN,
    id: 'get-decision',
    method: 'get',
    path: '/v1/decisions/{id}',
    tag: 'Decisions',
    summary: 'One decision',
    scope: 'read',
    params: rowParam,
    answers: { 200: { description: 'The decision.', schema: decisionDetail } },
    problems: ['decision_not_found'],
    handle: async ({ params }, { pool }) => {
      const found = await readDecision(pool, params.id);
      if (found === null) throw new ApiProblem('decision_not_found');
      return { status: 200, body: found };
    },
  }),
];

async function requireConversation(pool: Pool, id: string): Promise<string> {
  const found = await findConversation(pool, id);
  if (found === null) throw new ApiProblem('conversation_not_found');
  return found;
}
