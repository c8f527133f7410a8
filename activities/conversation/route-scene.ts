import type { Database } from '../../platform/database';
import type { Snapshot } from '../../store/context.store';
import type { LockedConversation } from '../../store/conversation.store';
import type { IdentityLink } from '../../store/identity-link.store';
import type { ActivePolicy } from '../../store/policy.store';
import type { Turn } from '../../store/turn.store';

/** A turn that is decided, under the locks of buyer and conversation. */
export type RouteScene = {
  readonly client: Database;
  readonly conversation: LockedConversation;
  readonly active: ActivePolicy;
  readonly turn: Turn;
  readonly snapshot: Snapshot;
  readonly link: IdentityLink;
};
