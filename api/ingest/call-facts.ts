import { searchVariants } from '../../domain/identity/identity.decide';
import type { Identifier } from '../../domain/identity/holder.decide';
import { inAllForms } from '../../domain/identity/number-variants';
import { contactNamed } from './contact-of';
import { identifiersOf } from './identifiers';
import { isSame } from './known-forms';
import type { StoredItem } from './item';
import { digitsOf, timestampToMs } from './message-facts';
import { callSchema, callStatusSchema, changeSchema } from './webhook.schema';
import type { ChangeValue } from './webhook.schema';

/** A call by which a buyer turned to us: theirs, answered or not, or one of ours that they took. */
export type Call = {
  /** WhatsApp's id, the same in everything that is reported about the call. */
  readonly id: string;
  /** Of a number in all its national forms: those that the call does not name are other ones. */
  readonly identifiers: readonly (Identifier & { readonly isOtherForm: boolean })[];
  /** When it began, as far as this report tells. */
  readonly beganAtMs: number;
};

/** Reports that tell that there was a call; recordings and transcripts come later and say nothing of their own. */
const EVENTS = new Set(['connect', 'terminate']);

/** The calls of a change of the field `calls` that open the window. */
export function callsIn(
  item: Pick<StoredItem, 'field' | 'phone_number_id' | 'raw' | 'captured_at'>,
): readonly Call[] {
  const isReport = item.field === 'calls' && item.phone_number_id !== null;
  const change = isReport ? changeSchema.safeParse(item.raw) : null;
  if (change?.success !== true) return [];
  const { value } = change.data;
  const nowMs = item.captured_at.getTime();
  const made = (value.calls ?? []).flatMap((raw) => callOf(raw, value, nowMs));
  const taken = (value.statuses ?? []).flatMap((raw) => takenCallOf(raw, value, nowMs));
  return [...made, ...taken];
}

function callOf(raw: unknown, value: ChangeValue, nowMs: number): Call[] {
  const parsed = callSchema.safeParse(raw);
  if (!parsed.success || !EVENTS.has(parsed.data.event ?? '')) return [];
  const call = parsed.data;
  const isTheirs =
    call.direction === undefined ? !isOurNumber(call.from, value) : call.direction === 'USER_INITIATED';
  if (!isTheirs) return [];
  const ids = [call.from_user_id, call.from_parent_user_id, call.from];
  return named({ id: call.id, ids, beganAtMs: beganAtMs(call, nowMs) }, value);
}

function takenCallOf(raw: unknown, value: ChangeValue, nowMs: number): Call[] {
  const parsed = callStatusSchema.safeParse(raw);
  if (!parsed.success || parsed.data.status?.toUpperCase() !== 'ACCEPTED') return [];
  const status = parsed.data;
  const ids = [status.recipient_user_id, status.recipient_parent_user_id, status.recipient_id];
  return named({ id: status.id, ids, beganAtMs: beganAtMs(status, nowMs) }, value);
}

/** Nobody's call where nothing names the caller. */
function named(
  call: Omit<Call, 'identifiers'> & { readonly ids: readonly (string | undefined)[] },
  value: ChangeValue,
): Call[] {
  const contact = contactNamed(call.ids, value.contacts ?? []);
  const ids = [...call.ids, contact?.user_id, contact?.parent_user_id, contact?.wa_id];
  const identifiers = identifiersOf(ids);
  const forms = inAllForms(identifiers).map((one) => ({
    ...one,
    isOtherForm: !identifiers.some((named) => isSame(named, one)),
  }));
  return forms.length === 0 ? [] : [{ id: call.id, identifiers: forms, beganAtMs: call.beganAtMs }];
}

/** The end of a call is reported with its beginning or its length, where it was answered. */
function beganAtMs(report: Readonly<Record<string, unknown>>, nowMs: number): number {
  const atMs = Math.min(timestampToMs(report['timestamp'], nowMs) ?? nowMs, nowMs);
  const startMs = timestampToMs(report['start_time'], nowMs);
  if (startMs !== null) return Math.min(startMs, atMs);
  const seconds = Number(report['duration']);
  return Number.isFinite(seconds) && seconds > 0 ? atMs - seconds * 1_000 : atMs;
}

function isOurNumber(from: string | undefined, { metadata }: ChangeValue): boolean {
  const ours = digitsOf(metadata?.display_phone_number);
  return ours !== '' && [ours, ...searchVariants(ours)].includes(digitsOf(from));
}
