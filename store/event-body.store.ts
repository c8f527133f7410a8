import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { isoTime } from './event-outbox.store';

/** An event as it is told to one subscription, and what that needs. */
export type EventToTell = {
  readonly id: string;
  readonly url: string;
  /** Every secret that is valid, the newest first. */
  readonly secrets: readonly Buffer[];
  readonly body: string;
};

type Row = {
  event_id: string;
  url: string;
  secrets: string[];
  sequence: number;
  kind: string;
  occurred_at: string;
  place: Record<string, unknown>;
  facts: Record<string, unknown>;
  content: Record<string, unknown> | null;
};

/** Makes the body of an event from what is known now; null when there is nobody to tell, or nothing any more. */
export async function readEventToTell(
  database: Database,
  place: { readonly subscriptionId: string; readonly eventId: number },
): Promise<EventToTell | null> {
  const row = firstRow(await database.query<Row>(EVENT, [place.subscriptionId, place.eventId]));
  if (row === null) return null;
  // Which person it is stands with the facts, and is told with the words only.
  const { agent, ...facts } = row.facts;
  const person = agent === undefined ? {} : { agent };
  const content = row.content === null ? {} : { content: { ...row.content, ...person } };
  const body = JSON.stringify({
    type: row.kind,
    timestamp: row.occurred_at,
    sequence: row.sequence,
    data: { ...row.place, ...facts, ...content },
  });
  return {
    id: row.event_id,
    url: row.url,
    secrets: row.secrets.map((secret) => Buffer.from(secret, 'base64')),
    body,
  };
}

const EVENT = `
  select event.event_id, subscription.url, event.id as sequence, event.kind, event.facts,
         ${isoTime('event.occurred_at')} as occurred_at,
         (select array_agg(encode(secret, 'base64') order by id desc) from webhook_secret
           where subscription_id = subscription.id and (valid_until is null or valid_until > now())) as secrets,
         case when conversation.id is null then '{}'::jsonb
              else jsonb_build_object('conversation_id', event.conversation_id, 'number_id', conversation.phone_number_id,
                     'buyer_id', conversation.buyer_id) end as place,
         case when subscription.includes_content and conversation.id is not null then
           jsonb_build_object('buyer', jsonb_build_object(
             'name', buyer.display_name,
             'phone', (select value from buyer_identity
                        where buyer_id = buyer.id and kind = 'wa_id' and valid_to is null
                        order by valid_from desc, id desc limit 1)))
           || case when event.facts ? 'message_id' then jsonb_build_object('text',
                (select case when message.revoked_at is null then message.text end from message
                  where message.id = (event.facts ->> 'message_id')::uuid))
                else '{}' end
         end as content
    from event_outbox as event
    join webhook_subscription as subscription on subscription.id = $1 and subscription.deleted_at is null
    left join conversation on conversation.id = event.conversation_id
    left join buyer on buyer.id = conversation.buyer_id
   where event.id = $2`;
