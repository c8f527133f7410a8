import { logAlarm } from '../../platform/alarm';
import type { AlarmLog } from '../../platform/alarm';
import type { TransactionalDatabase } from '../../platform/database';
import { deliverSend } from './deliver-send';
import type { Delivery } from './settle-send';
import type { WhatsAppPort } from './whatsapp.client';

/** What leaves the house towards WhatsApp. */
export function createWhatsAppActivities(parts: {
  readonly database: TransactionalDatabase;
  readonly whatsapp: WhatsAppPort;
  readonly logger: AlarmLog;
}) {
  return {
    deliverSend: async ({ sendId }: { sendId: string }): Promise<Delivery> => {
      const delivery = await deliverSend(parts, sendId);
      // Without a reason it was unconfirmed before, and was told then.
      if (delivery.status === 'unconfirmed' && delivery.reasonCode !== null)
        logAlarm(parts.logger, 'warning', {
          event: 'send.unconfirmed',
          sendId,
          code: delivery.reasonCode,
        });
      return delivery;
    },
  };
}
