import { createServer } from 'node:http';
import type { Server } from 'node:http';
import express, { Router } from 'express';
import type { Express, Response } from 'express';
import { controlRoutes } from './control/control.routes';
import { overviewPage } from './control/overview.page';
import { faultGate } from './faults/fault.gate';
import { guarded } from './http/guard';
import { sendJson } from './http/reply';
import { HubSpotError, errorBody } from './hubspot/hubspot.errors';
import { hubspotRoutes } from './hubspot/hubspot.routes';
import { callRecorder, failLater, sendOf } from './whatsapp/call.recorder';
import { WhatsAppError, errorAnswer } from './whatsapp/whatsapp.errors';
import { whatsappRoutes } from './whatsapp/whatsapp.routes';
import { createWorld } from './world';
import type { World, WorldOptions } from './world';

export type SimulatorOptions = WorldOptions & {
  /** 0 or nothing = any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Where the product reaches it, for links in webhooks; nothing = its own address. */
  readonly publicUrl?: string;
  /** Nothing = any bearer token is taken. */
  readonly whatsappAccessToken?: string;
  readonly hubspotAccessToken?: string;
};

export type Simulator = { readonly port: number; readonly url: string; readonly stop: () => Promise<void> };

/** Starts WhatsApp, HubSpot and the control of both on one port, and goes on where the state file ends. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options);
  const server = createServer(createApp(world, options));
  const port = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  world.whatsapp.media.publicUrl = options.publicUrl ?? url;
  world.resume();
  const stop = async (): Promise<void> => {
    world.stop();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  };
  return { port, url, stop };
}

function createApp(world: World, options: SimulatorOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(guarded(rootRoutes(world, options), reportBug));
  return app;
}

function rootRoutes(world: World, options: SimulatorOptions): Router {
  const root = Router();
  root.get('/health/live', (_request, response) => {
    sendJson(response, { status: 200, body: { status: 'live' } });
  });
  root.get('/', (_request, response) => {
    response.type('html').send(overviewPage(world));
  });
  root.use(express.raw({ type: () => true, limit: '16mb' }));
  root.use('/control', controlRoutes(world));
  const { store, sends, templates } = world.whatsapp;
  root.use(
    '/whatsapp',
    callRecorder(store, world.now),
    faultGate(world.faults, {
      service: 'whatsapp',
      errorOf: ({ code }) =>
        errorAnswer(new WhatsAppError(code ?? 131000, code === null ? 'Planned fault.' : undefined)),
      sendOf,
      failLater,
    }),
    whatsappRoutes({
      store,
      sends,
      templates,
      settings: world.settings,
      now: world.now,
      media: world.whatsapp.media,
      accessToken: options.whatsappAccessToken ?? null,
      businessAccountId: world.businessAccountId,
      appSecret: world.appSecret,
    }),
  );
  root.use(
    '/hubspot',
    faultGate(world.faults, {
      service: 'hubspot',
      errorOf: ({ status }) => ({
        status,
        body: errorBody(new HubSpotError([status, 'INTERNAL_ERROR'], 'internal error')),
      }),
    }),
    hubspotRoutes(world.hubspot, {
      limits: world.limits,
      accessToken: options.hubspotAccessToken ?? null,
    }),
  );
  return root;
}

/** Anything that is no planned refusal is a fault of the simulator: said loudly, answered with 500. */
function reportBug(error: unknown, response: Response): boolean {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ msg: 'simulator error', error: message }));
  if (response.headersSent) return false;
  sendJson(response, { status: 500, body: { error: 'simulator error' } });
  return true;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('No port was given.'));
      else resolve(address.port);
    });
  });
}
