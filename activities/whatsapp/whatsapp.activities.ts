import type { TransactionalDatabase } from '../../platform/database';
import type { Logger } from '../../platform/logger';
import { deliverSend } from './deliver-send';
import type { Delivery } from './settle-send';
import type { WhatsAppPort } from './whatsapp.client';

/** What leaves the house towards WhatsApp. */
export function createWhatsAppActivities(parts: {
  readonly database: TransactionalDatabase;
  readonly whatsapp: WhatsAppPort;
  readonly logger: Pick<Logger, 'warn'>;
}) {
  return {
    deliverSend: async ({ sendId }: { sendId: string }): Promise<Delivery> => {
      const delivery = await deliverSend(parts, sendId);
      // Without a reason it was unconfirmed before, and was told then.
      if (delivery.status === 'unconfirmed' && delivery.reasonCode !== null)
        parts.logger.warn({ event: 'send.unconfirmed', sendId, code: delivery.reasonCode }, 'alarm');
      return delivery;
    },
  };
}
