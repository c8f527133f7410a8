import { z } from 'zod';
import type { Speech } from '../whatsapp/speech';
import type { Doors } from './story.doors';
import type { Person } from './story.person';
import type { BuyerAct } from './story.types';

export type Stage = {
  readonly doors: Doors;
  /** The id of the newest message that holds the words, or of the newest one of the business. */
  find(person: Person, words: string | undefined): Promise<string>;
};
type Say = Extract<BuyerAct, { do: 'say' }>;

const answer = z.looseObject({ id: z.string() });
const moved = z.looseObject({ wa_id: z.string().nullable(), user_id: z.string() });

/** A buyer does something on their phone; gives the line for the transcript. */
export async function playBuyer(
  stage: Stage,
  person: Person,
  { act, agoMs }: { readonly act: BuyerAct; readonly agoMs: number },
): Promise<string> {
  if (isBecoming(act)) return await becomes(stage, person, act);
  switch (act.do) {
    case 'say':
      return await say(stage, person, { act, agoMs });
    case 'react': {
      const to = await stage.find(person, act.to);
      const reaction = { to, ...(act.emoji !== undefined && { emoji: act.emoji }) };
      await write(stage, person, { says: { reaction }, agoMs });
      return act.emoji ? `reacts ${act.emoji}` : 'takes the reaction back';
    }
    case 'edit':
      await write(stage, person, {
        says: { edit: { of: ownMessage(person, act.of), text: act.text } },
        agoMs,
      });
      return `edits "${act.of}": ${act.text}`;
    case 'delete':
      await write(stage, person, { says: { revoke: { of: ownMessage(person, act.of) } }, agoMs });
      return `takes back "${act.of}"`;
    case 'read':
      await stage.doors.control('/whatsapp/read', keyOf(person, await stage.find(person, undefined)));
      return '(reads it)';
  }
}

type Becoming = Exclude<BuyerAct, { do: 'say' | 'react' | 'edit' | 'delete' | 'read' }>;

function isBecoming(act: BuyerAct): act is Becoming {
  return ['show', 'prefer', 'change_number', 'change_user_id', 'change_phone'].includes(act.do);
}

/** The buyer becomes somebody else in the eyes of the webhooks, or wants something else. */
async function becomes(stage: Stage, person: Person, act: Becoming): Promise<string> {
  if (act.do === 'show') {
    person.show(act.what);
    return `(is shown with ${act.what})`;
  }
  if (act.do !== 'prefer') return await change(stage, person, act);
  await stage.doors.control('/whatsapp/preferences', {
    of: person.identity(),
    value: act.value,
    phone_number_id: person.numberId,
  });
  return `(chooses "${act.value}" for marketing messages)`;
}

async function say(
  stage: Stage,
  person: Person,
  { act, agoMs }: { readonly act: Say; readonly agoMs: number },
): Promise<string> {
  const quoted = act.replyTo === undefined ? null : { id: await stage.find(person, act.replyTo) };
  const context = quoted ?? act.context;
  const { says, message } = act;
  const id = await write(stage, person, {
    says,
    agoMs,
    more: {
      ...(context !== undefined && { context }),
      ...(message !== undefined && { message }),
      ...(act.isStandby === true && { field: 'standby' }),
    },
  });
  const words = wordsOf(says);
  person.says(id, words);
  return message?.['referral'] === undefined ? words : `(from an ad) ${words}`;
}

async function write(
  { doors }: Stage,
  person: Person,
  given: { readonly says: Speech; readonly agoMs: number; readonly more?: Readonly<Record<string, unknown>> },
): Promise<string> {
  const { says, agoMs, more } = given;
  const body = {
    from: person.identity(),
    says,
    phone_number_id: person.numberId,
    ...(agoMs > 0 && { timestamp_seconds: Math.floor((Date.now() - agoMs) / 1000) }),
    ...more,
  };
  return answer.parse(await doors.control('/whatsapp/messages', body)).id;
}

async function change(
  { doors }: Stage,
  person: Person,
  act: Extract<BuyerAct, { do: 'change_number' | 'change_user_id' | 'change_phone' }>,
): Promise<string> {
  const of = person.identity();
  const body = { of, phone_number_id: person.numberId };
  switch (act.do) {
    case 'change_phone':
      await doors.control('/whatsapp/identity-changes', { ...body, kind: 'customer_identity_changed' });
      return '(has another phone)';
    case 'change_user_id':
      person.move({ userId: act.to });
      await doors.control('/whatsapp/identity-changes', {
        ...body,
        kind: 'user_changed_user_id',
        new_user_id: act.to,
      });
      return `(has the user id ${act.to})`;
    case 'change_number': {
      const after = await doors.control('/whatsapp/identity-changes', {
        ...body,
        kind: 'user_changed_number',
        new_wa_id: act.to,
        hide_new_phone: act.isHidden,
      });
      person.move({ waId: act.to, userId: moved.parse(after).user_id });
      return act.isHidden ? '(has another number, which is not named)' : `(has the number +${act.to})`;
    }
  }
}

function keyOf(person: Person, messageId: string): Readonly<Record<string, unknown>> {
  const { wa_id, user_id } = person.identity();
  return { message_id: messageId, ...(wa_id === undefined ? { user_id } : { wa_id }) };
}

function ownMessage(person: Person, words: string): string {
  const id = person.find(words);
  if (id === undefined) throw new Error(`${person.name} has not written "${words}".`);
  return id;
}

/** A line for what was said, whatever it is. */
export function wordsOf(says: Speech): string {
  if (says.text !== undefined) return says.text;
  const [[kind, content] = ['message', {}]] = Object.entries(says);
  const { caption, title, text } = z.looseObject({}).catch({}).parse(content);
  const words = [caption, title, text].find((one): one is string => typeof one === 'string');
  return words === undefined ? `[${kind.replaceAll('_', ' ')}]` : `[${kind.replaceAll('_', ' ')}] ${words}`;
}
