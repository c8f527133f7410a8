import type { Database } from '../../platform/database';
import { lockLiving } from '../../store/conversation.store';
import { requestLooks } from '../../store/look.store';
import { findStrayEcho } from '../../store/said.store';
import { lockSend, recordStrayEcho } from '../../store/send.store';
import { forgetStrayWaits } from '../../store/wait.store';

/**
 * Gives an echo of our own message that stands with another buyer, who had the number then, to the conversation of its send,
 * and the other conversation back to whoever had it. Returns the conversations that must look; null for any other echo.
 */
export async function takeOwnEcho(
  client: Database,
  echo: { readonly whatsappId: string; readonly atMs: number },
): Promise<string[] | null> {
  const found = await findStrayEcho(client, echo.whatsappId);
  if (found === null) return null;
  await client.query('select 1 from buyer where id = any($1) order by id for update', [found.buyerIds]);
  await lockLiving(client, found.buyerIds);
  const stray = await findStrayEcho(client, echo.whatsappId);
  const send = stray === null ? null : await lockSend(client, stray.sendId);
  if (stray === null || send === null) return [];
  await recordStrayEcho(client, send, { ...echo, echoedIn: stray.echoedIn });
  await forgetStrayWaits(client, stray.echoedIn);
  const lookAt = [send.conversation_id, stray.echoedIn];
  await requestLooks(client, lookAt);
  return lookAt;
}
