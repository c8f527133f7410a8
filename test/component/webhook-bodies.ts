import { randomUUID } from 'node:crypto';
import { TEST_SETTINGS } from '../support/settings';

type Json = Readonly<Record<string, unknown>>;

export type ChangeContent = {
  readonly phoneNumberId?: string;
  readonly contacts?: readonly Json[];
  readonly messages?: readonly Json[];
  readonly statuses?: readonly Json[];
  readonly message_echoes?: readonly Json[];
};

/** A message id such as WhatsApp gives, never used before. */
export function newWamid(): string {
  return `wamid.TEST${randomUUID().replaceAll('-', '')}`;
}

/** A text message as it stands in a webhook; `more` replaces or adds fields. */
export function textMessage(from: string, text: string, more: Json = {}): Json {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return { from, id: newWamid(), timestamp, type: 'text', text: { body: text }, ...more };
}

/** One change of the field `messages`. */
export function messagesChange({
  phoneNumberId = TEST_SETTINGS.whatsappPhoneNumberId,
  ...content
}: ChangeContent): Json {
  return {
    field: 'messages',
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '12025550100', phone_number_id: phoneNumberId },
      ...content,
    },
  };
}

/** A body with these changes in one entry. */
export function webhookBody(...changes: readonly unknown[]): Json {
  const entry = [{ id: TEST_SETTINGS.whatsappBusinessAccountId, changes }];
  return { object: 'whatsapp_business_account', entry };
}

/** A body with messages to the usual number. */
export function messagesBody(...messages: readonly Json[]): Json {
  return webhookBody(messagesChange({ messages }));
}
