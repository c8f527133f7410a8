import type { CommandKind } from './command.types';

/** What each order outside conversations is about. */
const ABOUT = {
  set_number_mode: 'number',
  resume_number: 'number',
  throw_kill_switch: 'kill_switch',
  release_kill_switch: 'kill_switch',
  add_never_automate: 'never_automate',
  remove_never_automate: 'never_automate',
  join_buyers: 'buyer_join',
  undo_join: 'buyer_join',
  retry_webhook_item: 'webhook_item',
  create_token: 'token',
  revoke_token: 'token',
  create_webhook_subscription: 'webhook_subscription',
  change_webhook_subscription: 'webhook_subscription',
  delete_webhook_subscription: 'webhook_subscription',
  rotate_webhook_secret: 'webhook_subscription',
  replay_webhook_events: 'webhook_subscription',
  test_webhook_subscription: 'webhook_subscription',
} as const;

/** What people order that is not about one conversation. */
export type OrderKind = keyof typeof ABOUT;
export const ORDER_KINDS = Object.keys(ABOUT) as [OrderKind, ...OrderKind[]];

/** Everything that people order, as it stands in the audit log. */
export type AuditKind = OrderKind | CommandKind;

/** What an order is about; both stand in the audit log. */
export type OrderTarget = {
  readonly kind: (typeof ABOUT)[OrderKind] | 'conversation' | 'send';
  readonly id: string;
};

const OF_SENDS: ReadonlySet<AuditKind> = new Set<CommandKind>([
  'cancel_send',
  'edit_send',
  'approve_send',
  'reject_send',
  'resolve_send',
]);

/** What the id in the address of such an order names. */
export function targetKindOf(kind: AuditKind): OrderTarget['kind'] {
  if (isOrderKind(kind)) return ABOUT[kind];
  return OF_SENDS.has(kind) ? 'send' : 'conversation';
}

function isOrderKind(kind: AuditKind): kind is OrderKind {
  return kind in ABOUT;
}
