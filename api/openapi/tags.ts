/** The parts of the document, in the order in which a newcomer reads them. */
export const TAGS = [
  { name: 'Conversations', description: 'Who talks, what was said, and what happens next.' },
  {
    name: 'Commands',
    description: 'What people order for a conversation. Answered from Postgres, also without a worker.',
  },
  { name: 'Sends', description: 'Every message of ours before and after it leaves.' },
  { name: 'Decisions', description: 'What was decided, why, and what would have changed it.' },
  { name: 'Buyers', description: 'Who somebody is, and how that is known.' },
  { name: 'Numbers', description: 'Our WhatsApp numbers: mode, budget, what holds them back.' },
  { name: 'Automation', description: 'What automation may not do.' },
  { name: 'Templates', description: 'What may be said outside the window.' },
  { name: 'Policies', description: 'The rules that people set.' },
  { name: 'Media', description: 'Files of buyers.' },
  { name: 'Webhooks', description: 'What Meta tells.' },
  { name: 'Webhook subscriptions', description: 'Who is told what happens: docs/webhooks.md.' },
  { name: 'Access', description: 'Tokens, and the audit log.' },
  { name: 'Health', description: 'Whether the API works.' },
  { name: 'Documentation', description: 'This document, and what can go wrong.' },
];
