import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { ConversationView } from '../domain/conversation/conversation.state';

const STATUS = defineSearchAttributeKey('ConversationStatus', SearchAttributeType.KEYWORD);
const OWNER = defineSearchAttributeKey('Owner', SearchAttributeType.KEYWORD);
const NEEDS_HUMAN = defineSearchAttributeKey('NeedsHuman', SearchAttributeType.BOOL);
const NEXT_ACTION_AT = defineSearchAttributeKey('NextActionAt', SearchAttributeType.DATETIME);
const NUMBER_ID = defineSearchAttributeKey('NumberId', SearchAttributeType.KEYWORD);

/** Shows operators where the conversation stands; costs one event, and none when nothing changed. */
export function showView(view: ConversationView, before: ConversationView | null): void {
  setCurrentDetails(detailsOf(view));
  if (before !== null && JSON.stringify(before) === JSON.stringify(view)) return;
  upsertSearchAttributes([
    { key: STATUS, value: view.status },
    { key: OWNER, value: view.ownerKind },
    { key: NEEDS_HUMAN, value: view.needsHuman },
    { key: NEXT_ACTION_AT, value: view.nextActionAtMs === null ? null : new Date(view.nextActionAtMs) },
    { key: NUMBER_ID, value: view.numberId },
  ]);
}

function detailsOf(view: ConversationView): string {
  const next =
    view.nextActionKind === null || view.nextActionAtMs === null
      ? 'nothing planned'
      : `${view.nextActionKind} at ${new Date(view.nextActionAtMs).toISOString()}`;
  return [
    `- **Status:** ${view.status}${view.isPaused ? ' (paused)' : ''}`,
    `- **Owner:** ${view.ownerKind}`,
    `- **Next:** ${next}`,
    `- **Reason:** ${view.reasonCode ?? 'none'}`,
  ].join('\n');
}
