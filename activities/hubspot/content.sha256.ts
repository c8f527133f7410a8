import { createHash } from 'node:crypto';
import type { HubSpotProperties } from './hubspot.port';

/** Fingerprint of what is written, independent of the order of the properties. */
export function contentSha256(properties: HubSpotProperties): string {
  const sorted = Object.entries(properties).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}
