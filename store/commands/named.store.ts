import type { NamedMessages } from '../../domain/send/outgoing-message';
import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { findWhatsappId } from '../said.store';
import type { CommandOrder, TargetSend } from './command.types';

/** The send that an order is about, locked; null when it names none or one of another conversation. */
export async function readTargetSend(
  client: Database,
  conversationId: string,
  order: CommandOrder,
): Promise<TargetSend | null> {
  if (!('sendId' in order.arguments)) return null;
  return firstRow(
    await client.query<TargetSend>(
      `select id, kind, status, type, expects_answer as "expectsAnswer",
              exists (select 1 from send as other where other.conversation_id = $2 and other.status = 'unconfirmed'
                and other.id <> send.id) as "isOneOfSeveralUnconfirmed"
         from send where id = $1 and conversation_id = $2 for update of send`,
      [order.arguments.sendId, conversationId],
    ),
  );
}

/** WhatsApp's ids of the messages that the content of an order names. */
export async function readNamed(
  client: Database,
  conversationId: string,
  order: CommandOrder,
): Promise<NamedMessages> {
  if (!('message' in order.arguments)) return { repliesTo: null, reactsTo: null };
  const { message } = order.arguments;
  const replyTo = 'replyTo' in order.arguments ? order.arguments.replyTo : undefined;
  const find = async (messageId: string | undefined): Promise<string | null> =>
    messageId === undefined ? null : await findWhatsappId(client, { conversationId, messageId });
  return {
    repliesTo: await find(replyTo),
    reactsTo: await find(message.type === 'reaction' ? message.reaction.message_id : undefined),
  };
}
