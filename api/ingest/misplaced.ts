import type { Identifier } from '../../domain/identity/holder.decide';
import type { StoredItem } from './item';

/** What was said with a number by or to somebody else than the buyer in whose conversation it stands. */
export type Misplaced = {
  readonly item: StoredItem;
  /** The buyers whose it seemed to be, and whose it is. */
  readonly fromId: string;
  readonly toId: string;
  readonly atMs: number;
};

/** Why something goes over: more became known of who had this number. */
export type MoveCause = { readonly number: Identifier; readonly webhookItemId: number | null };
