import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'sha256=';
const HEADER_LENGTH = PREFIX.length + 64;

/**
 * Whether `X-Hub-Signature-256` fits the received bytes under one of the app secrets (several during a rotation).
 * Computed over the raw bytes, as Meta signs an escaped form that no re-serialised JSON reproduces.
 */
export function isSignedBy(secrets: readonly string[], body: Buffer, header: string | undefined): boolean {
  if (header?.length !== HEADER_LENGTH || !header.startsWith(PREFIX)) return false;
  const given = Buffer.from(header.slice(PREFIX.length), 'hex');
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(body).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
