import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link turns out to be when somebody follows it. */
type LinkVerdict =
  | { readonly kind: 'valid'; readonly secondsLeft: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' };

/** Links to files that work without a token, for whoever has them, for a short time. */
export interface MediaLinks {
  urlOf(mediaId: string): string;
  check(mediaId: string, given: { readonly expires: unknown; readonly signature: unknown }): LinkVerdict;
}

export type MediaLinkSettings = {
  /** A secret that all API processes share; the key of the links is made of it, and of nothing else. */
  readonly secret: string;
  readonly publicUrl: string;
  readonly lifeSeconds: number;
  readonly nowMs?: () => number;
};

/** Purpose of the key, so that no signature made with the secret elsewhere can pass for a link. */
const PURPOSE = 'continuo media links 1';
const SECONDS = /^\d{1,12}$/;

/** Signs links by HMAC-SHA256 over the file and the end of the link's life. */
export function createMediaLinks(settings: MediaLinkSettings): MediaLinks {
  const key = createHmac('sha256', settings.secret).update(PURPOSE).digest();
  const nowMs = settings.nowMs ?? Date.now;
  const sign = (mediaId: string, expires: string): Buffer =>
    createHmac('sha256', key).update(`${mediaId}.${expires}`).digest();
  return {
    urlOf(mediaId) {
      const expires = String(Math.floor(nowMs() / 1000) + settings.lifeSeconds);
      const signature = sign(mediaId, expires).toString('base64url');
      const base = settings.publicUrl.replace(/\/+$/, '');
      return `${base}/v1/media/${mediaId}?expires=${expires}&signature=${signature}`;
    },
    check(mediaId, { expires, signature }) {
      if (typeof expires !== 'string' || typeof signature !== 'string' || !SECONDS.test(expires))
        return { kind: 'invalid' };
      const given = Buffer.from(signature, 'base64url');
      const expected = sign(mediaId, expires);
      if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected))
        return { kind: 'invalid' };
      const secondsLeft = Number(expires) - Math.floor(nowMs() / 1000);
      return secondsLeft > 0 ? { kind: 'valid', secondsLeft } : { kind: 'expired' };
    },
  };
}
