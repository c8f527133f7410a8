import { createHmac } from 'node:crypto';

/** What is sent, as the Standard Webhooks scheme names it. */
export type SignedParts = { readonly id: string; readonly timestampSeconds: number; readonly body: string };

/** The headers of a body, signed with every secret that is valid: https://www.standardwebhooks.com, symmetric keys. */
export function signWebhook(parts: SignedParts, secrets: readonly Buffer[]): Record<string, string> {
  const { id, timestampSeconds, body } = parts;
  const content = `${id}.${timestampSeconds}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}
