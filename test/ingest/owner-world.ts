import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { decideRoute } from '../../activities/conversation/decide-route';
import { planFollowUp } from '../../activities/conversation/follow-up';
import { reconstructContext } from '../../activities/conversation/reconstruct-context';
import { resolveIdentity } from '../../activities/conversation/resolve-identity';
import { conversationDetail } from '../../api/contract';
import { readConversation } from '../../api/read/conversation';
import { loadReplyModel } from '../../platform/reply-model';
import { runCommand } from '../../store/commands/run-command';
import { at, bodyOf, change, identityChange, message, messages, NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { activateShippedPolicy } from './policy';
import { createWorld } from './world';

export const BUYER = '447700900140';
export const OURS = '12025550100';

/** What the buyer asks at a time. */
export const question = (seconds: number, more: Json = {}) =>
  message({ from: BUYER, timestamp: at(seconds), text: { body: 'Do you have oak?' }, ...more });

/** The buyer, who was GB.1, has given the number up and is GB.2 since. */
export const GIVEN_UP = messages(
  identityChange(
    { type: 'user_changed_number', user_id: 'GB.2', previous_user_id: 'GB.1' },
    { id: 'wamid.report', from: BUYER, timestamp: at(30) },
  ),
);

/** See `createOwnerWorld`. */
export type OwnerWorld = Awaited<ReturnType<typeof createOwnerWorld>>;

/** A live number on whose phone app Nora answers, with one buyer; who has the wheel is asked and changed. */
export async function createOwnerWorld() {
  const world = await createWorld();
  await activateShippedPolicy(world.pool, [
    [/^ {2}modes: \{\}$/m, `  modes: { "${NUMBER_ID}": live }\n  phone_agents: { "${NUMBER_ID}": nora }`],
    [/^ {2}quiet_gap_ms: .*$/m, '  quiet_gap_ms: 0'],
  ]);
  const ask = (seconds: number, more: Json = {}) => world.take(messages(question(seconds, more)));
  const echo = (seconds: number, body = 'We have oak.', more: Json = {}) =>
    world.take(
      bodyOf(
        change(
          {
            message_echoes: [
              message({ from: OURS, to: BUYER, timestamp: at(seconds), text: { body }, ...more }),
            ],
          },
          'smb_message_echoes',
        ),
      ),
    );
  const standby = (seconds: number, more: Json = {}) =>
    world.take(bodyOf(change({ messages: [question(seconds, more)] }, 'standby')));

  async function conversation() {
    const [row] = await world.rows<{ id: string }>('select id from conversation');
    return conversationDetail.parse(await readConversation(world.pool, row?.id ?? ''));
  }
  const owner = async () => (await conversation()).owner;
  async function order(kind: 'take_over' | 'hand_back' | 'pause') {
    const { id } = await conversation();
    await runCommand(world.pool, {
      ...(kind === 'pause' ? { kind, arguments: { forever: true } } : { kind, arguments: {} }),
      conversationId: id,
      actor: 'anna',
      isVerified: true,
      idempotencyKey: `${kind}-${Math.random()}`,
    });
  }

  /** Takes one step of the workflow, a turn whole. */
  async function step() {
    const { id } = await conversation();
    const next = await chooseNextStep(world.pool, loadReplyModel(), id);
    if (next.kind === 'plan-follow-up')
      await planFollowUp(world.pool, { conversationId: id, messageId: next.messageId });
    if (next.kind !== 'turn') return { next, route: null };
    await resolveIdentity(world.pool, next.turnId);
    await reconstructContext(world.pool, next.turnId);
    return { next, route: await decideRoute(world.pool, next.turnId) };
  }

  /** A reply that waits to leave, prepared under the epoch of now. */
  async function planReply(): Promise<void> {
    await world.pool.query(
      `with grounds as (
         insert into decision (key, conversation_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
         select 'd', id, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1' from conversation returning *
       )
       insert into send (key, conversation_id, kind, author, status, type, body, epoch, decision_id)
       select 'reply', conversation_id, 'reply', 'automation', 'planned', 'text', '{}', 0, id from grounds`,
    );
  }
  const sends = () => world.rows('select status, reason_code from send');
  return {
    ...world,
    ask,
    echo,
    standby,
    conversation,
    owner,
    order,
    step,
    planReply,
    sends,
  };
}
