/** An item as stored. */
export type StoredItem = {
  readonly id: number;
  readonly kind: 'message' | 'status' | 'echo' | 'identity_change' | 'unknown';
  readonly phone_number_id: string | null;
  readonly raw: unknown;
  readonly captured_at: Date;
};

/** What became of an item: the conversation that must look, or why the item is kept aside. */
export type Assignment =
  | { readonly kind: 'assigned'; readonly conversationId: string | null }
  | { readonly kind: 'set-aside'; readonly error: string };
