import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { hostOf, isPublicAddress, refuseWebhookUrl } from '../../platform/public-address';

/** How a receiver took a body; its answer is not read. */
export type WebhookOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly errorCode: string };

type WebhookPost = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Sends one body to one receiver; never throws for what the receiver does. */
export type WebhookPort = { post(post: WebhookPost): Promise<WebhookOutcome> };

/** The name of the receiver leads to an address to which nothing may be sent. */
class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'address_refused';
}

/**
 * Posts to receivers that people named. The connection goes to the very address that was judged, so that a name cannot lead
 * elsewhere meanwhile; redirects are answers like any other; a connection serves one body.
 */
export function createWebhookClient(settings: {
  readonly timeoutMs: number;
  readonly allowsPrivate: boolean;
}): WebhookPort {
  return {
    post: async (given) => {
      if (refuseWebhookUrl(given.url, settings.allowsPrivate) !== null)
        return { kind: 'failed', errorCode: 'address_refused' };
      try {
        return { kind: 'answered', status: await postOnce(given, settings) };
      } catch (error) {
        return { kind: 'failed', errorCode: codeOf(error) };
      }
    },
  };
}

function postOnce(
  { url, headers, body }: WebhookPost,
  settings: { readonly timeoutMs: number; readonly allowsPrivate: boolean },
): Promise<number> {
  const target = new URL(url);
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const call = send(
      {
        protocol: target.protocol,
        host: hostOf(target),
        port: target.port,
        path: `${target.pathname}${target.search}`,
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Continuo',
        },
        agent: false,
        signal: AbortSignal.timeout(settings.timeoutMs),
        ...(settings.allowsPrivate ? {} : { lookup: lookUpPublic }),
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        // The answer says nothing that is needed, and may be of any length.
        response.destroy();
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Resolves a name and refuses it if any of its addresses is not public; what it gives is what is connected to. */
export function lookUpPublic(hostname: string, options: LookupOptions, found: Found): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      found(error, []);
      return;
    }
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address)))
      found(new AddressRefused('the name leads to an address that is not public'), []);
    else if (options.all === true) found(null, addresses);
    else found(null, first.address, first.family);
  });
}

/** A code that says what went wrong and quotes nothing. An aborted call is only aborted by its time, and is no Error of ours. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('name' in error && (error.name === 'TimeoutError' || error.name === 'AbortError')) return 'timeout';
  return 'code' in error && typeof error.code === 'string' ? error.code.slice(0, 100) : 'unknown';
}
