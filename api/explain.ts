import { explain } from '../domain/conversation/conversation.view';
import { COMMAND_REASONS } from '../store/commands/command.reasons';

/** A short English sentence for any reason code that is stored. */
export function explainReason(reasonCode: string): string {
  return COMMAND_REASONS[reasonCode] ?? explain(reasonCode);
}
