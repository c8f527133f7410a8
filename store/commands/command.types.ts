import type { FollowUpOverride } from '../../domain/follow-up/follow-up.input';
import type { MessageBody, NamedMessages, OutgoingMessage } from '../../domain/send/outgoing-message';
import type { SendOrder } from '../../domain/send/send.state';
import type { TemplateJudgement } from '../../domain/template/template.judge';
import type { Owner, SendKind, SendStatus, UnwatchedSendKind } from '../../domain/vocabulary';

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
  'cancel_send',
  'edit_send',
  'approve_send',
  'reject_send',
  'resolve_send',
  'start_conversation',
] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

/** That a buyer agreed to be written to, in the words of whoever recorded it. */
type OptIn = { readonly how: string; readonly when: string; readonly evidence: string };

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
  | { readonly kind: 'change_follow_up_rule'; readonly arguments: { readonly rule: FollowUpOverride | null } }
  | {
      readonly kind: 'send_message';
      readonly arguments: {
        readonly message: OutgoingMessage;
        /** The message of this conversation that it quotes. */
        readonly replyTo?: string;
        /** Leave then instead of now. */
        readonly sendAt?: string;
        readonly expectsAnswer?: boolean;
        readonly force?: boolean;
        /** Write although the buyer opted out; the order's reason says why. */
        readonly overrideOptOut?: boolean;
      };
    }
  | {
      readonly kind: 'start_conversation';
      readonly arguments: {
        readonly message: OutgoingMessage;
        readonly optIn: OptIn;
        readonly expectsAnswer?: boolean;
        readonly force?: boolean;
        /** Nobody is there to go on with the conversation: automation keeps it, and what buyers wait for is not taken back. */
        readonly leavesOwner?: boolean;
      };
    }
  | { readonly kind: 'skip_follow_up'; readonly arguments: Readonly<Record<string, never>> }
  | { readonly kind: 'close'; readonly arguments: Readonly<Record<string, never>> }
  | { readonly kind: 'opt_out'; readonly arguments: Readonly<Record<string, never>> }
  | { readonly kind: 'opt_in'; readonly arguments: Readonly<Record<string, never>> }
  | { readonly kind: 'cancel_send' | 'reject_send'; readonly arguments: { readonly sendId: string } }
  | {
      readonly kind: 'edit_send';
      readonly arguments: {
        readonly sendId: string;
        readonly message: OutgoingMessage;
        readonly replyTo?: string;
        readonly force?: boolean;
        /** As with `send_message`; what was ordered for the old content does not count. */
        readonly overrideOptOut?: boolean;
      };
    }
  | {
      readonly kind: 'approve_send';
      readonly arguments: { readonly sendId: string; readonly force?: boolean };
    }
  | {
      readonly kind: 'resolve_send';
      readonly arguments: {
        readonly sendId: string;
        readonly verdict: 'it_left' | 'it_did_not_leave';
        readonly sendAgain?: boolean;
        /** Sends again although another agent has the conversation. */
        readonly force?: boolean;
      };
    };

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
  /** The word by which people give a conversation back on the phone app, which stands as a message and has its time. */
  readonly isWordOnPhone?: boolean;
};

/** Why an order was not carried out. */
export type RefusalCode =
  | 'conversation_not_found'
  | 'idempotency_key_reused'
  | 'owned_by_other_agent'
  | 'not_owned'
  | 'not_with_automation'
  | 'not_paused'
  | 'until_not_in_future'
  | 'outside_window'
  | 'buyer_opted_out'
  | 'no_follow_up_planned'
  | 'no_open_episode'
  | 'already_opted_out'
  | 'not_opted_out'
  | 'message_not_found'
  | 'send_at_out_of_range'
  | 'send_not_found'
  | 'send_too_late'
  | 'send_not_editable'
  | 'send_not_draft'
  | 'send_not_unconfirmed'
  | 'template_not_found'
  | 'template_not_approved'
  | 'template_parameters_wrong'
  | 'template_needs_phone'
  | 'no_marketing_consent'
  | 'no_opt_in'
  | 'marketing_blocked'
  | 'opt_in_in_future'
  | 'first_contacts_used_up'
  | 'number_not_found';

/** The send that an order is about. */
export type TargetSend = {
  readonly id: string;
  readonly kind: SendKind;
  readonly status: SendStatus;
  readonly type: string;
  readonly expectsAnswer: boolean;
  /** Another send of the conversation is unconfirmed too. */
  readonly isOneOfSeveralUnconfirmed: boolean;
};

/** What stands in Postgres about a conversation while its row is locked. */
export type ConversationControl = {
  readonly id: string;
  readonly buyerId: string;
  readonly owner: Owner;
  /** PAUSED_FOR_GOOD_MS = without end, null = not paused. */
  readonly pausedUntilMs: number | null;
  readonly epoch: number;
  readonly routeOverride: 'automation' | 'human' | null;
  readonly followUpRule: FollowUpOverride | null;
  readonly needsHuman: boolean;
  readonly reasonCode: string | null;
  readonly hasOpenEpisode: boolean;
  /** Until when free text may leave; null = no window ever opened. */
  readonly windowClosesAtMs: number | null;
  readonly isOptedOut: boolean;
  readonly hasPlannedFollowUp: boolean;
  readonly hasPlannedReply: boolean;
  /** The send that the order names; null = none, or it is none of this conversation. */
  readonly targetSend: TargetSend | null;
  /** The messages that the order names; null = none, or none of this conversation. */
  readonly named: NamedMessages;
  /** Whether the template that the order names may go to the buyer; null = it names none. */
  readonly template: TemplateJudgement | null;
};

/** Who orders, and when, by the database's clock. */
export type CommandMoment = { readonly actor: string; readonly nowMs: number };

/** What a command changes; a part that is left out stays as it is. */
export type CommandEffects = {
  readonly owner?: Owner;
  readonly pausedUntilMs?: number | null;
  readonly routeOverride?: 'automation' | 'human' | null;
  readonly followUpRule?: FollowUpOverride | null;
  readonly needsHuman?: boolean;
  /** Sends of these kinds that have not begun are recalled. */
  readonly recalls: readonly UnwatchedSendKind[];
  readonly endsFollowUps: boolean;
  readonly closesEpisode: boolean;
  /** Opens an episode where none is open. */
  readonly opensEpisode?: boolean;
  /** What the buyer wishes, as the person says. */
  readonly consent?: 'stop' | 'resume';
  /** An opt-in that comes with the order. */
  readonly notesOptIn?: OptIn;
  readonly sends?: {
    /** What the ledger keeps; null = the words of the send that it repeats. */
    readonly body: MessageBody | null;
    readonly expectsAnswer: boolean;
    readonly scheduledForMs: number | null;
    readonly repeatsSendId: string | null;
    readonly overridesOptOut: boolean;
  };
  readonly changesSend?: {
    readonly sendId: string;
    readonly order: SendOrder;
    /** What an edit puts in place of the old content. */
    readonly content?: { readonly body: MessageBody; readonly overridesOptOut: boolean };
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
  /** The language in which a template goes, and how it was found. */
  readonly template?: { readonly language: string; readonly step: string; readonly category: string };
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
  /** Where the send stands that the order was about. */
  readonly send_status?: string;
  /** What is wrong with the template, line by line. */
  readonly template_problems?: readonly string[];
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
      readonly problems?: readonly string[];
      readonly availableAtMs?: number;
    };
