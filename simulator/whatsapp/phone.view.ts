import { z } from 'zod';
import type { Buyer, CallRecord, ReadMark, StoredMessage } from './whatsapp.state';
import type { WhatsAppStore } from './whatsapp.store';

const TYPING_SHOWN_MS = 25_000;

type Side = 'buyer' | 'business';

/** One bubble on the screen. It names others by their number, never by id or time, so that two runs can be compared. */
type Line = {
  readonly line: number;
  readonly from: Side;
  readonly phone_number_id: string;
  readonly type: string;
  readonly body: unknown;
  readonly reply_to?: number | null;
  readonly edited?: true;
  readonly deleted?: true;
  readonly reactions?: Readonly<Partial<Record<Side, string>>>;
  /** Blue ticks on what the buyer wrote. */
  readonly read?: boolean;
};

/** What happened on the screen, in order. */
type ScreenEvent =
  | { readonly kind: 'message'; readonly from: Side; readonly line: number }
  | { readonly kind: 'reaction'; readonly from: Side; readonly line: number; readonly emoji: string }
  | { readonly kind: 'edit' | 'delete'; readonly from: Side; readonly line: number }
  | { readonly kind: 'read'; readonly line: number }
  | { readonly kind: 'typing'; readonly phone_number_id: string };

/** What a buyer's phone shows and how it came to be, with every call that was made for it, also the failed ones. */
export function phoneRecord(
  store: WhatsAppStore,
  identity: string,
  nowMs: number,
): Readonly<Record<string, unknown>> {
  const buyer = store.findBuyer(identity);
  const all = buyer === undefined ? [] : store.conversation(buyer.key);
  const messages = all.filter(isShown);
  const marks =
    buyer === undefined ? [] : [...store.readMarks.values()].filter((mark) => mark.buyer_key === buyer.key);
  return {
    buyer: buyer ?? null,
    messages: messages.map((message) => messageView(message)),
    ...screenOf(all, marks),
    typing: typingNumbers(messages, marks, nowMs),
    calls: callsFor(store, buyer, identity),
  };
}

/** A message that failed or is held back never reached the phone, also while nobody has been told yet. */
function isShown({ status, error_code, is_held_back: isHeldBack }: StoredMessage): boolean {
  return status !== 'failed' && error_code === null && !(isHeldBack === true && status === 'accepted');
}

function messageView(message: StoredMessage): unknown {
  const { id, direction, type, text, body, at_ms, status, context_id, biz_opaque_callback_data } = message;
  return {
    id,
    direction,
    type,
    ...(text !== null && { text }),
    body,
    at_ms,
    status,
    phone_number_id: message.phone_number_id,
    ...(context_id !== null && { context_id }),
    ...(biz_opaque_callback_data !== null && { biz_opaque_callback_data }),
  };
}

function screenOf(
  messages: readonly StoredMessage[],
  marks: readonly ReadMark[],
): { readonly screen: readonly Line[]; readonly events: readonly ScreenEvent[] } {
  const screen = new Screen();
  for (const message of messages) {
    if (isShown(message)) screen.take(message);
    for (const mark of marks) if (mark.last_message_id === message.id) screen.mark(mark);
  }
  return { screen: screen.lines, events: screen.events };
}

const changeSchema = z.looseObject({
  message_id: z.string().optional(),
  original_message_id: z.string().optional(),
  emoji: z.string().optional(),
  message: z.looseObject({ type: z.string() }).optional(),
});

type Change = z.infer<typeof changeSchema>;
const CHANGES: ReadonlySet<string> = new Set(['reaction', 'edit', 'revoke']);

function editOf(before: Line, { message }: Change): Pick<Line, 'type' | 'body'> {
  const type = message?.type ?? before.type;
  return { type, body: message?.[type] };
}

class Screen {
  readonly lines: Line[] = [];
  readonly events: ScreenEvent[] = [];
  private readonly lineOf = new Map<string, number>();

  /** Puts a message on the screen, or changes one that is there. */
  take(message: StoredMessage): void {
    const from: Side = message.direction === 'in' ? 'buyer' : 'business';
    if (!CHANGES.has(message.type)) {
      this.show(message, from);
      return;
    }
    const change = changeSchema.safeParse(message.body).data ?? {};
    const line = this.lineOf.get(change.message_id ?? change.original_message_id ?? '') ?? 0;
    const before = this.lines[line - 1];
    if (before === undefined) return;
    this.change(before, message.type, { from, change });
  }

  /** The business has read up to a message, and perhaps begins to write. */
  mark(mark: ReadMark): void {
    const line = this.lineOf.get(mark.message_id);
    if (line === undefined) return;
    this.events.push({ kind: 'read', line });
    if (mark.shows_typing) this.events.push({ kind: 'typing', phone_number_id: mark.phone_number_id });
  }

  private show(message: StoredMessage, from: Side): void {
    const line = this.lines.length + 1;
    this.lineOf.set(message.id, line);
    this.lines.push({
      line,
      from,
      phone_number_id: message.phone_number_id,
      type: message.type,
      body: message.body,
      ...(message.context_id !== null && { reply_to: this.lineOf.get(message.context_id) ?? null }),
      ...(from === 'buyer' && { read: message.status === 'read' }),
    });
    this.events.push({ kind: 'message', from, line });
  }

  private change(before: Line, type: string, { from, change }: { from: Side; change: Change }): void {
    if (type === 'reaction') this.react(before, from, change.emoji ?? '');
    else if (type === 'revoke') this.replace({ ...before, body: null, deleted: true }, from, 'delete');
    else this.replace({ ...before, ...editOf(before, change), edited: true }, from, 'edit');
  }

  private react(before: Line, from: Side, emoji: string): void {
    const others = Object.entries(before.reactions ?? {}).filter(([side]) => side !== from);
    const reactions = Object.fromEntries(emoji === '' ? others : [...others, [from, emoji]]);
    this.lines[before.line - 1] = { ...before, reactions };
    this.events.push({ kind: 'reaction', from, line: before.line, emoji });
  }

  private replace(after: Line, from: Side, kind: 'edit' | 'delete'): void {
    this.lines[after.line - 1] = after;
    this.events.push({ kind, from, line: after.line });
  }
}

/** Business numbers that show "typing" now: for 25 s after the read mark, or until their next message. */
function typingNumbers(
  messages: readonly StoredMessage[],
  marks: readonly ReadMark[],
  nowMs: number,
): readonly string[] {
  const running = marks.filter(
    (mark) =>
      mark.shows_typing &&
      nowMs < mark.at_ms + TYPING_SHOWN_MS &&
      !messages.some(
        (message) =>
          message.direction === 'out' &&
          message.phone_number_id === mark.phone_number_id &&
          message.at_ms >= mark.at_ms,
      ),
  );
  return [...new Set(running.map(({ phone_number_id }) => phone_number_id))];
}

/** Every POST to /messages for this buyer, in order, also those that were refused, failed or cut. */
function callsFor(store: WhatsAppStore, buyer: Buyer | undefined, identity: string): readonly CallRecord[] {
  const names = new Set([identity, buyer?.key, buyer?.wa_id, buyer?.user_id]);
  return [...store.calls.values()].filter(({ address }) => address !== null && names.has(address));
}
