import { z } from 'zod';
import { createAccountReader } from '../../activities/whatsapp/account.client';
import { createGraphRead } from '../../activities/whatsapp/graph-read';
import type { GraphSettings } from '../../activities/whatsapp/graph-read';
import type { KnownSettings } from '../../platform/config';
import { webhookUrlOf } from './check-webhook';
import { codeOf, good, missingFrom, unknown, withSettings, wrong } from './finding';
import type { Finding, SettingsWith } from './finding';

const SCOPES = ['whatsapp_business_messaging', 'whatsapp_business_management'];
/** Without `messages` nothing arrives; the others tell of opt-outs, templates, quality and the account. */
const WEBHOOK_FIELDS = [
  ...['messages', 'user_preferences', 'message_template_status_update', 'template_category_update'],
  ...['message_template_quality_update', 'phone_number_quality_update', 'account_update', 'account_alerts'],
  ...['business_capability_update', 'security'],
];
const EXPIRES_SOON_SECONDS = 14 * 86_400;
const NAMES = ['whatsapp.number', 'whatsapp.subscription', 'whatsapp.fields', 'whatsapp.templates'] as const;

const NEEDS = [
  ...(['WHATSAPP_BASE_URL', 'WHATSAPP_API_VERSION'] as const),
  ...(['WHATSAPP_ACCESS_TOKEN', 'WHATSAPP_TIMEOUT_MS'] as const),
] as const;
const ACCOUNT = ['WHATSAPP_BUSINESS_ACCOUNT_ID'] as const;
const ADDRESS = ['PUBLIC_URL'] as const;

export type WhatsAppFacts = {
  /** Templates that the policy in force names; null = that is not known. */
  readonly templatesNeeded: readonly string[] | null;
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
export async function checkWhatsApp(known: KnownSettings, facts: WhatsAppFacts): Promise<Finding[]> {
  return await withSettings(
    { known, needs: NEEDS, names: ['whatsapp.token', ...NAMES] },
    async (settings) => {
      const to = graphOf(settings);
      const { finding, appId } = await checkToken(to, facts.nowMs);
      return finding.state === 'good'
        ? [finding, ...(await checkAccount(known, { to, appId, templatesNeeded: facts.templatesNeeded }))]
        : [finding, ...NAMES.map((name) => unknown(name, 'needs a token that is valid'))];
    },
  );
}

function graphOf(settings: SettingsWith<(typeof NEEDS)[number]>): GraphSettings {
  return {
    baseUrl: settings.WHATSAPP_BASE_URL,
    apiVersion: settings.WHATSAPP_API_VERSION,
    accessToken: settings.WHATSAPP_ACCESS_TOKEN,
    timeoutMs: settings.WHATSAPP_TIMEOUT_MS,
  };
}

type Access = {
  readonly to: GraphSettings;
  readonly appId: string | null;
  readonly templatesNeeded: readonly string[] | null;
};

async function checkAccount(known: KnownSettings, access: Access): Promise<Finding[]> {
  const [number, subscription, fields, templates] = NAMES;
  return [
    ...(await withSettings({ known, needs: ACCOUNT, names: [number] }, (settings) =>
      attempt(number, () => checkNumbers(access.to, settings.WHATSAPP_BUSINESS_ACCOUNT_ID)),
    )),
    ...(await withSettings({ known, needs: [...ACCOUNT, ...ADDRESS], names: [subscription] }, (settings) =>
      attempt(subscription, () => checkSubscription(access, settings)),
    )),
    ...(await withSettings(
      { known, needs: [...ADDRESS, 'WHATSAPP_APP_SECRETS'], names: [fields] },
      (settings) => attempt(fields, () => checkFields(access, settings)),
    )),
    ...(await withSettings({ known, needs: ACCOUNT, names: [templates] }, (settings) =>
      attempt(templates, () => checkTemplates(access, settings.WHATSAPP_BUSINESS_ACCOUNT_ID)),
    )),
  ];
}

async function attempt(name: string, check: () => Promise<Finding>): Promise<Finding[]> {
  try {
    return [await check()];
  } catch (error) {
    return [
      wrong(
        name,
        `WhatsApp does not let it be read (${codeOf(error)})`,
        'check WHATSAPP_BUSINESS_ACCOUNT_ID, and that the system user of the token may manage this account',
      ),
    ];
  }
}

async function checkToken(
  to: GraphSettings,
  nowMs: number,
): Promise<{ finding: Finding; appId: string | null }> {
  const name = 'whatsapp.token';
  const fail = (says: string, mend: string) => ({ finding: wrong(name, says, mend), appId: null });
  let token: z.infer<typeof tokenSchema>['data'];
  try {
    token = tokenSchema.parse(await createGraphRead(to)('debug_token', { input_token: to.accessToken })).data;
  } catch (error) {
    const code = codeOf(error);
    return code === 'whatsapp_190'
      ? fail('WhatsApp refuses the token (190)', NEW_TOKEN)
      : fail(`WhatsApp cannot be asked (${code})`, 'check WHATSAPP_BASE_URL and the way out to the internet');
  }
  if (!token.is_valid) return fail('the token is not valid (any more)', NEW_TOKEN);
  const missing = missingFrom(token.scopes, SCOPES);
  if (missing.length > 0) return fail(`the token lacks ${missing.join(', ')}`, NEW_TOKEN);
  const secondsLeft = token.expires_at - nowMs / 1_000;
  if (token.expires_at > 0 && secondsLeft < EXPIRES_SOON_SECONDS)
    return fail(
      `the token ends on ${new Date(token.expires_at * 1_000).toISOString().slice(0, 10)}`,
      NEW_TOKEN,
    );
  return { finding: good(name, `valid, with ${SCOPES.join(' and ')}`), appId: token.app_id ?? null };
}

const NEW_TOKEN =
  'make a token of a system user that never ends, with both whatsapp permissions, and set WHATSAPP_ACCESS_TOKEN';

async function checkNumbers(to: GraphSettings, businessAccountId: string): Promise<Finding> {
  const [name] = NAMES;
  const fields = 'id,status,code_verification_status,quality_rating';
  const path = `${encodeURIComponent(businessAccountId)}/phone_numbers`;
  const { data } = numbersSchema.parse(await createGraphRead(to)(path, { fields }));
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
  { to, appId }: Access,
  settings: SettingsWith<'WHATSAPP_BUSINESS_ACCOUNT_ID' | 'PUBLIC_URL'>,
): Promise<Finding> {
  const [, name] = NAMES;
  const businessAccountId = settings.WHATSAPP_BUSINESS_ACCOUNT_ID;
  const webhookUrl = webhookUrlOf(settings);
  const path = `${encodeURIComponent(businessAccountId)}/subscribed_apps`;
  const { data } = appsSchema.parse(await createGraphRead(to)(path));
  // Every app of the account stands in the list, those of others too.
  const ours = data.find((one) => one.whatsapp_business_api_data.id === appId);
  if (ours === undefined)
    return wrong(
      name,
      'the account sends nothing to our app',
      `subscribe it: POST /${to.apiVersion}/${businessAccountId}/subscribed_apps with the token`,
    );
  const override = ours.override_callback_uri;
  return override === undefined || override === webhookUrl
    ? good(name, `the account sends to app ${appId ?? ''}`)
    : wrong(
        name,
        `the account sends to another address, ${override}`,
        `take the override back, or set it to ${webhookUrl}`,
      );
}

async function checkFields(
  { to, appId }: Access,
  settings: SettingsWith<'WHATSAPP_APP_SECRETS' | 'PUBLIC_URL'>,
): Promise<Finding> {
  const [, , name] = NAMES;
  const webhookUrl = webhookUrlOf(settings);
  if (appId === null) return unknown(name, 'WhatsApp does not tell the app of the token');
  let subscriptions: z.infer<typeof subscriptionsSchema>['data'];
  try {
    // Only the app itself may read this; its token is made of its id and secret.
    const read = createGraphRead({
      ...to,
      accessToken: `${appId}|${settings.WHATSAPP_APP_SECRETS[0] ?? ''}`,
    });
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
      `set ${webhookUrl} as callback in the app's WhatsApp settings`,
    );
  if (ours.callback_url !== webhookUrl)
    return wrong(name, `the webhook leads to ${ours.callback_url ?? 'nowhere'}`, `set it to ${webhookUrl}`);
  const missing = missingFrom(
    ours.fields.map((field) => field.name),
    WEBHOOK_FIELDS,
  );
  return missing.length === 0
    ? good(name, `all ${WEBHOOK_FIELDS.length} fields`)
    : wrong(name, `not subscribed: ${missing.join(', ')}`, "subscribe them in the app's WhatsApp settings");
}

async function checkTemplates({ to, templatesNeeded }: Access, businessAccountId: string): Promise<Finding> {
  const [, , , name] = NAMES;
  const templates = await createAccountReader(to).listTemplates(businessAccountId);
  const approved = templates.filter(({ status }) => status === 'APPROVED').map((template) => template.name);
  const counts = `${templates.length} read, ${approved.length} approved`;
  if (templatesNeeded === null)
    return unknown(name, `${counts}; Postgres must tell which the policy in force needs`);
  const missing = missingFrom(approved, templatesNeeded);
  return missing.length === 0
    ? good(name, counts)
    : wrong(
        name,
        `the policy names what is not approved: ${missing.join(', ')}`,
        'have them approved in the WhatsApp Manager, or name others in the policy',
      );
}
