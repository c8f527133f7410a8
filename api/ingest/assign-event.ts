import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { enqueueEpisodeAgain } from '../../store/crm-outbox.store';
import { MESSAGE_EVENTS, MESSAGE_FACTS, telling } from '../../store/event-outbox.store';
import { arrivalOf } from '../../store/message-order';
import { recallSends } from '../../store/send-queue.store';
import type { EventFacts } from './event-facts';
import { STANDBY } from './item';
import type { StoredItem } from './item';
import { keepEditedMedia } from './keep-media';
import { doubtOf, saidAtMs, textOfMessage } from './message-facts';
import { wishesToStop } from './note-stop';
import type { WebhookMessage } from './webhook.schema';

/** An event with its conversation, whose lock is held. */
export type ArrivedEvent = {
  readonly item: StoredItem;
  readonly message: WebhookMessage;
  readonly facts: EventFacts;
  readonly conversationId: string;
  readonly author: 'buyer' | 'phone' | 'meta';
};

type Target = {
  id: string;
  text: string | null;
  episode_id: string | null;
  turn_id: string | null;
  /** Decided, and neither side has written since. */
  is_unanswered: boolean;
};

/**
 * Keeps an event once and applies it to the message it is about; true when the conversation must look. One that only the
 * history has told so far changes what is shown, and triggers what it triggers when it comes live.
 */
export async function assignEvent(client: Database, event: ArrivedEvent): Promise<boolean> {
  const known = await readKnown(client, event.message.id);
  const source = sourceOf(event.item);
  if (known !== null && !isNearer(source, known)) return false;
  await client.query(
    `insert into message_event (conversation_id, whatsapp_id, kind, author, about_whatsapp_id, type, text, body, sent_at,
        captured_at, webhook_item_id, doubt)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (whatsapp_id) do update set author = excluded.author, webhook_item_id = excluded.webhook_item_id`,
    [
      event.conversationId,
      event.message.id,
      event.facts.kind,
      event.author,
      event.facts.kind === 'notice' ? null : event.facts.aboutId,
      event.message.type,
      wordsOf(event),
      JSON.stringify(event.message),
      new Date(saidAtMs(event.message, event.item.captured_at.getTime())),
      event.item.captured_at,
      event.item.id,
      doubtOf(event.message, event.item.captured_at.getTime()),
    ],
  );
  const { facts } = event;
  if (facts.kind === 'notice') return false;
  const before = await changeTarget(client, event, facts.aboutId);
  if (source === 'history' || known === 'standby') return false;
  return facts.kind === 'edit'
    ? await judgeAgain(client, { ...event, facts, isShown: known !== null }, before)
    : await forgetReply(client, event, before);
}

/** Applies the event to its message; gives how that stood before, null when we do not have it. */
async function changeTarget(client: Database, event: ArrivedEvent, aboutId: string): Promise<Target | null> {
  const before = await readTarget(client, event, aboutId);
  if (before === null) return null;
  await applyEvents(client, aboutId);
  if (before.episode_id !== null) await enqueueEpisodeAgain(client, before.episode_id);
  return before;
}

/** How we heard of an event, the nearest to us last: who wrote it and what it triggers is told by the nearest. */
const SOURCES = ['history', 'standby', 'live'] as const;
type Source = (typeof SOURCES)[number];

function sourceOf(item: Pick<StoredItem, 'kind' | 'field'>): Source {
  if (item.kind === 'history') return 'history';
  return item.field === STANDBY ? 'standby' : 'live';
}

function isNearer(one: Source, other: Source): boolean {
  return SOURCES.indexOf(one) > SOURCES.indexOf(other);
}

/** How an event is known already; null when it is not. */
async function readKnown(client: Database, whatsappId: string): Promise<Source | null> {
  const known = firstRow(
    await client.query<Pick<StoredItem, 'kind' | 'field'>>(
      `select item.kind, item.field from message_event as event join webhook_item as item on item.id = event.webhook_item_id
        where event.whatsapp_id = $1`,
      [whatsappId],
    ),
  );
  return known === null ? null : sourceOf(known);
}

/** The words of a report; one without any is shown by its kind. */
function wordsOf({ facts, message }: ArrivedEvent): string | null {
  if (facts.kind === 'edit') return facts.text;
  return textOfMessage(message) ?? (facts.kind === 'notice' ? (message.system?.type ?? null) : null);
}

/**
 * Brings a message up to date with everything that was reported about it, in whatever order it came: the newest edit
 * shows, the original words stay. People change their own messages only; what belongs to another conversation by now
 * is taken back.
 */
export async function applyEvents(client: Database, whatsappId: string): Promise<void> {
  const changed = await client.query(
    `with about as (
       select event.* from message_event as event
         join message on message.whatsapp_id = event.about_whatsapp_id
          and message.conversation_id = event.conversation_id
          and (message.direction = 'inbound') = (event.author = 'buyer')
        where event.about_whatsapp_id = $1
     ), newest as (
       select text, sent_at from about where kind = 'edit' order by sent_at desc, whatsapp_id desc limit 1
     )
     update message
        set original_text = case when newest.sent_at is null then null
                                 when message.edited_at is not null then message.original_text
                                 else message.text end,
            text = case when newest.sent_at is not null then newest.text
                        when message.edited_at is not null then message.original_text
                        else message.text end,
            edited_at = newest.sent_at,
            revoked_at = (select min(sent_at) from about where kind = 'revoke')
       from (select 1) as one left join newest on true
      where (message.whatsapp_id = $1 or (message.refers_to_whatsapp_id = $1 and message.type = 'edit'))
        and (exists (select 1 from about) or message.edited_at is not null or message.revoked_at is not null)`,
    [whatsappId],
  );
  if (changed.rowCount !== 0) await keepEditedMedia(client, whatsappId);
}

async function readTarget(client: Database, event: ArrivedEvent, aboutId: string): Promise<Target | null> {
  return firstRow(
    await client.query<Target>(
      `select message.id, message.text, message.episode_id, message.turn_id,
              coalesce(turn.status in ('decided', 'parked'), false)
                and not exists (select 1 from message as answer
                                 where answer.conversation_id = message.conversation_id and answer.direction = 'outbound'
                                   and (${arrivalOf('answer')}) > (${arrivalOf('message')}))
                and not exists (select 1 from send
                                 where send.conversation_id = message.conversation_id
                                   and send.status in ('claimed', 'unconfirmed')) as is_unanswered
         from message left join turn on turn.id = message.turn_id
        where message.whatsapp_id = $1 and message.conversation_id = $2
          and (message.direction = 'inbound') = ($3 = 'buyer')`,
      [aboutId, event.conversationId, event.author],
    ),
  );
}

type ArrivedEdit = ArrivedEvent & {
  readonly facts: Extract<EventFacts, { kind: 'edit' }>;
  /** The history told it before: the message shows it already, and nobody was told. */
  readonly isShown: boolean;
};

/**
 * A changed question begins a turn of its own unless it was answered; one that no turn has decided yet is read as it is
 * now. A message that is changed into an opt-out always does: whoever stops us may have been answered long ago.
 */
async function judgeAgain(client: Database, event: ArrivedEdit, before: Target | null): Promise<boolean> {
  const { facts, message, item, conversationId } = event;
  if (event.author !== 'buyer') return false;
  if (!wishesToStop(message) && !(await isChangedQuestion(client, event, before))) return false;
  await recallSends(client, conversationId, {
    kinds: ['reply', 'assurance'],
    reasonCode: 'turn.edited',
  });
  await client.query(INSERT_EDIT, [
    conversationId,
    message.id,
    facts.text,
    JSON.stringify(facts.content),
    facts.aboutId,
    new Date(saidAtMs(message, item.captured_at.getTime())),
    item.captured_at,
    item.id,
    item.field === STANDBY,
  ]);
  return true;
}

/** Whether an unanswered question reads differently now, by this very change. */
async function isChangedQuestion(
  client: Database,
  { facts, isShown }: ArrivedEdit,
  before: Target | null,
): Promise<boolean> {
  if (before?.is_unanswered !== true) return false;
  const changed = await client.query<{ text: string | null }>('select text from message where id = $1', [
    before.id,
  ]);
  const shown = firstRow(changed)?.text ?? null;
  return (shown !== before.text || isShown) && shown === facts.text;
}

const INSERT_EDIT = telling(
  `insert into message (conversation_id, direction, author, whatsapp_id, type, text, body, refers_to_whatsapp_id,
      sent_at, captured_at, webhook_item_id, position, is_standby)
   values ($1, 'inbound', 'buyer', $2, 'edit', $3, $4, $5, $6, $7, $8, $8, $9)
   on conflict (whatsapp_id) do nothing
   returning ${MESSAGE_FACTS}`,
  MESSAGE_EVENTS,
);

/** A reply to words that were all taken back does not leave any more. */
async function forgetReply(client: Database, event: ArrivedEvent, before: Target | null): Promise<boolean> {
  if (event.author !== 'buyer' || before?.is_unanswered !== true) return false;
  const left = await client.query('select 1 from message where turn_id = $1 and revoked_at is null limit 1', [
    before.turn_id,
  ]);
  if (left.rowCount !== 0) return false;
  const recalled = await recallSends(client, event.conversationId, {
    kinds: ['reply', 'assurance'],
    reasonCode: 'turn.revoked',
  });
  return recalled.length > 0;
}
