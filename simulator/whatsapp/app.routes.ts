import { Router } from 'express';
import { bearerToken, sendJson } from '../http/reply';
import type { Settings } from '../settings/settings.store';
import { WhatsAppError, errorAnswer } from './whatsapp.errors';

const APP_ID = '200000000000001';
const ALL_SCOPES = ['whatsapp_business_management', 'whatsapp_business_messaging'];
/** Every field of Meta's webhook overview that an app may subscribe. */
const ALL_FIELDS = [
  ...['account_alerts', 'account_review_update', 'account_update', 'business_capability_update', 'history'],
  ...[
    'message_template_components_update',
    'message_template_quality_update',
    'message_template_status_update',
  ],
  ...[
    'messages',
    'phone_number_name_update',
    'phone_number_quality_update',
    'security',
    'smb_app_state_sync',
  ],
  ...['smb_message_echoes', 'template_category_update', 'user_preferences'],
];

/** What the app may read of itself; only with its own token, made of its id and secret. */
export function appRoutes(parts: { readonly settings: () => Settings; readonly appSecret: string }): Router {
  const router = Router();
  router.get(`/:version/${APP_ID}/subscriptions`, (request, response) => {
    if (bearerToken(request) !== `${APP_ID}|${parts.appSecret}`) {
      sendJson(response, errorAnswer(new WhatsAppError(190, 'Invalid OAuth access token signature.')));
      return;
    }
    const { whatsapp_webhook_fields: fields, webhook_url: callback_url } = parts.settings();
    const subscription = {
      object: 'whatsapp_business_account',
      callback_url,
      active: true,
      fields: (fields ?? ALL_FIELDS).map((name) => ({ name, version: request.params.version })),
    };
    sendJson(response, { status: 200, body: { data: callback_url === null ? [] : [subscription] } });
  });
  return router;
}

/** What `debug_token` tells about a token. */
export function tokenView(isValid: boolean, settings: Settings): unknown {
  if (!isValid) return { is_valid: false, scopes: [], error: { code: 190, message: 'Invalid token.' } };
  return {
    app_id: APP_ID,
    application: 'Simulated app',
    type: 'SYSTEM_USER',
    expires_at: settings.whatsapp_token_expires_at,
    is_valid: true,
    scopes: settings.whatsapp_token_scopes ?? ALL_SCOPES,
  };
}

/** The apps to which an account sends its webhooks; in front the one of somebody else, as it happens. */
export function subscribedApps({
  whatsapp_subscribed: isSubscribed,
  whatsapp_override_callback_url: override,
}: Settings): unknown {
  const app = (id: string, name: string) => ({
    id,
    name,
    link: `https://www.facebook.com/games/?app_id=${id}`,
  });
  const ours = {
    whatsapp_business_api_data: app(APP_ID, 'Simulated app'),
    ...(override !== null && { override_callback_uri: override }),
  };
  const others = { whatsapp_business_api_data: app('200000000000009', 'App of somebody else') };
  return { data: isSubscribed ? [others, ours] : [others] };
}
