import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { isoTime, tellingOnly } from './event-outbox.store';

/** An answer that was due longer ago is no news to anybody. */
const LOOK_BACK_DAYS = 7;

const DUE_AT = `decision.decided_at + (decision.details ->> 'respond_within_ms')::float8 * interval '1 millisecond'`;

/**
 * Tells of each conversation in which the time has passed that the policy gives a person to answer, once for each silence of ours:
 * from the first turn that was left to a person until a person writes. Reads nothing while nobody wants to be told. How many.
 * Where somebody is writing at this moment it is told the next time, so that the events of a conversation keep their order.
 */
export async function tellOverdueAnswers(database: Database): Promise<number> {
  const { told } = onlyRow(await database.query<{ told: number }>(OVERDUE));
  return told;
}

const OVERDUE = tellingOnly(`
  select 'conversation.sla_due' as kind, 'sla:' || waiting.decision_id as key, conversation.id as conversation_id,
         jsonb_build_object('decision_id', waiting.decision_id, 'due_at', ${isoTime('waiting.due_at')},
           'urgency', waiting.urgency, 'owner', split_part(conversation.owner, ':', 1),
           'agent', substring(conversation.owner from '^agent:(.*)')) as facts
    from (
      select decision.conversation_id, min(decision.id) as decision_id, min(${DUE_AT}) as due_at,
             max((decision.details ->> 'urgency')::int) as urgency
        from decision
       where decision.kind = 'route' and decision.verdict = 'human'
         and decision.decided_at > now() - interval '${LOOK_BACK_DAYS} days'
         and exists (select 1 from webhook_subscription where deleted_at is null
                       and (events is null or 'conversation.sla_due' = any(events)))
         and not exists (select 1 from message where message.conversation_id = decision.conversation_id
                           and message.direction = 'outbound' and message.author <> 'automation'
                           and message.captured_at > decision.decided_at)
         and not exists (select 1 from episode where episode.id = decision.episode_id and episode.closed_at is not null)
       group by decision.conversation_id
    ) as waiting
    join conversation on conversation.id = waiting.conversation_id
    join buyer on buyer.id = conversation.buyer_id
   where waiting.due_at <= now()
     and (conversation.needs_human or split_part(conversation.owner, ':', 1) in ('agent', 'phone', 'unassigned'))
     and waiting.due_at >= (select min(created_at) from webhook_subscription where deleted_at is null
                              and (events is null or 'conversation.sla_due' = any(events)))
     and not exists (select 1 from event_outbox where key = 'sla:' || waiting.decision_id)
     for no key update of buyer, conversation skip locked`);
