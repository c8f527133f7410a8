import { randomUUID } from 'node:crypto';
import type { WhatsAppPort } from '../activities/whatsapp/whatsapp.client';

/** A WhatsApp that takes every message at once, so that only our own work is measured. */
export const ACCEPTING: WhatsAppPort = {
  send: () =>
    Promise.resolve({
      kind: 'accepted',
      restMs: null,
      messageStatus: null,
      knownAs: [],
      whatsappId: `wamid.${randomUUID()}`,
    }),
  markRead: () => Promise.resolve(),
};
