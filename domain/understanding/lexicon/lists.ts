/**
 * The word lists of one language: comma-separated, in natural spelling, with `~` and `*` as explained in `phrase.ts`.
 * They are short on purpose: what no list knows is undecided, and what is undecided is answered.
 */
export type Lists = {
  /** Thanks, in any form. */
  readonly thanks: string;
  /** Goodbye, and nothing else. */
  readonly bye: string;
  /** Said on meeting and on parting alike: read against our own last message. */
  readonly helloOrBye: string;
  /** A greeting at first, "tomorrow" later on. */
  readonly helloOrLater: string;
  readonly greeting: string;
  /** Ends the matter by itself: "that's all". */
  readonly done: string;
  /** Ends the matter together with thanks; an answer when it stands alone: "all good". */
  readonly fine: string;
  /** Yes, ok, great: worth something only against our own last message. */
  readonly ack: string;
  /** No: as `ack`, but beside other words it denies them. */
  readonly no: string;
  /** Words without weight beside thanks or goodbye: "for your help", "very". */
  readonly filler: string;
  /** Words that keep a matter open: "but", "not", "wait". */
  readonly blocker: string;
  /** Joins another matter to the one before. */
  readonly and: string;
  /** Begin a question; elsewhere weak evidence. */
  readonly question: string;
  /** Mark a question anywhere in a message. */
  readonly questionStrong: string;
  /** Opt-out as a whole message. */
  readonly optOutKeyword: string;
  /** Opt-out as the last part of a message, after other words: nothing that also ends an order or a sentence about one. */
  readonly optOutEnding: string;
  /** Opt-out words that may mean an order or a deal: whole message only, without courtesy around them. */
  readonly optOutAmbiguous: string;
  readonly optOutPhrase: string;
  /** Holds the words of an opt-out and means something else: a complaint, a question, a report. */
  readonly optOutExcept: string;
  /** Holds the words of an opt-out and means only one way, time or thing: the phone, the night, the delivery. */
  readonly optOutPartly: string;
  /** May be an opt-out of something else, such as of letters by e-mail: the buyer is asked. */
  readonly optOutDoubt: string;
  /** Ends an opt-out, as a whole message; read only after one. */
  readonly optInKeyword: string;
  /** Ends an opt-out, anywhere in a message. */
  readonly optInPhrase: string;
  /** Promises to come back. */
  readonly deferral: string;
  /** Postpone when they are all that is said; `tomorrow` and `nextWeek` also say until when. */
  readonly later: string;
  readonly tomorrow: string;
  readonly nextWeek: string;
  readonly please: string;
  readonly request: string;
  readonly price: string;
  readonly complaint: string;
  readonly urgent: string;
  /** An existing order, payment or address. */
  readonly order: string;
  /** Units that make a number a quantity. */
  readonly unit: string;
  /** Days of the week and months. */
  readonly date: string;
};
