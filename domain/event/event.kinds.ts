/** Everything that outgoing webhooks tell. */
export const EVENT_KINDS = [
  'message.received',
  'message.sent',
  'message.delivered',
  'message.read',
  'decision.recorded',
  'conversation.taken_over',
  'conversation.handed_back',
  'conversation.paused',
  'conversation.resumed',
  'conversation.needs_human',
  'conversation.sla_due',
  'follow_up.planned',
  'follow_up.skipped',
  'follow_up.sent',
  'send.failed',
  'send.unconfirmed',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Told to one subscription when a person wants to see whether it works; not to be subscribed to. */
export const TEST_EVENT = 'webhook.test';
