import { MESSAGES_PER_SECOND_DEFAULT } from '../send/pace.decide';
import type { NumberMode } from '../vocabulary';

/** How certain we are which contact a buyer is. */
export type IdentityStatus = 'linked' | 'created' | 'ambiguous' | 'unknown';

/** The text automation answers with; placeholders are `{first_name}` and `{deal_name}`, `{first_name|there}` gives a default. */
export type ReplyTemplate = { readonly text: string; readonly expects_answer: boolean };

/** What a rule orders: automation always brings its reply along. */
export type RuleThen = {
  readonly by: 'automation' | 'human';
  readonly reply?: ReplyTemplate | undefined;
};

/** When a rule applies; every condition that is given must hold, an empty one always holds. */
export type RuleWhen = {
  /** Codes of the understanding; `question` also matches `question.mark`. */
  readonly intents?: readonly string[] | undefined;
  readonly identity?: readonly IdentityStatus[] | undefined;
  readonly deal_stages?: readonly string[] | undefined;
  readonly has_open_deal?: boolean | undefined;
  readonly first_contact?: boolean | undefined;
  readonly urgency_min?: 0 | 1 | 2 | 3 | undefined;
};

/** One routing rule; rules are tried in order and the first match wins. */
export type Rule = { readonly name: string; readonly when: RuleWhen; readonly then: RuleThen };

/** Who answers what, and how fast. */
export type RoutingPolicy = {
  readonly rules: readonly Rule[];
  readonly fallback: RuleThen;
  readonly respond_within_ms_by_urgency: readonly [number, number, number, number];
  readonly assurance?: { readonly text: string } | undefined;
  readonly opt_out?: OptOutPolicy | undefined;
};

/** What automation says about opting out; without a text it says nothing. */
type OptOutPolicy = {
  /** Sent once after an opt-out in words. */
  readonly confirmation?: { readonly text: string } | undefined;
  /** Sent once after a word that may also cancel an order; without it such a word is an opt-out. */
  readonly question?: { readonly text: string } | undefined;
};

/** The plan people set for silence after a message of ours; learning may only delay or drop it. */
export type FollowUpPolicy = {
  readonly wait_seconds: readonly number[];
  readonly cap: number;
  readonly growth: number;
  readonly window_margin_seconds: number;
  readonly text: readonly string[];
  /** Sent where free text is no longer allowed; left out = a person is asked. */
  readonly template?: PolicyTemplate | undefined;
};

/** An approved template that the policy orders; its values may hold the placeholders of a text. */
export type PolicyTemplate = {
  readonly name: string;
  readonly language: string;
  /** For the body: in order, or by name where the template has names. */
  readonly parameters?: readonly string[] | Readonly<Record<string, string>> | undefined;
};

/** What messages cost and how much of that is allowed; for each number and month. */
export type BudgetPolicy = {
  /** Where a month begins and ends: a name of the IANA list. */
  readonly time_zone: string;
  readonly currency: string;
  /** The price of one delivered message in each category of WhatsApp. */
  readonly prices: Readonly<Record<string, number>>;
  readonly free_service_messages_per_month: number;
  readonly month_ceiling?: number | undefined;
  readonly messages_per_month?: number | undefined;
  /** Automation stops when so much of a ceiling is used; the rest is kept for people. */
  readonly automated_share: number;
  readonly stops_people?: boolean | undefined;
  /** Where a number has ceilings of its own, by its id; what is left out is as above. */
  readonly numbers?: Readonly<Record<string, NumberBudgetPolicy>> | undefined;
};

/** What may be different for one number. */
type NumberBudgetPolicy = {
  readonly month_ceiling?: number | undefined;
  readonly messages_per_month?: number | undefined;
  readonly automated_share?: number | undefined;
  readonly stops_people?: boolean | undefined;
};

/** Without a budget of its own: messages are counted, nothing is stopped. */
const NO_BUDGET: BudgetPolicy = {
  time_zone: 'UTC',
  currency: 'EUR',
  prices: {},
  free_service_messages_per_month: 1000,
  automated_share: 1,
};

/** The parsed policy document; `platform/policy.schema.ts` checks that it is exactly this. */
export type Policy = {
  readonly name: string;
  readonly numbers: {
    readonly default_mode: NumberMode;
    readonly modes: Readonly<Record<string, NumberMode>>;
    /** Meta's limit of a number, where it is not the usual one. */
    readonly messages_per_second?: Readonly<Record<string, number>> | undefined;
    /** Who answers on the phone app of a number, by its id; versions from before may lack it. */
    readonly phone_agents?: Readonly<Record<string, string>> | undefined;
  };
  readonly episode: { readonly idle_limit_seconds: number; readonly complete_after_days: number };
  readonly turn: {
    readonly quiet_gap_ms: number;
    readonly quiet_gap_max_ms: number;
    readonly backlog_after_ms: number;
  };
  readonly identity: {
    readonly create_contact: 'always' | 'never';
    readonly lookup_timeout_ms: number;
    readonly default_country?: string | undefined;
  };
  readonly routing: RoutingPolicy;
  readonly follow_up: FollowUpPolicy;
  /** Left out = automated messages leave at once. */
  readonly sending?:
    | {
        readonly hold_seconds: number;
        /** Buyers written to first within 24 h, over all numbers, where people want less than Meta allows. */
        readonly business_initiated_per_24h?: number | undefined;
      }
    | undefined;
  /** Left out = messages are counted by months of UTC, and nothing is stopped. */
  readonly budget?: BudgetPolicy | undefined;
  readonly templates?:
    | {
        /** Tried when a template exists neither in the language asked for nor in its base; left out = none. */
        readonly fallback_language?: string | undefined;
        /** For so many days a buyer's message counts as an opt-in to anything but advertising; 0 = never. */
        readonly written_opt_in_days?: number | undefined;
        /** ISO codes of countries to which WhatsApp delivers no advertising. */
        readonly marketing_blocked_countries?: readonly string[] | undefined;
      }
    | undefined;
  /** How an order given in HubSpot to write first is carried out. */
  readonly start?:
    | {
        /** Writes first; left out = our only number, or nobody. */
        readonly number?: string | undefined;
        /** What the property of the contact may name beside a template itself. */
        readonly templates?: Readonly<Record<string, PolicyTemplate>> | undefined;
      }
    | undefined;
  readonly crm: { readonly debounce_seconds: number; readonly communication_mode: 'per_episode' };
  readonly human: {
    readonly hand_back_after_seconds: number | null;
    /** The same for the phone app; without it the one above holds. */
    readonly phone_hand_back_after_seconds?: number | null | undefined;
    /** What people on the phone app write to give a conversation back. */
    readonly hand_back_keywords?: readonly string[] | undefined;
  };
};

/** The mode of one number: its own, else the policy's default. */
export function modeOfNumber(policy: Policy, phoneNumberId: string): NumberMode {
  return policy.numbers.modes[phoneNumberId] ?? policy.numbers.default_mode;
}

/** How many messages in a second Meta allows a number. */
export function messagesPerSecondOf(policy: Policy, phoneNumberId: string): number {
  return policy.numbers.messages_per_second?.[phoneNumberId] ?? MESSAGES_PER_SECOND_DEFAULT;
}

/**
 * For how long a buyer's message counts as an opt-in where no other is recorded. WhatsApp asks for an opt-in and not for a
 * form of it: whoever wrote expects to hear of it for a while, and a conversation of which nothing is heard completes
 * after as many days.
 */
const WRITTEN_OPT_IN_DAYS_DEFAULT = 30;

/** For how many days a buyer's message counts as an opt-in to a template that is no advertising. */
export function writtenOptInDays(policy: Policy | null): number {
  return policy?.templates?.written_opt_in_days ?? WRITTEN_OPT_IN_DAYS_DEFAULT;
}

/** Since 2025-04-01 WhatsApp delivers no template of the category MARKETING to phones of the United States. */
const MARKETING_BLOCKED_DEFAULT: readonly string[] = ['US'];

/** ISO codes of the countries to which WhatsApp delivers no advertising. */
export function marketingBlockedCountries(policy: Policy | null): readonly string[] {
  return policy?.templates?.marketing_blocked_countries ?? MARKETING_BLOCKED_DEFAULT;
}

/** How long an automated message is held, visible and to be cancelled, before it leaves. */
export function holdMs(policy: Policy): number {
  return Math.round((policy.sending?.hold_seconds ?? 0) * 1000);
}

/** The agent on the phone app of a number; null = the policy names nobody. */
export function phoneAgentOf(policy: Policy, phoneNumberId: string): string | null {
  return policy.numbers.phone_agents?.[phoneNumberId] ?? null;
}

/** After how much silence a conversation goes back to automation, by who has it; null = only by hand. */
export function handBackAfterSeconds(human: Policy['human'], by: 'agent' | 'phone'): number | null {
  if (by === 'agent' || human.phone_hand_back_after_seconds === undefined)
    return human.hand_back_after_seconds;
  return human.phone_hand_back_after_seconds;
}

/** The budget of all numbers that have none of their own. */
export function budgetOf(policy: Pick<Policy, 'budget'>): BudgetPolicy {
  return policy.budget ?? NO_BUDGET;
}

/** The budget that holds for one number. */
export function budgetOfNumber(policy: Pick<Policy, 'budget'>, phoneNumberId: string): BudgetPolicy {
  const budget = budgetOf(policy);
  const own = budget.numbers?.[phoneNumberId] ?? {};
  return { ...budget, ...own, automated_share: own.automated_share ?? budget.automated_share };
}
