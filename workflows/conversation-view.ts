import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { ConversationView } from '../domain/conversation/conversation.state';
import { explain } from '../domain/conversation/conversation.view';

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

/** Tells operators that a step failed and is tried again; the next look replaces it. Costs no event. */
export function showHeldUp(view: ConversationView | null): void {
  const before = view === null ? [] : ['', 'Before that:', '', detailsOf(view)];
  setCurrentDetails(
    ['**A step failed and is tried again.** See the log of the worker.', ...before].join('\n'),
  );
}

function detailsOf(view: ConversationView): string {
  const next =
    view.nextActionKind === null || view.nextActionAtMs === null
      ? 'nothing planned'
      : `${view.nextActionKind}, ${new Date(view.nextActionAtMs).toISOString()}`;
  return [
    `- **Status:** ${STATUS_WORDS[view.status]}${view.isPaused ? '; automation is paused' : ''}`,
    `- **Owner:** ${view.ownerKind}`,
    `- **Next:** ${next}`,
    `- **Reason:** ${reasonOf(view.reasonCode)}`,
    `- **Number:** ${view.numberId}`,
  ].join('\n');
}

function reasonOf(code: string | null): string {
  if (code === null) return 'none';
  const words = explain(code);
  // A code without a sentence is explained by itself.
  return words.includes(code) ? `\`${code}\`` : `\`${code}\`: ${words}`;
}

const STATUS_WORDS: Readonly<Record<ConversationView['status'], string>> = {
  open: 'open, the buyer spoke last',
  waiting: 'waiting for the buyer',
  needs_human: 'needs a human',
  closed: 'closed',
};
