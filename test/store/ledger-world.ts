import { randomUUID } from 'node:crypto';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import type { Delivery } from '../../activities/whatsapp/settle-send';
import type { SendStatus } from '../../domain/vocabulary';
import { inTransaction } from '../../platform/database';
import { runCommand } from '../../store/commands/run-command';
import type { CommandOrder, CommandResult } from '../../store/commands/command.types';
import { applySendReport, lockSend } from '../../store/send.store';
import { addTaken, createWorld } from '../commands/world';
import type { Scene, World } from '../commands/world';
import { activateShippedPolicy } from '../ingest/policy';
import { openWhatsAppServer } from './whatsapp-server';
import type { WhatsAppServer } from './whatsapp-server';

export type LedgerRow = { readonly status: SendStatus; readonly reason_code: string | null };

/** The send ledger on a database of its own, with a server that stands for WhatsApp. */
export class LedgerWorld {
  readonly world: World;
  readonly whatsapp: WhatsAppServer;

  private constructor(world: World, whatsapp: WhatsAppServer) {
    this.world = world;
    this.whatsapp = whatsapp;
  }

  static async open(): Promise<LedgerWorld> {
    const world = await createWorld();
    await activateShippedPolicy(world.pool);
    return new LedgerWorld(world, await openWhatsAppServer());
  }

  async close(): Promise<void> {
    await this.whatsapp.close();
    await this.world.end();
  }

  /** A buyer whose message is in a turn, as it is once something answers it. */
  async scene(): Promise<Scene> {
    return await addTaken(this.world);
  }

  deliver(sendId: string): Promise<Delivery> {
    return deliverSend({ database: this.world.pool, whatsapp: this.whatsapp.client }, sendId);
  }

  command(scene: Scene, order: CommandOrder, actor = 'anna'): Promise<CommandResult> {
    return runCommand(
      this.world.pool,
      { ...order, conversationId: scene.id, actor, isVerified: true, idempotencyKey: randomUUID() },
      { timeoutMs: 0, pollMs: 1 },
    );
  }

  /** What an agent writes; gives its send. */
  async write(scene: Scene, more: { readonly sendAt?: string } = {}): Promise<string> {
    const result = await this.command(scene, {
      kind: 'send_message',
      arguments: { message: { type: 'text', text: { body: 'Hello' } }, ...more },
    });
    if (result.kind !== 'done' || result.answer.send_id === null) throw new Error('not planned');
    return result.answer.send_id;
  }

  async report(sendId: string, whatsappId: string, status: SendStatus): Promise<void> {
    await inTransaction(this.world.pool, async (client) => {
      const send = await lockSend(client, sendId);
      if (send === null) throw new Error('There is no such send.');
      await applySendReport(client, send, { whatsappId, status, atMs: Date.now() });
    });
  }

  async row(sendId: string): Promise<LedgerRow> {
    const { rows } = await this.world.pool.query<LedgerRow>(
      'select status, reason_code from send where id = $1',
      [sendId],
    );
    if (rows[0] === undefined) throw new Error('There is no such send.');
    return rows[0];
  }

  /** What WhatsApp was given of a send. */
  takenOf(sendId: string): WhatsAppServer['taken'] {
    return this.whatsapp.taken.filter(({ reference }) => reference === sendId);
  }

  /** The time of a send that was put off comes. */
  async comeDue(sendId: string): Promise<void> {
    await this.world.pool.query(`update send set not_before = now() - interval '1 second' where id = $1`, [
      sendId,
    ]);
  }

  /** A send waits for its time. */
  async putOff(sendId: string): Promise<void> {
    await this.world.pool.query(`update send set not_before = now() + interval '1 hour' where id = $1`, [
      sendId,
    ]);
  }
}
