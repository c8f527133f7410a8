// First: from then on an end that is asked for is heard.
import { onEnd } from './early-end';
import { z } from 'zod';
import { startSimulator } from './server';
import type { SimulatorOptions } from './server';

const text = z.string().min(1).optional();
const environmentSchema = z.object({
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(4010),
  SIMULATOR_HOST: text,
  SIMULATOR_PUBLIC_URL: z.url().optional(),
  SIMULATOR_STATE_FILE: text,
  WHATSAPP_WEBHOOK_URL: z.url().optional(),
  WHATSAPP_APP_SECRET: text,
  WHATSAPP_VERIFY_TOKEN: text,
  WHATSAPP_ACCESS_TOKEN: text,
  HUBSPOT_ACCESS_TOKEN: text,
  WHATSAPP_BUSINESS_ACCOUNT_ID: text,
  WHATSAPP_PHONE_NUMBER_ID: text,
  WHATSAPP_DISPLAY_PHONE_NUMBER: text,
});

async function main(): Promise<void> {
  const simulator = await startSimulator(optionsOf(process.env));
  onEnd(() => simulator.stop());
  console.log(JSON.stringify({ msg: 'simulator listening', port: simulator.port, url: simulator.url }));
}

function optionsOf(environment: NodeJS.ProcessEnv): SimulatorOptions {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = environmentSchema.safeParse(given);
  if (!result.success)
    throw new Error(`The settings of the simulator are wrong:\n${z.prettifyError(result.error)}`);
  const names = result.data;
  return definedOnly({
    port: names.SIMULATOR_PORT,
    host: names.SIMULATOR_HOST,
    publicUrl: names.SIMULATOR_PUBLIC_URL,
    stateFile: names.SIMULATOR_STATE_FILE,
    webhookUrl: names.WHATSAPP_WEBHOOK_URL,
    appSecret: names.WHATSAPP_APP_SECRET,
    verifyToken: names.WHATSAPP_VERIFY_TOKEN,
    whatsappAccessToken: names.WHATSAPP_ACCESS_TOKEN,
    hubspotAccessToken: names.HUBSPOT_ACCESS_TOKEN,
    businessAccountId: names.WHATSAPP_BUSINESS_ACCOUNT_ID,
    phoneNumberId: names.WHATSAPP_PHONE_NUMBER_ID,
    displayPhoneNumber: names.WHATSAPP_DISPLAY_PHONE_NUMBER,
  });
}

function definedOnly(options: {
  [Name in keyof SimulatorOptions]: SimulatorOptions[Name] | undefined;
}): SimulatorOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

main().catch((error: unknown) => {
  console.error(
    JSON.stringify({ msg: 'simulator failed', error: error instanceof Error ? error.message : error }),
  );
  process.exit(1);
});
