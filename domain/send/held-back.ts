import type { SendStatus } from '../vocabulary';
import type { Refusal } from './refusal.table';

/*
 * WhatsApp takes a message from a template and may hold it back, while it judges the template by the first messages, or
 * because it paused it. Such a message is not on its way: a status tells when it is, or that it failed.
 */

const HELD: Refusal = {
  refusalClass: 'content',
  behaviour: 'report_defect',
  reasonCode: 'whatsapp.template_held',
};
const PAUSED: Refusal = { ...HELD, reasonCode: 'whatsapp.template_paused', templateStatus: 'PAUSED' };

const HELD_BACK: Readonly<Record<string, Refusal>> = { held_for_quality_assessment: HELD, paused: PAUSED };

/** What follows from the `message_status` of WhatsApp's answer; null = the message is on its way. */
export function heldBackBy(messageStatus: string | null): Refusal | null {
  return messageStatus === null ? null : (HELD_BACK[messageStatus] ?? null);
}

/** Whether a send that WhatsApp took is held back there. */
export function isHeldBack(send: {
  readonly status: SendStatus;
  readonly reasonCode: string | null;
}): boolean {
  return (
    send.status === 'accepted' &&
    Object.values(HELD_BACK).some(({ reasonCode }) => reasonCode === send.reasonCode)
  );
}

/** A paused template may stay so for long: a person decides what the buyer hears instead. */
export function mustAskAbout(heldBack: Refusal): boolean {
  return heldBack.templateStatus === 'PAUSED';
}
