import { createHmac, randomBytes } from 'node:crypto';
import type { KnownSettings } from '../../platform/config';
import { ROUND_TRIP_FIELD } from '../../platform/round-trip';
import { codeOf, good, unknown, withSettings, wrong } from './finding';
import type { Finding, SettingsWith } from './finding';

/** Meta sends up to 3 MB; proxies often let through much less. */
const LARGE_BYTES = 3 * 1024 * 1024;
/** Always the same bytes, so that it is stored once; no item. Meta escapes letters, so a proxy must not touch them. */
const EMPTY_BODY = `{"object":"whatsapp_business_account","entry":[],"${ROUND_TRIP_FIELD}":"\\u00e4 ä"}`;

const NEEDS = ['PUBLIC_URL', 'WHATSAPP_VERIFY_TOKEN', 'WHATSAPP_TIMEOUT_MS'] as const;
const SIGNATURE = 'webhook.signature';

type WebhookToCheck = { readonly url: string; readonly timeoutMs: number };

/** A real round trip through our own public address: handshake, signatures, size; as Meta will do it. */
export async function checkWebhook(known: KnownSettings): Promise<Finding[]> {
  return await withSettings(
    { known, needs: NEEDS, names: ['webhook.address', SIGNATURE] },
    async (settings) => {
      const to = { url: webhookUrlOf(settings), timeoutMs: settings.WHATSAPP_TIMEOUT_MS };
      const handshake = await checkHandshake(to, settings.WHATSAPP_VERIFY_TOKEN);
      if (handshake.state !== 'good') return [handshake, unknown(SIGNATURE, 'needs the public address')];
      const needs = ['WHATSAPP_APP_SECRETS'] as const;
      const signature = await withSettings({ known, needs, names: [SIGNATURE] }, async (more) => [
        await checkSignature(to, more.WHATSAPP_APP_SECRETS),
      ]);
      return [handshake, ...signature];
    },
  );
}

/** Where Meta sends to. */
export function webhookUrlOf({ PUBLIC_URL: publicUrl }: SettingsWith<'PUBLIC_URL'>): string {
  return `${publicUrl.replace(/\/+$/, '')}/webhooks/whatsapp`;
}

async function checkHandshake(to: WebhookToCheck, verifyToken: string): Promise<Finding> {
  const name = 'webhook.address';
  const challenge = randomBytes(8).toString('hex');
  const url = new URL(to.url);
  url.searchParams.set('hub.mode', 'subscribe');
  url.searchParams.set('hub.challenge', challenge);
  url.searchParams.set('hub.verify_token', verifyToken);
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(to.timeoutMs) });
    const body = await response.text();
    if (response.status === 200 && body === challenge) return good(name, to.url);
    return response.status === 403
      ? wrong(name, 'our API refuses the verify token', 'start the API with the same WHATSAPP_VERIFY_TOKEN')
      : wrong(name, `${to.url} answers ${response.status}, but not as our API does`, LEADS_ELSEWHERE);
  } catch (error) {
    return wrong(name, `${to.url} cannot be reached (${codeOf(error)})`, LEADS_ELSEWHERE);
  }
}

const LEADS_ELSEWHERE = 'check PUBLIC_URL, its certificate and the proxy, and that the API runs';

async function checkSignature(to: WebhookToCheck, appSecrets: readonly string[]): Promise<Finding> {
  const name = SIGNATURE;
  try {
    for (const [index, secret] of appSecrets.entries())
      if ((await post(to, EMPTY_BODY, secret)) !== 200)
        return wrong(
          name,
          `a body signed with secret ${index + 1} is refused`,
          'start the API with the same WHATSAPP_APP_SECRETS; a proxy must pass bodies on unchanged',
        );
    if ((await post(to, EMPTY_BODY, randomBytes(16).toString('hex'))) !== 401)
      return wrong(
        name,
        'a body with a false signature is taken',
        'nothing but our API may answer at this address',
      );
    const large = await post(to, `"${'x'.repeat(LARGE_BYTES)}"`, randomBytes(16).toString('hex'));
    if (large !== 401)
      return wrong(
        name,
        `a body of 3 MB is answered with ${large}`,
        'let the proxy take bodies of 4 MB (client_max_body_size in nginx)',
      );
  } catch (error) {
    return wrong(name, `the address does not answer (${codeOf(error)})`, LEADS_ELSEWHERE);
  }
  return good(name, 'signed bodies are taken, false ones refused, 3 MB pass');
}

async function post(to: WebhookToCheck, body: string, secret: string): Promise<number> {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const response = await fetch(to.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(to.timeoutMs),
  });
  await response.arrayBuffer();
  return response.status;
}
