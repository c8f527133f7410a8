/** How the buyer stood to us when the wait began: by the gap between their last message and ours. */
export type WaitState = 'live' | 'warm' | 'cold';

/** The numbers of the reply model; loaded from `models/` by `platform/reply-model.ts`. */
export type ReplyModel = {
  readonly version: string;
  /** Twelve edges of the eleven bins, in hours after the message. */
  readonly binsHours: readonly number[];
  /** Replies an hour of an average buyer, per state and bin. */
  readonly hazards: Readonly<Record<WaitState, readonly number[]>>;
  /** Shape of the gamma distribution of buyers around the average (mean 1). */
  readonly alpha: number;
  /** Activity of the 24 hours of the day, mean 1; flat where the buyer's zone is unknown. */
  readonly clock: readonly number[];
};
