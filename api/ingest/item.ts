type ItemOfOtherField = 'preference' | 'history' | 'state_sync' | 'account_event';

/** The field of messages that Meta's own agent had while we only listened. */
export const STANDBY = 'standby';

/** An item as stored. */
export type StoredItem = {
  readonly id: number;
  readonly kind: 'message' | 'status' | 'echo' | 'identity_change' | ItemOfOtherField | 'unknown';
  readonly field: string;
  readonly phone_number_id: string | null;
  readonly raw: unknown;
  readonly captured_at: Date;
};

/** What became of an item: the conversations that must look, or why the item is kept aside. */
export type Assignment =
  | {
      readonly kind: 'assigned';
      readonly lookAt: readonly string[];
      /** The conversation whose past it filled. */
      readonly historyOf?: string;
      /** Items that were set aside and can be told now. */
      readonly again?: readonly number[];
      /** Channels that go on: what they had held looks again once all locks are free. */
      readonly goingOn?: readonly string[];
    }
  | { readonly kind: 'set-aside'; readonly error: string };
