import { onlyRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import type { LockedConversation } from '../conversation.store';
import { NOT_CLAIMED_LIST } from '../send-status.lists';
import { readNamed, readTargetSend } from './named.store';
import { judgeOrderedTemplate } from './template-order.store';
import type { CommandOrder, ConversationControl } from './command.types';

/** What a command's records refer to, each the newest there is. */
export type CommandGrounds = {
  readonly nowMs: number;
  readonly openEpisodeId: string | null;
  readonly lastEpisodeId: string | null;
  readonly policyVersionId: number | null;
};

type FactsRow = {
  open_episode_id: string | null;
  last_episode_id: string | null;
  window_closes_at_ms: number | null;
  has_planned_follow_up: boolean;
  has_planned_reply: boolean;
  policy_version_id: number | null;
};

/** What else stands about a locked conversation and what the order names; a statement of its own, so that it sees what the lock waited for. */
export async function readControl(
  client: Database,
  row: LockedConversation,
  order: CommandOrder,
): Promise<{ control: ConversationControl; grounds: CommandGrounds }> {
  const facts = onlyRow(
    await client.query<FactsRow>(
      `select (select id from episode where conversation_id = $1 and closed_at is null) as open_episode_id,
          (select id from episode where conversation_id = $1 order by ordinal desc limit 1) as last_episode_id,
          to_ms(window_closes_at($1)) as window_closes_at_ms,
          exists (select 1 from follow_up where conversation_id = $1 and status = 'planned')
            or exists (select 1 from send where conversation_id = $1 and kind = 'follow_up'
              and status in ${NOT_CLAIMED_LIST}) as has_planned_follow_up,
          exists (select 1 from send where conversation_id = $1 and kind = 'reply'
            and status in ${NOT_CLAIMED_LIST}) as has_planned_reply,
          (select id from policy_version where status = 'active') as policy_version_id`,
      [row.id],
    ),
  );
  const targetSend = await readTargetSend(client, row.id, order);
  const named = await readNamed(client, row.id, order);
  const control = toControl(row, facts);
  const template = await judgeOrderedTemplate(client, order, {
    conversation: row,
    windowClosesAtMs: facts.window_closes_at_ms,
  });
  return { control: { ...control, targetSend, named, template }, grounds: toGrounds(row, facts) };
}

function toControl(
  row: LockedConversation,
  facts: FactsRow,
): Omit<ConversationControl, 'targetSend' | 'named' | 'template'> {
  return {
    id: row.id,
    buyerId: row.buyerId,
    owner: row.owner,
    pausedUntilMs: row.pausedUntilMs,
    epoch: row.epoch,
    routeOverride: row.routeOverride,
    followUpRule: row.followUpRule,
    needsHuman: row.needsHuman,
    reasonCode: row.reasonCode,
    hasOpenEpisode: facts.open_episode_id !== null,
    windowClosesAtMs: facts.window_closes_at_ms,
    isOptedOut: row.isOptedOut,
    hasPlannedFollowUp: facts.has_planned_follow_up,
    hasPlannedReply: facts.has_planned_reply,
  };
}

function toGrounds(row: LockedConversation, facts: FactsRow): CommandGrounds {
  return {
    nowMs: row.nowMs,
    openEpisodeId: facts.open_episode_id,
    lastEpisodeId: facts.last_episode_id,
    policyVersionId: facts.policy_version_id,
  };
}
