import { isHandBackKeyword, KEYWORD_LATER_MS } from '../domain/owner/hand-back-keyword';
import type { PhoneDeed } from '../domain/owner/wheel';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { requestLook } from './look.store';
import { reportOwner } from './owner-report.store';
import { readActivePolicy } from './policy.store';
import { readOwnerFacts, setPhoneDeed } from './wheel.store';

/** An echo that proves not to have been written on the phone app in this conversation. */
export type WithdrawnEcho = {
  readonly conversationId: string;
  readonly whatsappId: string;
  readonly atMs: number;
  /** It gave the conversation back by a word. */
  readonly isWord: boolean;
  readonly report: 'own_echo' | 'moved';
};

/**
 * Takes an echo out of what was done on the phone app: whoever has the conversation without it has it again, with a
 * decision of its own and a new epoch, and what people were asked before is open again. The message is no echo of the
 * conversation any more when this is called. Runs under the locks of buyer and conversation; true when the owner changed.
 */
export async function withdrawEcho(client: Database, echo: WithdrawnEcho): Promise<boolean> {
  const { conversationId, report, whatsappId, atMs } = echo;
  const { wheel } = await readOwnerFacts(client, conversationId);
  // Something newer was done on the phone app, which holds.
  if (wheel.onPhone?.atMs !== effectMs(echo)) return false;
  await setPhoneDeed(client, conversationId, await readNewest(client, echo));
  const isChanged = await reportOwner(client, { conversationId, report, whatsappId, atMs, phoneAgent: null });
  if (isChanged) await requestLook(client, conversationId);
  return isChanged;
}

/** The newest other thing that a person did on the phone app in the conversation. */
async function readNewest(client: Database, echo: WithdrawnEcho): Promise<PhoneDeed | null> {
  const found = firstRow(
    await client.query<{ atMs: number; type: string; text: string | null }>(
      `select to_ms(sent_at) as "atMs", type, text from (
         select sent_at, type, text from message
          where conversation_id = $1 and direction = 'outbound' and whatsapp_id <> $2 and send_id is null
            and not is_imported and not is_standby
         union all
         select sent_at, type, null from message_event
          where conversation_id = $1 and author not in ('buyer', 'meta') and whatsapp_id <> $2
            and (kind <> 'notice' or type in ('edit', 'revoke'))
       ) as other
       order by sent_at desc limit 1`,
      [echo.conversationId, echo.whatsappId],
    ),
  );
  if (found === null) return null;
  const keywords = (await readActivePolicy(client))?.policy.human.hand_back_keywords ?? [];
  const isBack = found.type === 'text' && isHandBackKeyword(found.text, keywords);
  return { atMs: effectMs({ atMs: found.atMs, isWord: isBack }), isBack };
}

function effectMs({ atMs, isWord }: { readonly atMs: number; readonly isWord: boolean }): number {
  return isWord ? atMs + KEYWORD_LATER_MS : atMs;
}
