/** What a message means for us: whether somebody waits for an answer. */
export type Meaning = 'needs_reply' | 'closing' | 'acknowledgement' | 'deferral' | 'opt_out' | 'media';

/** The step of the cascade that decided. */
export type UnderstandingCode =
  | 'payload'
  | 'reaction'
  | 'media'
  | 'system'
  | 'opt_out.keyword'
  | 'opt_out.phrase'
  | 'opt_out.confirmed'
  | 'question.mark'
  | 'question.word'
  | 'complaint'
  | 'price'
  | 'request'
  | 'quantity'
  | 'date'
  | 'deferral'
  | 'closing.words'
  | 'ack.answer'
  | 'ack.completion'
  | 'greeting'
  | 'undecided';

/** All codes, for checking policies. */
export const UNDERSTANDING_CODES: readonly UnderstandingCode[] = [
  'payload',
  'reaction',
  'media',
  'system',
  'opt_out.keyword',
  'opt_out.phrase',
  'opt_out.confirmed',
  'question.mark',
  'question.word',
  'complaint',
  'price',
  'request',
  'quantity',
  'date',
  'deferral',
  'closing.words',
  'ack.answer',
  'ack.completion',
  'greeting',
  'undecided',
];

/** Evidence of an opt-out that may be about something else, so that the buyer is asked. */
export const AMBIGUOUS_OPT_OUT = 'opt_out.ambiguous';

/** One understood message; `evidence` holds codes of everything that was seen, never words. */
export type Understood = {
  readonly code: UnderstandingCode;
  readonly meaning: Meaning;
  readonly evidence: readonly string[];
};

/** One understood turn: the strongest meaning of its messages. */
export type UnderstoodTurn = Understood & { readonly messages: readonly Understood[] };

/** A message as it is to be understood, against our own last message. */
export type MessageToUnderstand = {
  /** The type WhatsApp gives it: `text`, `image`, `button`, … */
  readonly type: string;
  /** The body, or the caption of a medium, or the title of a button. */
  readonly text: string | null;
  /** The id of the pressed button or list row. */
  readonly payloadId: string | null;
  /** What stands under the title of a list row. */
  readonly description?: string | null;
  /** The emoji of a reaction; null when a reaction was taken back. */
  readonly emoji: string | null;
  readonly ourLastMessage: {
    readonly expectsAnswer: boolean;
    /** It asked whether the buyer wants no more messages. */
    readonly asksOptOut?: boolean;
  } | null;
};
