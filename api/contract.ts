/*
 * Every request and answer of the API under /v1. Times are ISO 8601 instants in UTC; `paused_until` may be 'infinity'.
 * Unknown fields of a request are refused, so that a misspelt one is never silently without effect.
 */
export * from './contract/command.contract';
export * from './contract/conversation.contract';
export * from './contract/audit.contract';
export * from './contract/budget.contract';
export * from './contract/decision.contract';
export * from './contract/said.contract';
export * from './contract/timeline.contract';
export * from './contract/event.contract';
export * from './contract/number.contract';
export * from './contract/never-automate.contract';
export * from './contract/permission.contract';
export * from './contract/order.contract';
export * from './contract/page.contract';
export * from './contract/record.contract';
export * from './contract/send.contract';
export * from './contract/start.contract';
export * from './contract/subscription.contract';
export * from './contract/template.contract';
export * from './contract/token.contract';
export { idParam, numberParam, rowParam } from './contract/values.contract';
export * from './contract/webhook.contract';
