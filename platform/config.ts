import { z } from 'zod';
import { apiShutdownShape, findTimeProblems, workerShutdownShape } from './config-shutdown';
import { webhookAddressShape, webhookDeliveryShape, webhookSecretShape } from './webhook-config';

const url = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });
const port = z.coerce.number().int().min(0).max(65_535);
const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().min(1)).min(1));
const milliseconds = z.coerce.number().int().positive();

/** Names of the Temporal SDK's own configuration; checked here so that a mistake is listed with the others. */
const temporalShape = {
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d+$/, 'must look like host:7233')
    .optional(),
  TEMPORAL_TLS: z.enum(['true', 'false', '1', '0'], { error: 'must be true or false' }).optional(),
};

const databaseShape = {
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .describe('the Postgres database'),
  DATABASE_STATEMENT_TIMEOUT_MS: milliseconds
    .default(10_000)
    .describe('a statement that runs longer is ended'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
};

/** Prometheus asks here; off where no port is set. */
const metricsPort = port.optional();
const watchingShape = {
  METRICS_HOST: z.string().min(1).default('127.0.0.1').describe('address on which metrics are served'),
  TRACES_URL: url
    .optional()
    .describe('OpenTelemetry receiver (OTLP over HTTP); no traces where it is not set'),
  TRACES_SHARE: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('share of the webhooks that are traced, of 1'),
};

const whatsAppSendingShape = {
  WHATSAPP_BASE_URL: url.default('https://graph.facebook.com'),
  WHATSAPP_API_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/, 'must look like v25.0')
    .default('v25.0'),
  WHATSAPP_ACCESS_TOKEN: z.string().min(1),
  WHATSAPP_TIMEOUT_MS: milliseconds
    .default(10_000)
    .describe('a call that takes longer counts as unconfirmed'),
  WHATSAPP_CONNECT_TIMEOUT_MS: milliseconds
    .max(3_000)
    .default(2_500)
    .describe(
      'without a connection in this time the message did not leave and is tried again; no longer, as a claim holds for 5 s',
    ),
};

/** API and worker must see the same folder. */
const mediaFolderShape = {
  MEDIA_FOLDER: z.string().min(1).default('.data/media').describe('where files of buyers are kept'),
};

const MEGABYTE = 1_048_576;
const bytes = z.coerce.number().int().positive();
/** WhatsApp's own limits for what it carries. */
const mediaFetchingShape = {
  ...mediaFolderShape,
  WHATSAPP_MEDIA_HOSTS: list
    .pipe(z.array(z.string().regex(/^(\*\.)?[a-z0-9.-]+$/i, 'each entry must look like host or *.host')))
    .default(['lookaside.fbsbx.com', '*.fbcdn.net', '*.whatsapp.net'])
    .describe('hosts that may see the access token, beside that of WHATSAPP_BASE_URL'),
  MEDIA_TIMEOUT_MS: milliseconds.max(600_000).default(120_000).describe('one try to fetch a file'),
  MEDIA_IMAGE_BYTES_MAX: bytes.default(5 * MEGABYTE),
  MEDIA_AUDIO_BYTES_MAX: bytes.default(16 * MEGABYTE),
  MEDIA_VIDEO_BYTES_MAX: bytes.default(16 * MEGABYTE),
  MEDIA_DOCUMENT_BYTES_MAX: bytes.default(100 * MEGABYTE),
  MEDIA_STICKER_BYTES_MAX: bytes.default(500 * 1024),
};
const whatsAppAccountShape = { WHATSAPP_BUSINESS_ACCOUNT_ID: z.string().min(1) };

const apiShape = {
  ...databaseShape,
  ...mediaFolderShape,
  ...temporalShape,
  API_HOST: z.string().min(1).default('0.0.0.0').describe('address to listen on'),
  API_PORT: port.default(3000),
  ...watchingShape,
  API_METRICS_PORT: metricsPort,
  PUBLIC_URL: url.describe('the address under which Meta and HubSpot reach this API'),
  WHATSAPP_APP_SECRETS: list.describe('app secrets, newest first; several during a rotation'),
  WHATSAPP_VERIFY_TOKEN: z.string().min(1),
  ...whatsAppAccountShape,
  HUBSPOT_CLIENT_SECRET: z.string().min(1).optional(),
  API_TOKENS: list
    .transform((entries) => entries.map(parseToken))
    .pipe(
      z.array(
        z.object({
          actor: z.string().regex(/^[A-Za-z0-9._-]+$/, 'each entry must look like <agent id>:<token>'),
          token: z.string().min(8, 'each token must have 8 characters or more'),
        }),
      ),
    )
    .default([])
    .describe('comma-separated <agent id>:<token>, each with every scope: for the first day'),
  API_RATE_LIMIT_REQUESTS: z.coerce
    .number()
    .int()
    .positive()
    .default(1_200)
    .describe(
      'requests of one token in one window, over all API processes; a screen that looks every second needs a few',
    ),
  API_RATE_LIMIT_WINDOW_MS: milliseconds.default(60_000),
  MEDIA_LINK_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(300)
    .describe('how long a link to a file works, for whoever has it'),
  ...webhookAddressShape,
  ...webhookSecretShape,
  API_DATABASE_CONNECTIONS_MAX: z.coerce.number().int().min(2).default(20),
  ...apiShutdownShape,
};

const workerShape = {
  ...databaseShape,
  ...temporalShape,
  ...watchingShape,
  WORKER_METRICS_PORT: metricsPort,
  WORKER_TEMPORAL_METRICS_PORT: metricsPort.describe('metrics of the Temporal SDK'),
  ...whatsAppSendingShape,
  ...mediaFetchingShape,
  ...whatsAppAccountShape,
  TEMPLATE_SYNC_EVERY_MS: milliseconds
    .default(900_000)
    .describe('templates are read again at least this often; a report about one has them read at once'),
  HUBSPOT_BASE_URL: url.default('https://api.hubapi.com'),
  HUBSPOT_ACCESS_TOKEN: z.string().min(1),
  HUBSPOT_TIMEOUT_MS: milliseconds.default(10_000),
  HUBSPOT_START_EVERY_MS: milliseconds
    .default(15_000)
    .describe(
      'how often HubSpot is searched for contacts to write to first: one search of its five a second',
    ),
  HUBSPOT_NEVER_AUTOMATE_EVERY_MS: milliseconds
    .default(30_000)
    .describe(
      'how often the contacts to whom automation never writes are read: one search for 200 of them, of five a second',
    ),
  POLICY_FILE: z.string().min(1).default('policy/default.yaml'),
  WORKFLOW_BUNDLE_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('built workflow code; bundled at start if not set'),
  ...webhookDeliveryShape,
  WORKER_LOCAL_ACTIVITIES_MAX: z.coerce.number().int().min(1).default(40),
  ...workerShutdownShape,
};

/** Settings of the API process. */
export type ApiConfig = z.infer<z.ZodObject<typeof apiShape>>;
/** Settings of the worker process. */
export type WorkerConfig = z.infer<z.ZodObject<typeof workerShape>>;

/** Names of all settings that a part reads, for those who hand them to it. */
export const SETTING_NAMES = { api: Object.keys(apiShape), worker: Object.keys(workerShape) };

/** Thrown at start with one message that lists every setting that is missing or wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the API's settings from the environment. Throws ConfigError. */
export function readApiConfig(environment: NodeJS.ProcessEnv): ApiConfig {
  return read(z.object(apiShape), environment);
}

/** Reads the worker's settings from the environment. Throws ConfigError. */
export function readWorkerConfig(environment: NodeJS.ProcessEnv): WorkerConfig {
  return read(z.object(workerShape), environment);
}

type AnyConfig = ApiConfig & WorkerConfig;
/** Settings of API and worker, as far as they are known. */
export type KnownSettings = { readonly [Name in keyof AnyConfig]: AnyConfig[Name] | undefined };

/** Those settings that are there and right, for the doctor: what is missing stops only what needs it. */
export function readKnownSettings(environment: NodeJS.ProcessEnv): KnownSettings {
  return readablePart(z.object({ ...workerShape, ...apiShape }), givenIn(environment)) as KnownSettings;
}

/** Reads the settings that need only the database (tools). Throws ConfigError. */
export function readDatabaseConfig(
  environment: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<typeof databaseShape>> {
  return read(z.object(databaseShape), environment);
}

/** The secrets among a part's settings, for the log to keep out. */
export function secretsOf(config: Partial<ApiConfig> & Partial<WorkerConfig>): string[] {
  const { username, password } = new URL(config.DATABASE_URL ?? 'postgres://localhost');
  // A development database whose password is its user name: no secret, and a word that logs are full of.
  const databasePassword = password === username ? [] : [password, decodeURIComponent(password)];
  return [
    ...(config.API_TOKENS ?? []).map(({ token }) => token),
    ...(config.WHATSAPP_APP_SECRETS ?? []),
    config.WHATSAPP_VERIFY_TOKEN,
    config.WHATSAPP_ACCESS_TOKEN,
    config.HUBSPOT_ACCESS_TOKEN,
    config.HUBSPOT_CLIENT_SECRET,
    process.env['TEMPORAL_API_KEY'],
    ...databasePassword,
  ].filter((secret) => secret !== undefined);
}

function parseToken(entry: string): { actor: string; token: string } {
  const colon = entry.indexOf(':');
  return { actor: entry.slice(0, Math.max(colon, 0)), token: entry.slice(colon + 1) };
}

function read<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<Shape>> {
  const given = givenIn(environment);
  const parsed = schema.safeParse(given);
  const wrong = (parsed.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0] ?? '');
    return { name, message: given[name] === undefined ? 'is not set' : issue.message };
  });
  // Judged beside what is wrong by itself, so that everything is listed at once.
  wrong.push(...findTimeProblems(parsed.data ?? readablePart(schema, given)));
  if (parsed.success && wrong.length === 0) return parsed.data;
  const lines = wrong.map(({ name, message }) => `  ${name}: ${message}`);
  throw new ConfigError(
    `These settings are missing or wrong (see .env.example):\n${[...new Set(lines)].join('\n')}`,
  );
}

/** An empty variable means "not set", as in a copied .env.example. */
function givenIn(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

/** The settings that are right, where others are not. */
function readablePart(
  schema: z.ZodObject,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(schema.shape).map(([name, one]) => [name, z.safeParse(one, given[name]).data]),
  );
}
