import type { HistoryInput } from '../control/inbound.schema';
import { diceOf, shuffled } from './dice';
import type { Said } from './speech';
import { secondsOf, withoutNulls } from './webhook.payload';
import type { BusinessNumber, Buyer } from './whatsapp.state';

type PastMessage = HistoryInput['threads'][number]['messages'][number] & {
  readonly id: string;
  readonly said: Said;
};
type PastThread = {
  readonly buyer: Buyer;
  readonly shown: HistoryInput['threads'][number]['with'];
  readonly messages: readonly PastMessage[];
};
type Past = {
  readonly threads: readonly PastThread[];
  readonly number: BusinessNumber;
  readonly nowMs: number;
  readonly seed: number;
};
type Value = Readonly<Record<string, unknown>>;

const DECLINED = {
  code: 2_593_109,
  title: 'History sync is turned off by the business from the WhatsApp Business App',
  message: 'History sync is turned off by the business from the WhatsApp Business App',
  error_data: { details: 'The business has turned off the sharing of its chat history.' },
};
const MEDIA = new Set(['image', 'video', 'audio', 'document', 'sticker']);

/** The values of all webhooks that share the past, in the order in which they are sent. */
export function historyBodies(input: HistoryInput, past: Past): Value[] {
  if (input.declined) return [{ history: [{ errors: [DECLINED] }] }];
  const all = past.threads.flatMap((thread) =>
    thread.messages.map((message) => ({ thread, message: messageOf(message, thread, { input, past }) })),
  );
  const size = Math.max(1, Math.ceil(all.length / input.chunks));
  const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
  const values = chunks.map((chunk, index) => {
    const progress = Math.round((100 * (index + 1)) / chunks.length);
    return chunkValue(chunk, { phase: input.phase, chunk_order: index + 1, progress });
  });
  return [...inOrder(values, input.order, past.seed), ...lateMedia(input, past)];
}

function chunkValue(
  chunk: readonly { readonly thread: PastThread; readonly message: unknown }[],
  metadata: Value,
): Value {
  const threads = [...new Set(chunk.map(({ thread }) => thread))].map((thread) => ({
    id: thread.shown.wa_id ?? thread.buyer.user_id,
    context: withoutNulls({
      wa_id: thread.shown.wa_id ?? null,
      user_id: thread.shown.user_id === null ? null : thread.buyer.user_id,
      username: thread.buyer.username,
    }),
    messages: chunk.filter((one) => one.thread === thread).map(({ message }) => message),
  }));
  return { history: [{ metadata, threads }] };
}

function messageOf(
  message: PastMessage,
  thread: PastThread,
  { input, past }: { readonly input: HistoryInput; readonly past: Past },
): unknown {
  const { said } = message;
  const isLate = input.late_media && MEDIA.has(said.type);
  return {
    ...sidesOf(message, thread, past),
    id: message.id,
    timestamp: secondsOf(past.nowMs - message.seconds_ago * 1000),
    ...(isLate ? { type: 'media_placeholder' } : { type: said.type, [said.type]: said.body, ...said.extra }),
    history_context: { status: message.status ?? (message.from === 'us' ? 'READ' : 'DELIVERED') },
  };
}

/** The media of the placeholders, under the same ids. */
function lateMedia(input: HistoryInput, past: Past): Value[] {
  if (!input.late_media) return [];
  const plain = { input: { ...input, late_media: false }, past };
  return past.threads.flatMap((thread) =>
    thread.messages
      .filter(({ said }) => MEDIA.has(said.type))
      .map((message) => ({ messages: [messageOf(message, thread, plain)] })),
  );
}

function sidesOf(message: PastMessage, thread: PastThread, { number }: Past): Value {
  const buyer = thread.shown.wa_id;
  const userId = thread.shown.user_id === null ? null : thread.buyer.user_id;
  return withoutNulls(
    message.from === 'buyer'
      ? { from: buyer ?? null, from_user_id: userId }
      : { from: number.display_phone_number, to: buyer ?? null, to_user_id: userId },
  );
}

function inOrder(values: readonly Value[], order: HistoryInput['order'], seed: number): Value[] {
  if (order === 'forward') return [...values];
  return order === 'backward' ? [...values].reverse() : shuffled(values, diceOf(seed));
}
