import type { Owner, SendKind } from '../../domain/vocabulary';

export const COMMAND_KINDS = [
  'take_over',
  'hand_back',
  'pause',
  'resume',
  'override_route',
  'change_follow_up_rule',
  'send_message',
  'skip_follow_up',
  'close',
  'opt_out',
  'opt_in',
] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

/** What one conversation does differently from the policy; a part that is left out stays as the policy says. */
export type FollowUpRule = {
  readonly waitSeconds?: readonly number[];
  readonly cap?: number;
  readonly enabled?: boolean;
};

/** A message in the form in which WhatsApp takes it. */
export type HumanMessage = { readonly type: 'text'; readonly text: { readonly body: string } };

/** What is ordered, with what belongs to it. */
export type CommandOrder =
  | { readonly kind: 'take_over'; readonly arguments: { readonly force?: boolean } }
  | { readonly kind: 'hand_back'; readonly arguments: Readonly<Record<string, never>> }
  | {
      readonly kind: 'pause';
      readonly arguments: { readonly until: string } | { readonly forever: true };
    }
  | { readonly kind: 'resume'; readonly arguments: Readonly<Record<string, never>> }
  | { readonly kind: 'override_route'; readonly arguments: { readonly route: 'automation' | 'human' | null } }
  | { readonly kind: 'change_follow_up_rule'; readonly arguments: { readonly rule: FollowUpRule | null } }
  | {
      readonly kind: 'send_message';
      readonly arguments: {
        readonly message: HumanMessage;
        readonly expectsAnswer?: boolean;
        readonly force?: boolean;
      };
    }
  | { readonly kind: 'skip_follow_up'; readonly arguments: Readonly<Record<string, never>> }
  | { readonly kind: 'close'; readonly arguments: Readonly<Record<string, never>> }
  | { readonly kind: 'opt_out'; readonly arguments: Readonly<Record<string, never>> }
  | { readonly kind: 'opt_in'; readonly arguments: Readonly<Record<string, never>> };

/** The arguments of one kind of command. */
export type ArgumentsOf<Kind extends CommandKind> = Extract<CommandOrder, { kind: Kind }>['arguments'];

/** A person's order for one conversation. */
export type CommandRequest = CommandOrder & {
  readonly conversationId: string;
  /** Agent id, or 'temporal-operator' for a signal from the Temporal UI or CLI. */
  readonly actor: string;
  /** False when the sender could not be authenticated. */
  readonly isVerified: boolean;
  /** Unique over all callers: made of the actor and the key that the caller gave, or of a fact such as a signal's event. */
  readonly idempotencyKey: string;
  readonly reason?: string;
};

/** Why an order was not carried out. */
export type RefusalCode =
  | 'conversation_not_found'
  | 'idempotency_key_reused'
  | 'owned_by_other_agent'
  | 'not_owned'
  | 'not_paused'
  | 'until_not_in_future'
  | 'outside_window'
  | 'buyer_opted_out'
  | 'no_follow_up_planned'
  | 'no_open_episode'
  | 'already_opted_out'
  | 'not_opted_out';

/** What stands in Postgres about a conversation while its row is locked. */
export type ConversationControl = {
  readonly id: string;
  readonly buyerId: string;
  readonly owner: Owner;
  /** PAUSED_FOR_GOOD_MS = without end, null = not paused. */
  readonly pausedUntilMs: number | null;
  readonly epoch: number;
  readonly routeOverride: 'automation' | 'human' | null;
  readonly followUpRule: FollowUpRule | null;
  readonly needsHuman: boolean;
  readonly reasonCode: string | null;
  readonly hasOpenEpisode: boolean;
  readonly lastInboundAtMs: number | null;
  readonly isOptedOut: boolean;
  readonly hasPlannedFollowUp: boolean;
  readonly hasPlannedReply: boolean;
};

/** Who orders, and when, by the database's clock. */
export type CommandMoment = { readonly actor: string; readonly nowMs: number };

/** What a command changes; a part that is left out stays as it is. */
export type CommandEffects = {
  readonly owner?: Owner;
  readonly pausedUntilMs?: number | null;
  readonly routeOverride?: 'automation' | 'human' | null;
  readonly followUpRule?: FollowUpRule | null;
  readonly needsHuman?: boolean;
  /** Automated sends of these kinds that have not begun are recalled. */
  readonly recalls: readonly SendKind[];
  readonly endsFollowUps: boolean;
  readonly closesEpisode: boolean;
  /** What the buyer wishes, as the person says. */
  readonly consent?: 'stop' | 'resume';
  readonly sends?: {
    readonly message: HumanMessage;
    readonly expectsAnswer: boolean;
    readonly notAfterMs: number;
  };
};

/** What a command comes to. */
export type CommandVerdict =
  | { readonly kind: 'done'; readonly effects: CommandEffects }
  /** `flip`: the smallest change that would have let it through. */
  | { readonly kind: 'refused'; readonly refusal: RefusalCode; readonly flip: string | null };

/** A send that had begun before a command, and how far it is. */
export type SendUnderWay = { readonly send_id: string; readonly status: string };

/** The stored answer of a command that was carried out, in the form in which it travels. */
export type CommandAnswer = {
  readonly command_id: string;
  readonly kind: CommandKind;
  readonly outcome: 'done';
  readonly decision_id: number;
  readonly done_at: string;
  readonly conversation: {
    readonly id: string;
    readonly owner: string;
    readonly paused_until: string | null;
    readonly epoch: number;
    readonly route_override: 'automation' | 'human' | null;
    readonly follow_up_rule: { wait_seconds?: readonly number[]; cap?: number; enabled?: boolean } | null;
    readonly needs_human: boolean;
    readonly reason_code: string | null;
  };
  readonly send_id: string | null;
  /** Automated sends that will now not be made. */
  readonly recalled: readonly string[];
  readonly ended_follow_ups: readonly string[];
  /** Automated sends that had begun before and whose end is not known yet. */
  readonly under_way: readonly SendUnderWay[];
  /** Automated sends that had begun before and left while this was answered. */
  readonly left_before: readonly SendUnderWay[];
};

/** The stored answer of a command that was refused. */
export type RefusalAnswer = {
  readonly command_id: string;
  readonly kind: CommandKind;
  readonly outcome: 'refused';
  readonly refusal: RefusalCode;
  readonly decision_id: number;
  readonly owner: string;
  readonly paused_until: string | null;
};

/** What the caller is told; the same key is told the same, marked as repeated. */
export type CommandResult =
  | { readonly kind: 'done'; readonly isRepeated: boolean; readonly answer: CommandAnswer }
  | {
      readonly kind: 'refused';
      readonly isRepeated: boolean;
      readonly refusal: RefusalCode;
      /** Null when nothing could be recorded: the conversation is unknown, or the key belongs to another command. */
      readonly answer: RefusalAnswer | null;
    };
