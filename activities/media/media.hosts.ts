/**
 * Which links may be followed, and may see the access token: https on the usual port of a listed host (`*.` = any host
 * below it), or the origin of the configured Cloud API, which has the token anyway.
 */
export function createHostList(hosts: readonly string[], apiBaseUrl: string): (link: URL) => boolean {
  const apiOrigin = new URL(apiBaseUrl).origin;
  const listed = hosts.map((host) => host.toLowerCase());
  return (link) => {
    if (link.username !== '' || link.password !== '') return false;
    if (link.origin === apiOrigin) return true;
    if (link.protocol !== 'https:' || link.port !== '') return false;
    const name = link.hostname.toLowerCase();
    return listed.some((host) => (host.startsWith('*.') ? name.endsWith(host.slice(1)) : name === host));
  };
}
