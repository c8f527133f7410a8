import { REASONS } from './reasons';

const REPLY = 'reply.';

/** A short English sentence for a reason code; an unknown code is shown as it is, never hidden. */
export function explain(reasonCode: string): string {
  const known = REASONS[reasonCode];
  if (known !== undefined) return known;
  if (reasonCode.startsWith(REPLY)) {
    const cause = REASONS[reasonCode.slice(REPLY.length)];
    if (cause !== undefined) return `Automation answers. ${cause}`;
  }
  return `Reason: ${reasonCode}.`;
}
