import { readFileSync } from 'node:fs';
import { createWhatsAppClient } from '../../activities/whatsapp/whatsapp.client';
import type { WhatsAppPort } from '../../activities/whatsapp/whatsapp.client';
import { onlyRow } from '../../platform/database';
import { parsePolicy } from '../../platform/policy';
import { startSimulator } from '../../simulator/server';
import { createWorld } from '../commands/world';
import type { Scene, World } from '../commands/world';
import { SimulatorClient } from '../support/simulator-client';
import { TEST_SETTINGS } from '../support/settings';
import { PATIENCE_MS } from '../support/wait-for';

/** Postgres and a simulated WhatsApp, for many small conversations at once. */
export type Arena = {
  readonly world: World;
  readonly simulator: SimulatorClient;
  readonly whatsapp: WhatsAppPort;
  /** A client that gives up after so long. */
  whatsappWithin(timeoutMs: number): WhatsAppPort;
  /** A conversation whose buyer has just written, known to WhatsApp too. */
  conversation(): Promise<Scene>;
  clockMs(): Promise<number>;
  claimedAtMs(sendId: string): Promise<number | null>;
  end(): Promise<void>;
};

export async function openArena(): Promise<Arena> {
  const world = await createWorld();
  const parsed = parsePolicy(readFileSync('policy/demo.yaml', 'utf8'), 'policy/demo.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  await world.pool.query('update policy_version set document = $1', [JSON.stringify(parsed.policy)]);
  const simulator = await startSimulator();
  const client = new SimulatorClient(simulator.url);
  const whatsappWithin = (timeoutMs: number) =>
    createWhatsAppClient({
      baseUrl: `${simulator.url}/whatsapp`,
      apiVersion: TEST_SETTINGS.whatsappApiVersion,
      accessToken: TEST_SETTINGS.whatsappAccessToken,
      timeoutMs,
      connectTimeoutMs: PATIENCE_MS,
    });
  return {
    world,
    simulator: client,
    whatsapp: whatsappWithin(PATIENCE_MS),
    whatsappWithin,
    conversation: async () => {
      const scene = await world.conversation({ wroteAgoMs: 1_000 });
      await world.pool.query(
        `with taken as (
           insert into turn (conversation_id, episode_id, trigger_message_id, status, ended_at)
           values ($1, $2, $3, 'decided', now()) returning id)
         update message set turn_id = taken.id from taken where message.id = $3`,
        [scene.id, scene.episodeId, scene.messageId],
      );
      await client.write({ from: { wa_id: scene.waId }, text: 'What does it cost?' });
      return scene;
    },
    clockMs: async () =>
      onlyRow(await world.pool.query<{ ms: number }>('select to_ms(clock_timestamp()) as ms')).ms,
    claimedAtMs: async (sendId) =>
      onlyRow(
        await world.pool.query<{ ms: number | null }>(
          'select to_ms(claimed_at) as ms from send where id = $1',
          [sendId],
        ),
      ).ms,
    end: async () => {
      await simulator.stop();
      await world.end();
    },
  };
}
