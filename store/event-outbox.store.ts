import { TEST_EVENT } from '../domain/event/event.kinds';
import type { Database, PreparedStatement } from '../platform/database';
import { onlyRow, prepared } from '../platform/database';

/** A subscription that is there and wants this kind; a disabled one is told later. */
const WANTS = (kind: string): string =>
  `subscription.deleted_at is null and (subscription.events is null or ${kind} = any(subscription.events))`;

/**
 * One statement that writes a fact and the events that tell it. `fact` changes rows and returns them, and its rows are those of
 * the whole; `events` selects kind, key (null = no repetition is possible), conversation_id and facts from "fact". Without a
 * subscription nothing more is written, and either way no further statement is needed; it is planned once for each
 * connection. The caller holds the lock of the conversation, which is what puts its events in order.
 */
export function telling(fact: string, events: string): PreparedStatement {
  return prepared(`with fact as (${fact}), ${TOLD(events)} select * from fact`);
}

/** The same with the rows as they were before, as "before". */
export function tellingChange(before: string, change: string, events: string): PreparedStatement {
  return prepared(`with before as (${before}), fact as (${change}), ${TOLD(events)} select * from fact`);
}

/** Events alone, of facts that stand already. */
export function tellingOnly(events: string): PreparedStatement {
  return prepared(`with ${TOLD(events)} select count(*) as told from told`);
}

const TOLD = (events: string): string => `
  news as (${events}),
  told as (
    insert into event_outbox (kind, key, conversation_id, facts)
    select kind, key, conversation_id, facts from news
     where exists (select 1 from webhook_subscription as subscription where ${WANTS('news.kind')})
    on conflict (key) do nothing
    returning id, kind, conversation_id
  ), queued as (
    insert into event_delivery (subscription_id, event_id, conversation_id)
    select subscription.id, told.id, told.conversation_id
      from told join webhook_subscription as subscription on ${WANTS('told.kind')}
  )`;

/** SQL of an instant as bodies carry it. */
export function isoTime(column: string): string {
  return `case when isfinite(${column}) then to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
               else ${column}::text end`;
}

/** What new messages tell: of rows "fact" with the columns MESSAGE_FACTS. What fills the past tells nothing. */
export const MESSAGE_EVENTS = `
  select case direction when 'inbound' then 'message.received' else 'message.sent' end as kind,
         'message:' || id as key, conversation_id,
         jsonb_build_object('message_id', id, 'message_type', type, 'author', split_part(author, ':', 1),
           'agent', substring(author from '^agent:(.*)'), 'sent_at', ${isoTime('sent_at')}, 'send_id', send_id,
           'is_standby', is_standby) as facts
    from fact where not is_imported`;
export const MESSAGE_FACTS =
  'id, conversation_id, direction, author, type, sent_at, send_id, is_imported, is_standby';

/** What follow-ups tell: of rows "fact" with the columns FOLLOW_UP_FACTS. */
export const FOLLOW_UP_EVENTS = `
  select case status when 'planned' then 'follow_up.planned' else 'follow_up.skipped' end as kind,
         null::text as key, conversation_id,
         jsonb_build_object('follow_up_id', id, 'after_message_id', after_message_id, 'attempt', attempt,
           'due_at', ${isoTime('due_at')}, 'reason_code', reason_code) as facts
    from fact where status in ('planned', 'skipped', 'ended')`;
export const FOLLOW_UP_FACTS = 'id, conversation_id, after_message_id, attempt, due_at, reason_code, status';

/** What the end of a send tells, of rows with the columns ENDED_SEND. What was held back or taken back tells nothing. */
export const endedSendEvents = (sends = 'fact'): string => `
  select 'send.' || status as kind, 'send.' || status || ':' || id || ':' || attempts as key, conversation_id,
         jsonb_build_object('send_id', id, 'send_kind', kind, 'reason_code', reason_code, 'error_code', error -> 'code',
           'is_sent_again', exists (select 1 from send as again where again.repeats_send_id = ended.id)) as facts
    from ${sends} as ended where status in ('failed', 'unconfirmed')`;
export const ENDED_SEND = 'id, conversation_id, kind, status, reason_code, error, attempts';

/** Who has a conversation before a change of it, by the id in $1. */
export const CONTROL_BEFORE = 'select id, owner, paused_until, needs_human from conversation where id = $1';
/** What a change of a conversation returns for CONTROL_EVENTS. */
export const CONTROL_FACTS = (table = 'conversation'): string =>
  ['id', 'owner', 'paused_until', 'needs_human', 'reason_code', 'epoch']
    .map((column) => `${table}.${column}`)
    .join(', ');
/** What a change of owner, pause or question to a person tells. */
export const CONTROL_EVENTS = `
  select change.kind, null::text as key, fact.id as conversation_id, change.facts
    from fact join before on before.id = fact.id
   cross join lateral (values
     (case when fact.owner = before.owner or fact.owner = 'unassigned' then null
           when fact.owner = 'automation' then 'conversation.handed_back'
           else 'conversation.taken_over' end,
      jsonb_build_object('owner', split_part(fact.owner, ':', 1), 'agent', substring(fact.owner from '^agent:(.*)'),
        'reason_code', fact.reason_code)),
     (case when fact.paused_until is not distinct from before.paused_until then null
           when fact.paused_until is null then 'conversation.resumed' else 'conversation.paused' end,
      case when fact.paused_until is null then jsonb_build_object('reason_code', fact.reason_code)
           else jsonb_build_object('paused_until', ${isoTime('fact.paused_until')}, 'reason_code', fact.reason_code) end),
     (case when fact.needs_human and not before.needs_human then 'conversation.needs_human' end,
      jsonb_build_object('owner', split_part(fact.owner, ':', 1), 'reason_code', fact.reason_code))
   ) as change (kind, facts)
   where change.kind is not null`;

/** Queues an event that tells nothing but that the subscription works; gives its id. */
export async function queueTestEvent(client: Database, subscriptionId: string): Promise<string> {
  const queued = await client.query<{ event_id: string }>(
    `with told as (
       insert into event_outbox (kind, facts) values ($2, jsonb_build_object('subscription_id', $1::uuid))
       returning id, event_id
     ), queued as (
       insert into event_delivery (subscription_id, event_id) select $1, id from told
     )
     select event_id from told`,
    [subscriptionId, TEST_EVENT],
  );
  return onlyRow(queued).event_id;
}
