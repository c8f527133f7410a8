import type { MessageBody } from '../../domain/send/outgoing-message';
import { RESOLVED_LEFT, RESOLVED_NOT_LEFT } from '../../domain/send/send.state';
import { onlyRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { planHumanSend } from '../planned-send.store';
import { recordSaid } from '../said.store';
import type { SaidSend } from '../said.store';
import { settleSend } from '../send-queue.store';
import { agentOwner } from './command.effects';
import type { CommandEffects } from './command.types';

type Change = NonNullable<CommandEffects['changesSend']>;
type Plan = NonNullable<CommandEffects['sends']>;
type By = { readonly actor: string; readonly reasonCode: string };

/** Plans what an agent wrote, or a send again that did not leave, in its own words. */
export async function planSendOf(
  client: Database,
  plan: Plan,
  place: {
    readonly key: string;
    readonly conversationId: string;
    readonly episodeId: string | null;
    readonly author: string;
    readonly epoch: number;
    readonly decisionId: number;
  },
): Promise<string> {
  const body = plan.body ?? (await readBody(client, plan.repeatsSendId));
  return await planHumanSend(client, { ...place, ...plan, body });
}

/** Carries out what a person ordered about one send, whose lock is held and whose status allows it. */
export async function changeSend(client: Database, change: Change, by: By): Promise<void> {
  const { sendId } = change;
  switch (change.order) {
    case 'cancel':
    case 'reject':
      await settleSend(client, { sendId, status: 'recalled', reasonCode: by.reasonCode });
      break;
    case 'it_did_not_leave':
      await settleSend(client, { sendId, status: 'failed', reasonCode: RESOLVED_NOT_LEFT });
      break;
    case 'it_left':
      await declareLeft(client, sendId);
      break;
    case 'approve':
      await approve(client, sendId, by.actor);
      break;
    case 'edit':
      await edit(client, change, by.actor);
      break;
  }
}

async function readBody(client: Database, sendId: string | null): Promise<MessageBody> {
  return onlyRow(await client.query<{ body: MessageBody }>('select body from send where id = $1', [sendId]))
    .body;
}

/** From then on the message counts as said; WhatsApp's id comes with its first status, if one ever comes. */
async function declareLeft(client: Database, sendId: string): Promise<void> {
  const left = await client.query<SaidSend>(
    `update send set status = 'accepted', reason_code = $2, settled_at = now() where id = $1
      returning id, conversation_id as "conversationId", episode_id as "episodeId", author, type, body,
        expects_answer as "expectsAnswer", whatsapp_id as "whatsappId",
        to_ms(coalesce(claimed_at, now())) as "saidAtMs"`,
    [sendId, RESOLVED_LEFT],
  );
  await recordSaid(client, onlyRow(left));
}

async function approve(client: Database, sendId: string, actor: string): Promise<void> {
  await client.query(
    `update send set status = 'planned', approved_by = $2, not_before = null where id = $1`,
    [sendId, actor],
  );
}

/** Keeps what the message was before, and whose words they were. */
async function edit(client: Database, change: Change, actor: string): Promise<void> {
  if (change.content === undefined) throw new Error('an edit without content');
  const { body, overridesOptOut } = change.content;
  await client.query(
    `insert into send_edit (send_id, type, body, author, edited_by)
     select id, type, body, author, $2 from send where id = $1`,
    [change.sendId, actor],
  );
  await client.query(
    `update send set type = $2, body = $3, author = $4, overrides_opt_out = $5, edited_at = now() where id = $1`,
    [change.sendId, body.type, JSON.stringify(body), agentOwner(actor), overridesOptOut],
  );
}
