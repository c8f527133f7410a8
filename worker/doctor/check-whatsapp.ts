import { z } from 'zod';
import { createAccountReader } from '../../activities/whatsapp/account.client';
import { createGraphRead } from '../../activities/whatsapp/graph-read';
import type { GraphRead, GraphSettings } from '../../activities/whatsapp/graph-read';
import { codeOf, good, missingFrom, unknown, wrong } from './finding';
import type { Finding } from './finding';

const SCOPES = ['whatsapp_business_messaging', 'whatsapp_business_management'];
/** Without `messages` nothing arrives; the others tell of opt-outs, templates, quality and the account. */
const WEBHOOK_FIELDS = [
  ...['messages', 'user_preferences', 'message_template_status_update', 'template_category_update'],
  ...['message_template_quality_update', 'phone_number_quality_update', 'account_update', 'account_alerts'],
  ...['business_capability_update', 'security'],
];
const EXPIRES_SOON_SECONDS = 14 * 86_400;
const NAMES = ['whatsapp.number', 'whatsapp.subscription', 'whatsapp.fields', 'whatsapp.templates'];

export type WhatsAppToCheck = GraphSettings & {
  readonly businessAccountId: string;
  readonly appSecret: string;
  readonly webhookUrl: string;
  /** Templates that the policy in force names. */
  readonly templatesNeeded: readonly string[];
  readonly nowMs: number;
};

const tokenSchema = z.object({
  data: z.looseObject({
    app_id: z.string().optional(),
    is_valid: z.boolean(),
    scopes: z.array(z.string()).default([]),
    expires_at: z.number().default(0),
  }),
});
const numbersSchema = z.object({
  data: z.array(
    z.looseObject({
      id: z.string(),
      status: z.string().optional(),
      code_verification_status: z.string().optional(),
      quality_rating: z.string().optional(),
    }),
  ),
});
const appsSchema = z.object({
  data: z.array(
    z.looseObject({
      whatsapp_business_api_data: z.looseObject({ id: z.string() }),
      override_callback_uri: z.string().optional(),
    }),
  ),
});
const subscriptionsSchema = z.object({
  data: z.array(
    z.looseObject({
      object: z.string(),
      callback_url: z.string().optional(),
      active: z.boolean().optional(),
      fields: z.array(z.looseObject({ name: z.string() })).default([]),
    }),
  ),
});

/** Token, numbers, subscription of the account, fields of the app, templates. */
export async function checkWhatsApp(to: WhatsAppToCheck): Promise<Finding[]> {
  const read = createGraphRead(to);
  const { finding, appId } = await checkToken(read, to);
  if (finding.state !== 'good')
    return [finding, ...NAMES.map((name) => unknown(name, 'needs a token that is valid'))];
  return [
    finding,
    await attempt('whatsapp.number', () => checkNumbers(read, to)),
    await attempt('whatsapp.subscription', () => checkSubscription(read, to, appId)),
    await attempt('whatsapp.fields', () => checkFields(to, appId)),
    await attempt('whatsapp.templates', () => checkTemplates(to)),
  ];
}

async function attempt(name: string, check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return wrong(
      name,
      `WhatsApp does not let it be read (${codeOf(error)})`,
      'check WHATSAPP_BUSINESS_ACCOUNT_ID, and that the system user of the token may manage this account',
    );
  }
}

async function checkToken(
  read: GraphRead,
  to: WhatsAppToCheck,
): Promise<{ finding: Finding; appId: string | null }> {
  const name = 'whatsapp.token';
  const fail = (says: string, mend: string) => ({ finding: wrong(name, says, mend), appId: null });
  let token: z.infer<typeof tokenSchema>['data'];
  try {
    token = tokenSchema.parse(await read('debug_token', { input_token: to.accessToken })).data;
  } catch (error) {
    const code = codeOf(error);
    return code === 'whatsapp_190'
      ? fail('WhatsApp refuses the token (190)', NEW_TOKEN)
      : fail(`WhatsApp cannot be asked (${code})`, 'check WHATSAPP_BASE_URL and the way out to the internet');
  }
  if (!token.is_valid) return fail('the token is not valid (any more)', NEW_TOKEN);
  const missing = missingFrom(token.scopes, SCOPES);
  if (missing.length > 0) return fail(`the token lacks ${missing.join(', ')}`, NEW_TOKEN);
  const secondsLeft = token.expires_at - to.nowMs / 1_000;
  if (token.expires_at > 0 && secondsLeft < EXPIRES_SOON_SECONDS)
    return fail(
      `the token ends on ${new Date(token.expires_at * 1_000).toISOString().slice(0, 10)}`,
      NEW_TOKEN,
    );
  return { finding: good(name, `valid, with ${SCOPES.join(' and ')}`), appId: token.app_id ?? null };
}

const NEW_TOKEN =
  'make a token of a system user that never ends, with both whatsapp permissions, and set WHATSAPP_ACCESS_TOKEN';

async function checkNumbers(read: GraphRead, to: WhatsAppToCheck): Promise<Finding> {
  const name = 'whatsapp.number';
  const fields = 'id,status,code_verification_status,quality_rating';
  const path = `${encodeURIComponent(to.businessAccountId)}/phone_numbers`;
  const { data } = numbersSchema.parse(await read(path, { fields }));
  if (data.length === 0)
    return wrong(name, 'the account has no number', 'add one in the WhatsApp Manager of Meta');
  const off = data.filter(({ status }) => status !== undefined && status !== 'CONNECTED');
  return off.length === 0
    ? good(
        name,
        data.map(({ id, quality_rating: quality }) => `${id} (quality ${quality ?? 'unknown'})`).join(', '),
      )
    : wrong(
        name,
        off.map(({ id, status }) => `${id} is ${status ?? ''}`).join(', '),
        'register the number with the Cloud API in the WhatsApp Manager of Meta',
      );
}

async function checkSubscription(
  read: GraphRead,
  to: WhatsAppToCheck,
  appId: string | null,
): Promise<Finding> {
  const name = 'whatsapp.subscription';
  const { data } = appsSchema.parse(
    await read(`${encodeURIComponent(to.businessAccountId)}/subscribed_apps`),
  );
  // Every app of the account stands in the list, those of others too.
  const ours = data.find((one) => one.whatsapp_business_api_data.id === appId);
  if (ours === undefined)
    return wrong(
      name,
      'the account sends nothing to our app',
      `subscribe it: POST /${to.apiVersion}/${to.businessAccountId}/subscribed_apps with the token`,
    );
  const override = ours.override_callback_uri;
  return override === undefined || override === to.webhookUrl
    ? good(name, `the account sends to app ${appId ?? ''}`)
    : wrong(
        name,
        `the account sends to another address, ${override}`,
        `take the override back, or set it to ${to.webhookUrl}`,
      );
}

async function checkFields(to: WhatsAppToCheck, appId: string | null): Promise<Finding> {
  const name = 'whatsapp.fields';
  if (appId === null) return unknown(name, 'WhatsApp does not tell the app of the token');
  let subscriptions: z.infer<typeof subscriptionsSchema>['data'];
  try {
    // Only the app itself may read this; its token is made of its id and secret.
    const read = createGraphRead({ ...to, accessToken: `${appId}|${to.appSecret}` });
    subscriptions = subscriptionsSchema.parse(await read(`${encodeURIComponent(appId)}/subscriptions`)).data;
  } catch (error) {
    return wrong(
      name,
      `the app refuses its secret (${codeOf(error)})`,
      'set the app secret of the app settings as the first of WHATSAPP_APP_SECRETS',
    );
  }
  const ours = subscriptions.find(({ object }) => object === 'whatsapp_business_account');
  if (ours === undefined || ours.active === false)
    return wrong(
      name,
      'the app has no webhook',
      `set ${to.webhookUrl} as callback in the app's WhatsApp settings`,
    );
  if (ours.callback_url !== to.webhookUrl)
    return wrong(
      name,
      `the webhook leads to ${ours.callback_url ?? 'nowhere'}`,
      `set it to ${to.webhookUrl}`,
    );
  const missing = missingFrom(
    ours.fields.map((field) => field.name),
    WEBHOOK_FIELDS,
  );
  return missing.length === 0
    ? good(name, `all ${WEBHOOK_FIELDS.length} fields`)
    : wrong(name, `not subscribed: ${missing.join(', ')}`, "subscribe them in the app's WhatsApp settings");
}

async function checkTemplates(to: WhatsAppToCheck): Promise<Finding> {
  const name = 'whatsapp.templates';
  const templates = await createAccountReader(to).listTemplates(to.businessAccountId);
  const approved = templates.filter(({ status }) => status === 'APPROVED').map((template) => template.name);
  const missing = missingFrom(approved, to.templatesNeeded);
  return missing.length === 0
    ? good(name, `${templates.length} read, ${approved.length} approved`)
    : wrong(
        name,
        `the policy names what is not approved: ${missing.join(', ')}`,
        'have them approved in the WhatsApp Manager, or name others in the policy',
      );
}
