import type { Router } from 'express';
import type { Pool } from 'pg';
import type { Logger } from '../platform/logger';
import type { MediaStorage } from '../platform/media-storage';
import type { SettingsToken } from './authentication';
import type { Health } from './health';
import type { MediaLinkSettings, MediaLinks } from './media-links';

/** Tells the workflow soon that there is something to look at; never fails and is not waited for. */
interface HandOver {
  soon(conversationId: string): void;
}

/** How much one token may ask for. */
export type RateLimitSettings = { readonly requestsMax: number; readonly windowMs: number };

/** What webhooks that go out may lead to, and how long a secret outlives its rotation. */
export type OutgoingWebhookSettings = { readonly allowsPrivate: boolean; readonly secretOverlapMs: number };

export type ApiDependencies = {
  readonly pool: Pool;
  readonly logger: Logger;
  /** Tokens of the settings, each with every scope. */
  readonly tokens: readonly SettingsToken[];
  readonly rateLimit: RateLimitSettings;
  /** Reads its bodies itself, as it needs their bytes. */
  readonly webhooks: Router;
  readonly handOver: HandOver;
  readonly media: { readonly storage: MediaStorage; readonly links: MediaLinkSettings };
  readonly outgoingWebhooks: OutgoingWebhookSettings;
  readonly readHealth: () => Promise<Health>;
};

/** What the handler of a route works with. */
export type RouteParts = Pick<ApiDependencies, 'pool' | 'handOver' | 'readHealth' | 'outgoingWebhooks'> & {
  readonly storage: MediaStorage;
  readonly links: MediaLinks;
  /** The OpenAPI document of this very API. */
  readonly document: () => object;
};
