/** What orders about webhook subscriptions may be refused with. */
export const SUBSCRIPTION_PROBLEMS = {
  webhook_subscription_not_found: {
    status: 404,
    title: 'There is no webhook subscription with this id.',
    whatToDo: 'Look the subscription up with GET /v1/webhook-subscriptions.',
  },
  too_many_webhook_subscriptions: {
    status: 409,
    title: 'There are as many webhook subscriptions as there may be.',
    whatToDo: 'Delete one that is not needed, or pass events on to further receivers yourself.',
  },
  replay_too_large: {
    status: 422,
    title: 'More events would be told again than one request may order.',
    whatToDo: 'Choose a shorter time with "since" and "until", and send several requests.',
  },
} as const;
