import { z } from 'zod';
import { speechSchema } from '../whatsapp/speech';
import { durationMs, durationSchema } from './duration';
import { SHOWN, expectSchema, faultsSchema, historySchema, metaSchema, phoneSchema } from './story.schema';
import type { Action, BuyerAct, PhoneAct } from './story.types';

/** A line that cannot be understood, and what to do about it. */
export class LineError extends Error {}

export type Cast = { readonly buyers: readonly string[]; readonly numbers: readonly string[] };

type Reader<Act> = (content: unknown) => Act;

const text = z
  .string({ error: 'Write a text here; put it in quotes if it looks like a number or a date.' })
  .min(1);
const oneEdit = z
  .record(z.string(), z.string())
  .refine((edit) => Object.keys(edit).length === 1, 'Write { "old words": "new words" }.');
const AD = {
  source_url: 'https://fb.me/example',
  source_id: '120000000000000001',
  source_type: 'ad',
  headline: 'Oak tables made to measure',
  body: 'Ask us for an offer',
  media_type: 'image',
  ctwa_clid: 'simulated-click',
};
/** Said beside what is sent. */
const aside = z.strictObject({
  reply_to: text.optional(),
  forwarded: z.boolean().optional(),
  from_ad: z.union([z.literal(true), z.looseObject({})]).optional(),
  to_meta_agent: z.boolean().optional(),
  /** Further fields of the message, as they are. */
  message: z.record(z.string(), z.unknown()).optional(),
});

const BUYER_VERBS: Readonly<Record<string, Reader<BuyerAct>>> = {
  '': (content) => ({ do: 'say', says: { text: take(text, content) } }),
  sends: (content) => readSends(content),
  reacts: (content) => {
    const { emoji, to } = take(reaction, content);
    return { do: 'react', emoji, to };
  },
  'takes back the reaction': (content) => {
    const how = take(z.enum(['empty', 'missing']).nullable(), content);
    return { do: 'react', emoji: how === 'empty' ? '' : undefined, to: undefined };
  },
  edits: (content) => readEdit(content),
  deletes: (content) => ({ do: 'delete', of: take(text, content) }),
  reads: (content) => {
    take(z.null({ error: 'Leave the rest of the line empty.' }), content);
    return { do: 'read' };
  },
  'changes number': (content) => {
    const { to, hidden } = take(newNumber, content);
    return { do: 'change_number', to, isHidden: hidden };
  },
  'changes user id': (content) => ({ do: 'change_user_id', to: take(text, content) }),
  'changes phone': (content) => {
    take(z.null({ error: 'Leave the rest of the line empty.' }), content);
    return { do: 'change_phone' };
  },
  shows: (content) => ({ do: 'show', what: take(z.enum(SHOWN), content) }),
  prefers: (content) => ({ do: 'prefer', value: take(text, content) }),
};

const reaction = z.union([
  z.string().transform((emoji) => ({ emoji, to: undefined })),
  z.strictObject({ emoji: z.string(), to: text.optional() }),
]);
const newNumber = z.union([
  phoneSchema.transform((to) => ({ to, hidden: false })),
  z.strictObject({ to: phoneSchema, hidden: z.boolean() }),
]);

const PHONE_VERBS: Readonly<Record<string, Reader<PhoneAct>>> = {
  '': (content) => ({ do: 'say', says: { text: take(text, content) } }),
  sends: (content) => {
    const { says, asides } = readSpeech(content);
    return { do: 'say', says, replyTo: asides.reply_to };
  },
  edits: (content) => readEdit(content),
  deletes: (content) => ({ do: 'delete', of: take(text, content) }),
};

const AGENT_VERBS: Readonly<Record<string, string>> = {
  'takes over': 'take-over',
  'hands back': 'hand-back',
  pauses: 'pause',
  resumes: 'resume',
  closes: 'close',
  'skips the follow-up': 'skip-follow-up',
};

/** Understands one line of the chat: its key says who and when, its content what. */
export function readLine(
  key: string,
  content: unknown,
  cast: Cast,
): { afterMs: number; agoMs: number; action: Action } {
  const { afterMs, agoMs, rest } = timesOf(key);
  if (rest === 'wait')
    return { afterMs: afterMs + take(durationSchema, content), agoMs, action: { kind: 'wait' } };
  return { afterMs, agoMs, action: actionOf(rest, content, cast) };
}

function timesOf(key: string): { afterMs: number; agoMs: number; rest: string } {
  const [, after, ago, rest = ''] =
    /^(?:after ([^,]+),\s*)?(?:([^,]+) ago,\s*)?(.*)$/s.exec(key.trim()) ?? [];
  return { afterMs: timeIn(after), agoMs: timeIn(ago), rest: rest.trim() };
}

function timeIn(given: string | undefined): number {
  if (given === undefined) return 0;
  const ms = durationMs(given);
  if (ms === null) throw new LineError(`"${given}" is no duration. Write 2s, 10min, 1h 30min or 3 days.`);
  return ms;
}

function actionOf(rest: string, content: unknown, cast: Cast): Action {
  const about = /^expect(?: about (.+))?$/.exec(rest);
  if (about !== null)
    return { kind: 'expect', about: known(about[1], cast), expectation: take(expectSchema, content) };
  if (rest === 'faults') return { kind: 'faults', faults: take(faultsSchema, content) };
  if (rest === 'meta') return { kind: 'meta', report: take(metaSchema, content) };
  if (rest === 'history') return readHistory(content, cast);
  const phone = /^phone(?: to (\S+))?(?: (edits|deletes|sends))?$/.exec(rest);
  if (phone !== null) return readPhone(phone, content, cast);
  const agent = /^agent(?: to (\S+))?(?: (.+))?$/.exec(rest);
  return agent === null ? readBuyer(rest, content, cast) : readAgent(agent, content, cast);
}

function readPhone(match: RegExpExecArray, content: unknown, cast: Cast): Action {
  const [, to, verb = ''] = match;
  const read = PHONE_VERBS[verb];
  if (read === undefined) throw new LineError(`The phone cannot do "${verb}".`);
  return { kind: 'phone', to: known(to, cast), act: read(content) };
}

function readAgent(match: RegExpExecArray, content: unknown, cast: Cast): Action {
  const [, to, verb] = match;
  if (verb === undefined)
    return { kind: 'agent', to: known(to, cast), command: 'messages', text: take(text, content) };
  const command = AGENT_VERBS[verb];
  if (command === undefined)
    throw new LineError(
      `An agent cannot do "${verb}". Write one of: ${Object.keys(AGENT_VERBS).join(', ')}.`,
    );
  const whom = take(z.string().nullable(), content) ?? to;
  return { kind: 'agent', to: known(whom, cast), command, text: null };
}

function readBuyer(rest: string, content: unknown, cast: Cast): Action {
  const who = [...cast.buyers]
    .sort((one, other) => other.length - one.length)
    .find((name) => startsWith(rest, name));
  if (who === undefined) throw new LineError(unknownSpeaker(rest, cast));
  const [, number, verb = ''] = /^(?:to (\S+))?\s*(.*)$/.exec(rest.slice(who.length).trim()) ?? [];
  if (number !== undefined && !cast.numbers.includes(number))
    throw new LineError(`There is no number "${number}". The story has: ${cast.numbers.join(', ')}.`);
  const read = BUYER_VERBS[verb];
  if (read === undefined)
    throw new LineError(
      `${who} cannot do "${verb}". Write "${who}: words", or ${who} and one of: ${Object.keys(BUYER_VERBS)
        .filter((one) => one !== '')
        .join(', ')}.`,
    );
  return { kind: 'buyer', who, number: number ?? null, act: read(content) };
}

function startsWith(rest: string, name: string): boolean {
  return rest === name || rest.startsWith(`${name} `);
}

function unknownSpeaker(rest: string, { buyers }: Cast): string {
  return (
    `Nobody here is called "${rest}". A line begins with a buyer (${buyers.join(', ')}), phone, agent, meta, history, ` +
    'together, faults, wait or expect, with "after 2s, " before it if time passes.'
  );
}

function readHistory(content: unknown, cast: Cast): Action {
  const history = take(historySchema, content);
  known(history.with, cast);
  for (const line of history.lines)
    for (const [who, words] of Object.entries(line)) {
      if (who !== 'phone' && who !== history.with)
        throw new LineError(`The past has lines of ${history.with} and of phone only, not of "${who}".`);
      if (typeof words !== 'string') take(speechSchema, words);
    }
  return { kind: 'history', history };
}

function readSends(content: unknown): BuyerAct {
  const { says, asides } = readSpeech(content);
  const { reply_to: replyTo, forwarded, from_ad: ad, message, to_meta_agent: isStandby } = asides;
  return {
    do: 'say',
    says,
    replyTo,
    context: forwarded === true ? { forwarded: true } : undefined,
    message: ad === undefined ? message : { ...message, referral: ad === true ? AD : { ...AD, ...ad } },
    isStandby,
  };
}

function readSpeech(content: unknown): { says: z.infer<typeof speechSchema>; asides: z.infer<typeof aside> } {
  const parts = Object.entries(take(z.record(z.string(), z.unknown()), content));
  const isAside = (name: string): boolean => name in aside.shape;
  return {
    says: take(speechSchema, Object.fromEntries(parts.filter(([name]) => !isAside(name)))),
    asides: take(aside, Object.fromEntries(parts.filter(([name]) => isAside(name)))),
  };
}

function readEdit(content: unknown): { do: 'edit'; of: string; text: string } {
  const [[of, words] = ['', '']] = Object.entries(take(oneEdit, content));
  return { do: 'edit', of, text: words };
}

/** The name of a buyer of the story, or null when none is given. */
function known(name: string | undefined, { buyers }: Cast): string | null {
  if (name === undefined || buyers.includes(name)) return name ?? null;
  throw new LineError(`There is no buyer "${name}". The story has: ${buyers.join(', ')}.`);
}

function take<Value>(schema: z.ZodType<Value>, content: unknown): Value {
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  throw new LineError(
    result.error.issues
      .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
      .join('; '),
  );
}
