import { FaultStore } from './faults/fault.store';
import { newLimits } from './hubspot/hubspot.gate';
import type { Limits } from './hubspot/hubspot.gate';
import { createHubSpotWorld } from './hubspot/hubspot.world';
import type { HubSpotWorld } from './hubspot/hubspot.world';
import { SettingsStore } from './settings/settings.store';
import { Clock } from './state/clock.store';
import { Journal } from './state/journal.store';
import { InboundActions } from './whatsapp/inbound.actions';
import { MediaStore } from './whatsapp/media.store';
import { SendActions } from './whatsapp/send.actions';
import { StatusReports } from './whatsapp/status.actions';
import { TemplateActions } from './whatsapp/template.actions';
import { WebhookSender } from './whatsapp/webhook.sender';
import { WhatsAppActions } from './whatsapp/whatsapp.actions';
import { WhatsAppStore } from './whatsapp/whatsapp.store';

export type WorldOptions = {
  /** Nothing = the state lives in memory only. */
  readonly stateFile?: string;
  readonly webhookUrl?: string;
  readonly appSecret?: string;
  readonly verifyToken?: string;
  readonly businessAccountId?: string;
  readonly phoneNumberId?: string;
  readonly displayPhoneNumber?: string;
  readonly now?: () => number;
};

/** All state and all rules of the simulator, without HTTP. */
export type World = {
  readonly settings: SettingsStore;
  readonly faults: FaultStore;
  readonly sender: WebhookSender;
  readonly whatsapp: {
    readonly store: WhatsAppStore;
    readonly actions: WhatsAppActions;
    readonly sends: SendActions;
    readonly inbound: InboundActions;
    readonly templates: TemplateActions;
    readonly media: MediaStore;
  };
  readonly now: () => number;
  /** Lets time pass at once: what is due by then happens now. */
  readonly advance: (ms: number) => void;
  readonly hubspot: HubSpotWorld;
  readonly limits: Limits;
  readonly verifyToken: string;
  readonly appSecret: string;
  readonly businessAccountId: string;
  readonly resume: () => void;
  readonly reset: () => void;
  readonly stop: () => void;
};

const DEFAULTS = {
  appSecret: 'simulated-app-secret',
  verifyToken: 'simulated-verify-token',
  businessAccountId: '100000000000002',
  phoneNumberId: '100000000000001',
  displayPhoneNumber: '12025550100',
};

/** What those who speak with the world must know of it. */
function accessOf({ verifyToken, appSecret, businessAccountId }: typeof DEFAULTS) {
  return { verifyToken, appSecret, businessAccountId };
}

/** Puts the world together and goes on where its state file ends; nothing moves before `resume`. */
export function createWorld(options: WorldOptions): World {
  const settled = { ...DEFAULTS, ...options };
  const journal = new Journal(options.stateFile);
  const clock = new Clock(journal, options.now ?? Date.now);
  const { now } = clock;
  const settings = new SettingsStore(journal, options.webhookUrl ?? null);
  const faults = new FaultStore(journal);
  const { appSecret, businessAccountId } = settled;
  const sender = new WebhookSender({ journal, settings, faults, now, appSecret });
  const store = new WhatsAppStore(journal, {
    id: settled.phoneNumberId,
    display_phone_number: settled.displayPhoneNumber,
  });
  const statuses = new StatusReports({ store, sender, settings, now, businessAccountId });
  const media = new MediaStore(journal, settings, now);
  const actions = new WhatsAppActions({ store, sender, statuses, now, businessAccountId, media });
  const inbound = new InboundActions({ store, sender, settings, media, now, businessAccountId });
  const sends = new SendActions({ journal, store, statuses, settings, now });
  const templates = new TemplateActions({ store, sender, now, businessAccountId });
  const hubspot = createHubSpotWorld(journal, settings, now);
  const parts = {
    settings,
    faults,
    sender,
    whatsapp: { store, actions, inbound, sends, templates, media },
    hubspot,
    limits: newLimits(),
    now,
  };
  const resume = (): void => {
    sender.resume();
    statuses.resume();
  };
  return {
    ...parts,
    ...accessOf(settled),
    advance: (ms) => {
      clock.advance(ms);
      resume();
    },
    resume,
    reset: () => {
      sender.forget();
      statuses.forget();
      sends.forget();
      parts.limits.burst.clear();
      parts.limits.search.clear();
      journal.clear();
      settings.reset();
      store.rebuild();
      hubspot.rebuild();
    },
    stop: () => {
      sender.stop();
      statuses.stop();
      journal.close();
    },
  };
}
