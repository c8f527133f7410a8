import type { TransactionalDatabase } from '../../platform/database';
import type { HubSpotPort } from './hubspot.port';
import type { RowKeeper } from './outbox.rows';

/** What every step of a drain works with. */
export type DrainParts = {
  readonly hubspot: HubSpotPort;
  readonly database: TransactionalDatabase;
  readonly keeper: RowKeeper;
  readonly heartbeat: () => void;
  /** Looks a buyer up and records the link; throws HubSpotCallError. */
  readonly lookUp: (buyerId: string) => Promise<unknown>;
  /** Makes missing properties and choices once; true when it did. */
  readonly repair: () => Promise<boolean>;
  /** True when time is up or the activity was cancelled; what is left waits for the next run. */
  readonly isOver: () => boolean;
};
