const HEX = /^[0-9a-f]{64}$/i;
const BYTES = 32;

/** A sha256 as WhatsApp writes it, base64 in webhooks and hex in look-ups, as lower-case hex; null when it is none. */
export function sha256Hex(announced: string | null): string | null {
  if (announced === null) return null;
  if (HEX.test(announced)) return announced.toLowerCase();
  const bytes = Buffer.from(announced, 'base64');
  return bytes.byteLength === BYTES ? bytes.toString('hex') : null;
}
