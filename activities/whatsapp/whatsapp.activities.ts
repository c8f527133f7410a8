import type { TransactionalDatabase } from '../../platform/database';
import { deliverSend } from './deliver-send';
import type { Delivery } from './settle-send';
import type { WhatsAppPort } from './whatsapp.client';

/** What leaves the house towards WhatsApp. */
export function createWhatsAppActivities(parts: {
  readonly database: TransactionalDatabase;
  readonly whatsapp: WhatsAppPort;
}) {
  return {
    deliverSend: (input: { sendId: string }): Promise<Delivery> => deliverSend(parts, input.sendId),
  };
}
