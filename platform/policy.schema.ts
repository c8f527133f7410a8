import { z } from 'zod';
import type { Policy } from '../domain/policy/policy';
import { budget } from './policy-budget.schema';
import { routing } from './policy-routing.schema';
import { DAY_SECONDS, language, milliseconds, policyTemplate, seconds, text } from './policy-values.schema';

/*
 * The policy document, checked strictly: unknown keys are errors. Every message says what is wrong and what to do,
 * as it is read by the person who wrote the file.
 */

/** Follow-ups after more than this help nobody: the gain falls with every attempt. */
const FOLLOW_UPS_MAX = 3;
const mode = z.enum(['observe', 'draft', 'live'], {
  error: 'must be observe (only look), draft (prepare texts for people) or live (write)',
});

const numberId = z.string().regex(/^\d{5,}$/, 'must be a phone_number_id, digits only');

const numbers = z.strictObject({
  default_mode: mode,
  modes: z.record(numberId, mode),
  messages_per_second: z
    .record(
      numberId,
      z
        .number()
        .int('must be a whole number')
        .min(1, 'is below 1: nothing would leave; raise it or use mode observe')
        .max(1_000, 'is above 1000, the most that Meta allows a number; lower it'),
    )
    .optional(),
  phone_agents: z
    .record(numberId, z.string().regex(/^[A-Za-z0-9._-]+$/, 'must be the id of an agent, such as anna'))
    .optional(),
});

const episode = z.strictObject({
  idle_limit_seconds: seconds({
    min: 1,
    max: 90 * DAY_SECONDS,
    why: 'a pause longer than this opens a new episode',
  }),
  complete_after_days: z
    .number()
    .min(1, 'is below 1: a conversation with nothing planned for so long is completed; raise it')
    .max(
      365,
      'is above 365: a conversation with nothing planned should be completed within a year; lower it',
    ),
});

const turn = z
  .strictObject({
    quiet_gap_ms: milliseconds({
      min: 0,
      max: 60_000,
      why: 'the quiet time that ends a turn delays every answer',
    }),
    quiet_gap_max_ms: milliseconds({
      min: 0,
      max: 120_000,
      why: 'the longest delay of an answer while the buyer keeps writing',
    }),
    backlog_after_ms: milliseconds({
      min: 1000,
      max: 3_600_000,
      why: 'messages older than this on arrival are answered without a gap',
    }),
  })
  .refine((gaps) => gaps.quiet_gap_max_ms >= gaps.quiet_gap_ms, {
    path: ['quiet_gap_max_ms'],
    error: 'is below quiet_gap_ms; make it at least as long',
  });

const identity = z.strictObject({
  create_contact: z.enum(['always', 'never'], { error: 'must be always or never' }),
  lookup_timeout_ms: milliseconds({
    min: 500,
    max: 60_000,
    why: 'after this an unknown buyer is answered as unknown',
  }),
  default_country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be a country code of two capital letters, such as DE')
    .optional(),
});

const followUp = z
  .strictObject({
    wait_seconds: z.array(
      seconds({ min: 1, max: 7 * DAY_SECONDS, why: 'the wait before a follow-up, one for each attempt' }),
    ),
    cap: z
      .number()
      .int('must be a whole number')
      .min(0, 'is below 0; use 0 to send no follow-ups')
      .max(FOLLOW_UPS_MAX, `is above ${FOLLOW_UPS_MAX}: more attempts help less and cost trust; lower it`),
    growth: z
      .number()
      .min(2, 'is below 2: gaps must at least double from one attempt to the next; raise it')
      .max(10, 'is above 10; lower it'),
    window_margin_seconds: seconds({
      min: 0,
      max: DAY_SECONDS / 2,
      why: 'free text stops this long before the 24-hour window closes',
    }),
    text: z.array(text),
    template: policyTemplate.optional(),
  })
  .superRefine((plan, context) => {
    for (const key of ['wait_seconds', 'text'] as const)
      if (plan.cap > 0 && plan[key].length === 0)
        context.addIssue({
          code: 'custom',
          path: [key],
          message: 'is empty, but cap allows follow-ups; add one entry per attempt or set cap: 0',
        });
  });

const sending = z.strictObject({
  hold_seconds: seconds({
    min: 0,
    max: 600,
    why: 'every automated message is held so long, and later by as much',
  }),
  business_initiated_per_24h: z
    .number()
    .int('must be a whole number of buyers')
    .min(0, 'is below 0; 0 = nobody is written to first')
    .optional(),
});

const templates = z.strictObject({
  fallback_language: language.optional(),
  written_opt_in_days: z
    .number()
    .int('must be a whole number of days')
    .min(0, 'is below 0; 0 = only a recorded opt-in allows a template outside the window')
    .max(365, 'is above 365; whoever wrote so long ago does not expect to hear of it')
    .optional(),
  marketing_blocked_countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'must be a country of two capital letters, such as US'))
    .optional(),
});

const start = z.strictObject({
  number: numberId.optional(),
  templates: z
    .record(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be lower-case letters, digits, - and _, such as welcome'),
      policyTemplate,
    )
    .optional(),
});

const crm = z.strictObject({
  debounce_seconds: seconds({
    min: 0,
    max: 3600,
    why: 'changes of one HubSpot record are collected for so long before they are written',
  }),
  communication_mode: z.literal('per_episode', { error: 'must be per_episode, the only mode there is' }),
});

const handBackAfter = seconds({
  min: 1,
  max: 30 * DAY_SECONDS,
  why: 'a conversation that a person took over goes back to automation after so much silence',
}).nullable();

const human = z.strictObject({
  hand_back_after_seconds: handBackAfter,
  phone_hand_back_after_seconds: handBackAfter.optional(),
  hand_back_keywords: z
    .array(
      z
        .string()
        .trim()
        .min(1, 'is empty; name the word, such as "#bot"')
        .max(50, 'is longer than 50 characters; choose a word that is written quickly'),
    )
    .optional(),
});

/** Checks a policy document; the type on the left makes sure that it yields exactly the domain's policy. */
export const policySchema: z.ZodType<Policy> = z.strictObject({
  name: z.string().trim().min(1, 'is empty; name the policy').max(100, 'is longer than 100 characters'),
  numbers,
  episode,
  turn,
  identity,
  routing,
  follow_up: followUp,
  sending: sending.optional(),
  budget: budget.optional(),
  templates: templates.optional(),
  start: start.optional(),
  crm,
  human,
});
