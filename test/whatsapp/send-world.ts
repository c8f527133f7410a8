import { randomUUID } from 'node:crypto';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import type { Delivery } from '../../activities/whatsapp/settle-send';
import { createWhatsAppClient } from '../../activities/whatsapp/whatsapp.client';
import type { WhatsAppPort } from '../../activities/whatsapp/whatsapp.client';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { inTransaction, onlyRow } from '../../platform/database';
import { startSimulator } from '../../simulator/server';
import { readNextSend } from '../../store/send-queue.store';
import type { NextSend } from '../../store/send-queue.store';
import { createWorld } from '../commands/world';
import type { Scene, World } from '../commands/world';
import { bodyOf, change, messages, message } from '../ingest/bodies';
import { activateShippedPolicy } from '../ingest/policy';
import { secondsAfter } from '../support/moment';
import type { Moment } from '../support/moment';
import { SimulatorClient } from '../support/simulator-client';
import { TEST_SETTINGS } from '../support/settings';
import { PATIENCE_MS } from '../support/wait-for';

/** What the ledger says about a send. */
export type SendRow = {
  readonly status: string;
  readonly reason_code: string | null;
  readonly refusals: number;
};

/** Conversations in a real database, deliveries by the real activity, WhatsApp played by the simulator over HTTP. */
export class SendWorld {
  readonly world: World;
  readonly simulator: SimulatorClient;
  private readonly whatsapp: WhatsAppPort;
  private readonly stopSimulator: () => Promise<void>;

  private constructor(world: World, simulator: { url: string; stop: () => Promise<void> }) {
    this.world = world;
    this.simulator = new SimulatorClient(simulator.url);
    this.stopSimulator = simulator.stop;
    this.whatsapp = createWhatsAppClient({
      baseUrl: `${simulator.url}/whatsapp`,
      apiVersion: TEST_SETTINGS.whatsappApiVersion,
      accessToken: TEST_SETTINGS.whatsappAccessToken,
      timeoutMs: PATIENCE_MS,
      connectTimeoutMs: PATIENCE_MS,
    });
  }

  static async start(): Promise<SendWorld> {
    const world = await createWorld();
    await activateShippedPolicy(world.pool);
    const simulator = await startSimulator({ whatsappAccessToken: TEST_SETTINGS.whatsappAccessToken });
    return new SendWorld(world, simulator);
  }

  async stop(): Promise<void> {
    await this.stopSimulator();
    await this.world.end();
  }

  /** Nothing holds anybody back, and WhatsApp behaves. */
  async calm(): Promise<void> {
    await this.simulator.clearFaults();
    await this.world.pool.query(
      `delete from channel where scope <> 'app';
       update channel set stopped_at = null, stopped_reason = null, not_before = null, backoff_level = 0,
              backed_off_at = null, resumed_at = null;
       delete from account_event; delete from channel_change`,
    );
  }

  /** A conversation whose buyer wrote, and whose message is being answered. */
  async conversation(options: Parameters<World['conversation']>[0] = {}): Promise<Scene> {
    const scene = await this.world.conversation(options);
    await this.simulator.write({ from: { wa_id: scene.waId }, text: 'What does it cost?' });
    await this.world.pool.query(
      `with begun as (
         insert into turn (conversation_id, episode_id, trigger_message_id, status, ended_at)
         values ($1, $2, $3, 'decided', now()) returning id
       )
       update message set turn_id = begun.id from begun where message.id = $3`,
      [scene.id, scene.episodeId, scene.messageId],
    );
    return scene;
  }

  /** A message of automation that is ready to leave. */
  async plan(
    scene: Scene,
    send: { kind?: 'reply' | 'follow_up' | 'human'; text?: string } = {},
  ): Promise<string> {
    const planned = await this.world.pool.query<{ id: string }>(
      `insert into send (key, conversation_id, episode_id, kind, author, status, type, body, epoch, decision_id)
       values ($1, $2, $3, $4, 'automation', 'planned', 'text', $5, (select epoch from conversation where id = $2), $6)
       returning id`,
      [
        randomUUID(),
        scene.id,
        scene.episodeId,
        send.kind ?? 'reply',
        JSON.stringify({ type: 'text', text: { body: send.text ?? 'From 20 EUR.' } }),
        scene.decisionId,
      ],
    );
    return onlyRow(planned).id;
  }

  deliver(sendId: string): Promise<Delivery> {
    return deliverSend({ database: this.world.pool, whatsapp: this.whatsapp }, sendId);
  }

  /** WhatsApp refuses the next messages with this code; always, without a number of times. */
  async refuse(
    code: number,
    given: {
      status?: number;
      times?: number;
      headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<void> {
    await this.simulator.fault({
      service: 'whatsapp',
      kind: 'error',
      // The read mark before a message is left alone.
      match: { body: '"biz_opaque_callback_data"' },
      status: given.status ?? 400,
      body: { error: { message: `(#${code}) refused`, type: 'OAuthException', code, fbtrace_id: 'A1' } },
      ...(given.times === undefined ? {} : { times: given.times }),
      ...(given.headers === undefined ? {} : { headers: given.headers }),
    });
  }

  /** Meta reports later that a message which it had taken failed. */
  async reportFailed(sendId: string, code: number | null): Promise<void> {
    const whatsappId = await this.world.value('select whatsapp_id from send where id = $1', [sendId]);
    const status = {
      id: whatsappId,
      status: 'failed',
      timestamp: String(Math.floor(Date.now() / 1_000)),
      biz_opaque_callback_data: sendId,
      ...(code === null ? {} : { errors: [{ code, title: 'Failed', error_data: { details: 'Failed' } }] }),
    };
    await this.take(bodyOf(change({ statuses: [status] })));
  }

  /** The buyer writes again, through the webhook's door. */
  async writes(scene: Scene): Promise<void> {
    await this.take(
      messages(message({ from: scene.waId, timestamp: String(Math.floor(Date.now() / 1_000)) })),
    );
  }

  async row(sendId: string): Promise<SendRow> {
    const found = await this.world.pool.query<SendRow>(
      'select status, reason_code, refusals from send where id = $1',
      [sendId],
    );
    return onlyRow(found);
  }

  /** When the send of a conversation is due that is due first. */
  async dueAtMs(scene: Scene): Promise<number> {
    const next = await this.nextSend(scene);
    if (next === null) throw new Error('nothing is planned');
    return next.dueAtMs;
  }

  /** How many seconds after a moment that is: the number that was meant, if it can be that. */
  async dueAfter(moment: Moment, scene: Scene, meant: number): Promise<number> {
    return secondsAfter(moment, await this.dueAtMs(scene), meant);
  }

  /** What the workflow of the conversation turns to next. */
  async nextSend(scene: Scene): Promise<NextSend | null> {
    return await inTransaction(this.world.pool, (client) => readNextSend(client, scene.id));
  }

  /** So much time passes for everything that waits. */
  async letPass(seconds: number): Promise<void> {
    const back = `- interval '${seconds} seconds'`;
    await this.world.pool.query(
      `update channel set not_before = not_before ${back}, next_slot_at = next_slot_at ${back},
              backed_off_at = backed_off_at ${back}, resumed_at = resumed_at ${back};
       update conversation set recipient_not_before = recipient_not_before ${back},
              pair_borrowed_until = pair_borrowed_until ${back};
       update send set not_before = not_before ${back}, slot_at = slot_at ${back}, claimed_at = claimed_at ${back};
       update buyer set unreachable_at = unreachable_at ${back}, unreachable_until = unreachable_until ${back};
       update account_event set occurred_at = occurred_at ${back}`,
    );
  }

  /** Channels and recipients are held back for so much longer: whatever the machine's pauses, their time has not come yet. */
  async putOff(seconds: number): Promise<void> {
    const on = `+ interval '${seconds} seconds'`;
    await this.world.pool.query(
      `update channel set not_before = not_before ${on};
       update conversation set recipient_not_before = recipient_not_before ${on}`,
    );
  }

  /** Meta reports how far a message is, and what it costs. */
  async report(sendId: string, status: string, pricing: object): Promise<void> {
    const id = await this.world.value('select whatsapp_id from send where id = $1', [sendId]);
    const timestamp = String(Math.floor(Date.now() / 1_000));
    await this.take(
      bodyOf(change({ statuses: [{ id, status, timestamp, pricing, biz_opaque_callback_data: sendId }] })),
    );
  }

  /** What the buyer's phone got of us, in order. */
  async phone(scene: Scene): Promise<readonly (string | null | undefined)[]> {
    return (await this.simulator.received(scene.waId)).map(({ text }) => text);
  }

  /** Why a person must look at the conversation; null when nobody must. */
  async question(scene: Scene): Promise<unknown> {
    return this.world.value('select reason_code from conversation where id = $1 and needs_human', [scene.id]);
  }

  async take(body: unknown): Promise<void> {
    await assignItems(this.world.pool, await captureBody(this.world.pool, Buffer.from(JSON.stringify(body))));
  }
}
