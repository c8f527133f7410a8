import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { arrivalOf } from '../../store/message-order';
import { WITHOUT_CONTENT } from './message-facts';

const CONTENTLESS = `(${WITHOUT_CONTENT.map((type) => `'${type}'`).join(', ')})`;

/** What WhatsApp could not pass on at first has come with its content, as a statement that inserts a message sees it. */
export const IS_TOLD_AT_LAST = `(message.type in ${CONTENTLESS} and excluded.type not in ${CONTENTLESS}
  and excluded.webhook_item_id is not null)`;

/**
 * Lets a message wait for a turn again whose turn has decided on it while it had no content: its words may be a question, or
 * a wish not to be written to. Another message begins the turn that it had begun, or it has none any more.
 */
export async function waitForTurnAgain(client: Database, messageId: string): Promise<void> {
  const decided = firstRow(
    await client.query<{ id: string }>(
      `update message set turn_id = null, meaning = null, evidence = null
         from turn where message.id = $1 and turn.id = message.turn_id and turn.status in ('decided', 'parked')
       returning turn.id`,
      [messageId],
    ),
  );
  if (decided === null) return;
  await client.query(
    `with other as (select id from message where turn_id = $1 order by ${arrivalOf('message')} limit 1)
     update turn
        set trigger_message_id = coalesce((select id from other), trigger_message_id),
            status = case when exists (select 1 from other) then status else 'joined' end
      where id = $1 and trigger_message_id = $2`,
    [decided.id, messageId],
  );
}
