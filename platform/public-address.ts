import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether anybody's computer may have this address: not one of this machine, of a private network, or kept for a special use. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address that is written as IPv6 is judged as what it is.
  return ipaddr.process(address).range() === 'unicast';
}

/**
 * Why webhooks must not go to this URL, or null. A name is only judged when it is resolved, each time; an address that stands
 * in the URL is judged here.
 */
export function refuseWebhookUrl(given: string, allowsPrivate: boolean): string | null {
  if (!URL.canParse(given)) return 'must be a URL';
  const url = new URL(given);
  const protocols = allowsPrivate ? ['https:', 'http:'] : ['https:'];
  if (!protocols.includes(url.protocol)) return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  const host = hostOf(url);
  if (!allowsPrivate && isIP(host) !== 0 && !isPublicAddress(host))
    return 'must not lead to a private address';
  return null;
}

/** The host without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
