import type { z } from 'zod';
import type { Speech } from '../whatsapp/speech';
import type { BuyerSheet, Expectation, Faults, SHOWN, historySchema, metaSchema } from './story.schema';

export type Shown = (typeof SHOWN)[number];

export type BuyerAct =
  | {
      readonly do: 'say';
      readonly says: Speech;
      readonly replyTo?: string | undefined;
      readonly context?: Readonly<Record<string, unknown>> | undefined;
      readonly message?: Readonly<Record<string, unknown>> | undefined;
      /** Meta's own agent has the conversation. */
      readonly isStandby?: boolean | undefined;
    }
  | { readonly do: 'react'; readonly emoji: string | undefined; readonly to: string | undefined }
  | { readonly do: 'edit'; readonly of: string; readonly text: string }
  | { readonly do: 'delete'; readonly of: string }
  | { readonly do: 'read' }
  | { readonly do: 'change_number'; readonly to: string; readonly isHidden: boolean }
  | { readonly do: 'change_user_id'; readonly to: string }
  | { readonly do: 'change_phone' }
  | { readonly do: 'show'; readonly what: Shown }
  | { readonly do: 'prefer'; readonly value: string };

export type PhoneAct =
  | { readonly do: 'say'; readonly says: Speech; readonly replyTo?: string | undefined }
  | { readonly do: 'edit'; readonly of: string; readonly text: string }
  | { readonly do: 'delete'; readonly of: string };

export type Action =
  | { readonly kind: 'buyer'; readonly who: string; readonly number: string | null; readonly act: BuyerAct }
  | { readonly kind: 'phone'; readonly to: string | null; readonly act: PhoneAct }
  | {
      readonly kind: 'agent';
      readonly to: string | null;
      readonly command: string;
      readonly text: string | null;
    }
  | { readonly kind: 'history'; readonly history: z.output<typeof historySchema> }
  | { readonly kind: 'meta'; readonly report: z.output<typeof metaSchema> }
  | { readonly kind: 'together'; readonly steps: readonly Step[] }
  | { readonly kind: 'faults'; readonly faults: Faults }
  | { readonly kind: 'expect'; readonly about: string | null; readonly expectation: Expectation }
  | { readonly kind: 'wait' };

/** One line of the chat. */
export type Step = {
  readonly line: number;
  /** How long after the line before. */
  readonly afterMs: number;
  /** Said so long before it arrives. */
  readonly agoMs: number;
  readonly action: Action;
};

export type Story = {
  readonly file: string;
  readonly title: string;
  readonly about: string | null;
  readonly speed: number;
  readonly numbers: Readonly<Record<string, string>>;
  readonly buyers: Readonly<Record<string, BuyerSheet>>;
  readonly steps: readonly Step[];
};
