import type { ReplyModel, WaitState } from '../domain/wait/reply-model';
import { endOfWait, HORIZON_MS, isSameBurst, settleWait, waitState } from '../domain/wait/wait';
import type { WaitEnd } from '../domain/wait/wait';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { arrivalOf } from './message-order';

type OpenWait = {
  id: number;
  buyerId: string;
  state: WaitState;
  startedAtMs: number;
};
const OPEN_WAIT = `id, buyer_id as "buyerId", state, to_ms(started_at) as "startedAtMs"`;
type Said = { id: string; buyerId: string; direction: 'inbound' | 'outbound'; sentAtMs: number };

/**
 * Brings the waits of a conversation up to date with what was said: each wait starts at the last message of a burst of
 * ours and ends with a reply, our next message or the horizon. Ended waits are counted into the buyer's D and E, once.
 * Runs under the locks of buyer and conversation. Returns when the wait that still runs reaches its horizon (unix ms).
 */
export async function updateWaits(
  client: Database,
  conversationId: string,
  given: { readonly model: ReplyModel; readonly nowMs: number },
): Promise<number | null> {
  let open = await readOpenWait(client, conversationId);
  for (const said of await readUnseen(client, conversationId)) {
    if (said.direction === 'inbound') {
      if (open !== null)
        await endWait(client, open, { by: 'reply', atMs: said.sentAtMs, model: given.model });
      open = null;
      continue;
    }
    const isBurst =
      open !== null &&
      isSameBurst({ previousAtMs: open.startedAtMs, nextAtMs: said.sentAtMs, hasInboundBetween: false });
    if (open !== null && isBurst) {
      open = await goOn(client, { conversationId, open, said });
    } else {
      if (open !== null)
        await endWait(client, open, { by: 'our_message', atMs: said.sentAtMs, model: given.model });
      open = await startWait(client, conversationId, said);
    }
  }
  if (open === null) return null;
  const horizonAtMs = open.startedAtMs + HORIZON_MS;
  if (given.nowMs < horizonAtMs) return horizonAtMs;
  await endWait(client, open, { by: 'horizon', atMs: horizonAtMs, model: given.model });
  return null;
}

/** Lets a wait begin with the last message of its burst, unless the silence after that one was counted already. */
async function goOn(
  client: Database,
  { conversationId, open, said }: { conversationId: string; open: OpenWait; said: Said },
): Promise<OpenWait> {
  const state = await stateAt(client, conversationId, said);
  const moved = await client.query(
    `update wait set message_id = $2, started_at = $3, state = $4
      where id = $1 and not exists (select 1 from wait as counted where counted.message_id = $2)`,
    [open.id, said.id, new Date(said.sentAtMs), state],
  );
  return moved.rowCount === 0 ? open : { ...open, state, startedAtMs: said.sentAtMs };
}

/** Of two open waits the one that began first, which ends where the other one begins. */
export type OlderWait = { readonly id: number; readonly endedAt: Date };

/** The older one of two waits that are open in these conversations; null where there are not two. */
export async function readOlderWait(
  client: Database,
  conversationIds: readonly string[],
): Promise<OlderWait | null> {
  const open = await client.query<{ id: number; started_at: Date }>(
    `select id, started_at from wait where conversation_id = any($1) and ended_at is null order by started_at, id`,
    [conversationIds],
  );
  const [earlier, later] = open.rows;
  return earlier === undefined || later === undefined ? null : { id: earlier.id, endedAt: later.started_at };
}

/** One person's silence is counted once: the wait that began first ends without being counted. */
export async function endUncounted(client: Database, wait: OlderWait): Promise<void> {
  await client.query(
    `update wait set ended_at = $2, ended_by = 'our_message', late_replies = 0, expected_late_replies = 0 where id = $1`,
    [wait.id, wait.endedAt],
  );
}

/** The silence after a message that stands in another conversation by now is counted there, from its beginning. */
export async function forgetStrayWaits(client: Database, conversationId: string): Promise<void> {
  await client.query(
    `delete from wait using message
      where wait.conversation_id = $1 and wait.ended_at is null
        and message.id = wait.message_id and message.conversation_id <> wait.conversation_id`,
    [conversationId],
  );
}

async function readOpenWait(client: Database, conversationId: string): Promise<OpenWait | null> {
  return firstRow(
    await client.query<OpenWait>(
      `select ${OPEN_WAIT} from wait where conversation_id = $1 and ended_at is null`,
      [conversationId],
    ),
  );
}

/** What was said after the newest wait began, in the order of capture. */
async function readUnseen(client: Database, conversationId: string): Promise<Said[]> {
  const found = await client.query<Said>(
    `with newest as (
       select ${arrivalOf('message')} from wait join message on message.id = wait.message_id
        where wait.conversation_id = $1 and not wait.is_imported order by wait.id desc limit 1
     )
     select message.id, conversation.buyer_id as "buyerId", message.direction, to_ms(message.sent_at) as "sentAtMs"
       from message
       join conversation on conversation.id = message.conversation_id
       left join newest on true
      where message.conversation_id = $1 and not message.is_imported
        and (newest.id is null or (${arrivalOf('message')}) > (${arrivalOf('newest')}))
      order by ${arrivalOf('message')}`,
    [conversationId],
  );
  return found.rows;
}

/** How the buyer stands to us at a message of ours. */
async function stateAt(client: Database, conversationId: string, ours: Said): Promise<WaitState> {
  const before = firstRow(
    await client.query<{ sentAtMs: number }>(
      `select to_ms(sent_at) as "sentAtMs" from message
        where conversation_id = $1 and direction = 'inbound'
          and (${arrivalOf('message')}) < (select ${arrivalOf('ours')} from message as ours where ours.id = $2)
        order by ${arrivalOf('message', 'desc')} limit 1`,
      [conversationId, ours.id],
    ),
  );
  return waitState(before === null ? null : Math.max(0, ours.sentAtMs - before.sentAtMs));
}

/** Null when the silence after this message was counted already, as imported history. */
async function startWait(client: Database, conversationId: string, ours: Said): Promise<OpenWait | null> {
  const state = await stateAt(client, conversationId, ours);
  return firstRow(
    await client.query<OpenWait>(
      `insert into wait (conversation_id, buyer_id, message_id, started_at, state) values ($1, $2, $3, $4, $5)
       on conflict (message_id) do nothing
       returning ${OPEN_WAIT}`,
      [conversationId, ours.buyerId, ours.id, new Date(ours.sentAtMs), state],
    ),
  );
}

async function endWait(
  client: Database,
  wait: OpenWait,
  end: WaitEnd & { readonly model: ReplyModel },
): Promise<void> {
  const { by: endedBy, atMs } = endOfWait(wait, end);
  const { late, expected } = settleWait({
    state: wait.state,
    sentAtMs: wait.startedAtMs,
    endedAtMs: atMs,
    endedBy,
    parameters: end.model,
  });
  const ended = await client.query(
    `update wait set ended_at = $2, ended_by = $3, late_replies = $4, expected_late_replies = $5, parameter_version = $6
      where id = $1 and ended_at is null`,
    [wait.id, new Date(atMs), endedBy, late, expected, end.model.version],
  );
  if (ended.rowCount === 0) return;
  await client.query(
    `update buyer set late_replies = late_replies + $2, expected_late_replies = expected_late_replies + $3 where id = $1`,
    [wait.buyerId, late, expected],
  );
}
