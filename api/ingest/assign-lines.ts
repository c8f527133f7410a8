import { createHash } from 'node:crypto';
import type { Identifier } from '../../domain/identity/holder.decide';
import { inAllForms } from '../../domain/identity/number-variants';
import { firstRow } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { noteHistoryChange } from '../../store/history-wait.store';
import { insertMessage, sentAtOf } from './insert-message';
import { findOrCreateBuyer } from './find-buyer';
import { assignAnew, findOrCreateConversation } from './people';
import { findSame, IMPORT_PREFIX } from './same-message';
import type { WebhookMessage } from './webhook.schema';

/** One message of an export, understood. */
export type ExportedMessage = {
  /** WhatsApp's own id, or that of another system; null = the line has none. */
  readonly id: string | null;
  readonly phoneNumberId: string;
  readonly identifiers: readonly Identifier[];
  readonly direction: 'inbound' | 'outbound';
  readonly sentAtMs: number;
  readonly type: string;
  readonly text: string | null;
  /** The agent who wrote it. */
  readonly agent: string | null;
  /** The buyer's name. */
  readonly name: string | null;
};

/** Whether a line was new, or a message that was there already. */
export type Outcome = 'imported' | 'known';

/** Waits are counted when the import is complete; if it dies before, by the sweep after this time. */
export const COUNT_AFTER_MS = 10 * 60_000;

/**
 * Fills the past of one conversation with lines of an export that name the same number and the same identifiers: all of
 * them or, when it throws, none. Opens no episode, turn or window, and wakes nobody. Any number of times: each message is
 * there once, also when WhatsApp itself reported it before or reports it later.
 */
export async function assignLines(
  database: TransactionalDatabase,
  lines: readonly [ExportedMessage, ...ExportedMessage[]],
): Promise<Outcome[]> {
  return await assignAnew(database, async (client) => {
    const conversationId = await findPlace(client, lines);
    const outcomes: Outcome[] = [];
    for (const line of lines) outcomes.push(await assignLine(client, conversationId, line));
    if (outcomes.includes('imported')) await noteHistoryChange(client, conversationId, COUNT_AFTER_MS);
    return outcomes;
  });
}

/** Whether one of the identifiers passed from one person to another: then the time of each line says whose it is. */
export async function hasPassedOn(database: Database, identifiers: readonly Identifier[]): Promise<boolean> {
  const forms = inAllForms(identifiers);
  const found = await database.query(
    `select 1 from buyer_identity
      where valid_to is not null and (kind, value) in (select * from unnest($1::text[], $2::text[])) limit 1`,
    [forms.map((one) => one.kind), forms.map((one) => one.value)],
  );
  return found.rowCount === 1;
}

async function findPlace(
  client: Database,
  lines: readonly [ExportedMessage, ...ExportedMessage[]],
): Promise<string> {
  const [{ phoneNumberId, identifiers }] = lines;
  const newest = lines.reduce((a, b) => (isNamedLater(b, a) ? b : a));
  const { buyerId } = await findOrCreateBuyer(client, {
    identifiers,
    displayName: newest.name,
    atMs: newest.sentAtMs,
    webhookItemId: null,
  });
  return await findOrCreateConversation(client, {
    phoneNumberId,
    displayPhoneNumber: null,
    wabaId: null,
    buyerId,
  });
}

function isNamedLater(one: ExportedMessage, other: ExportedMessage): boolean {
  if (one.name === null || other.name === null) return other.name === null && one.name !== null;
  if (one.sentAtMs !== other.sentAtMs) return one.sentAtMs > other.sentAtMs;
  return one.name > other.name;
}

async function assignLine(client: Database, conversationId: string, line: ExportedMessage): Promise<Outcome> {
  const message = messageOf(line);
  const knownId = isOfWhatsApp(line.id) ? null : await findKnown(client, conversationId, { line, message });
  const isNew =
    knownId === null &&
    (await insertMessage(client, {
      item: { id: null, captured_at: new Date() },
      message,
      conversationId,
      direction: line.direction,
      author: line.direction === 'inbound' ? 'buyer' : authorOf(line),
      isImported: true,
    }));
  await noteLine(client, line, { id: knownId, whatsappId: message.id });
  return isNew ? 'imported' : 'known';
}

function isOfWhatsApp(id: string | null): boolean {
  return id?.startsWith('wamid.') ?? false;
}

/** The message in the form in which WhatsApp reports one. */
function messageOf(line: ExportedMessage): WebhookMessage {
  const { type, text } = line;
  const words = type === 'text' ? 'body' : 'caption';
  return {
    id: idOf(line),
    type,
    timestamp: String(line.sentAtMs),
    ...(text === null ? {} : { [type]: { [words]: text } }),
  };
}

function idOf(line: ExportedMessage): string {
  if (line.id !== null) return isOfWhatsApp(line.id) ? line.id : keyOf(line.phoneNumberId, line.id);
  const { phoneNumberId, identifiers, sentAtMs, direction, text } = line;
  const facts = [phoneNumberId, identifiers.map((one) => one.value), sentAtMs, direction, text];
  return IMPORT_PREFIX + createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** Another system's ids are its own: they are told apart by the number they belong to. */
function keyOf(phoneNumberId: string, id: string): string {
  return `${IMPORT_PREFIX}${phoneNumberId}:${id}`;
}

/** The message that a line without WhatsApp's id is: by its own id if it has one, else by what was said when. */
async function findKnown(
  client: Database,
  conversationId: string,
  { line, message }: { readonly line: ExportedMessage; readonly message: WebhookMessage },
): Promise<string | null> {
  const byKey = line.id === null ? null : await findByKey(client, message.id);
  if (byKey !== null) return byKey;
  const sentAt = sentAtOf(message, new Date());
  const content = { conversationId, direction: line.direction, sentAt, text: line.text };
  return await findSame(client, content, { hasIdOfAnotherSystem: line.id !== null });
}

async function findByKey(client: Database, key: string): Promise<string | null> {
  const found = await client.query<{ message_id: string }>(
    'select message_id from message_import_key where key = $1',
    [key],
  );
  return firstRow(found)?.message_id ?? null;
}

/** Keeps what only the line tells of its message: its id in another system, and who of the agents wrote it. */
async function noteLine(
  client: Database,
  line: ExportedMessage,
  message: { readonly id: string | null; readonly whatsappId: string },
): Promise<void> {
  const isIt = '(message.id = $1 or ($1::uuid is null and message.whatsapp_id = $2))';
  if (line.id !== null && !isOfWhatsApp(line.id))
    await client.query(
      `insert into message_import_key (key, message_id) select $3, id from message where ${isIt}
       on conflict (key) do nothing`,
      [message.id, message.whatsappId, keyOf(line.phoneNumberId, line.id)],
    );
  if (line.agent !== null)
    await client.query(`update message set author = $3 where ${isIt} and send_id is null`, [
      message.id,
      message.whatsappId,
      authorOf(line),
    ]);
}

function authorOf(line: ExportedMessage): 'phone' | `agent:${string}` {
  return line.agent === null ? 'phone' : `agent:${line.agent}`;
}
