import { setTimeout as sleep } from 'node:timers/promises';
import { createChance } from './chance.mjs';

/** So many buyers are on their phones at the same time; the next one begins when one has said everything. */
const AT_ONCE = 20;

/**
 * Lets all buyers do what they planned. Gives what was seen happen: the messages whose webhook the simulator took, and
 * the take-overs with the moments between which nothing automated may begin.
 */
export async function playBuyers({ plan, doors, flow, seed }) {
  const seen = { said: new Set(), takeOvers: [], refusedCommands: 0, commands: 0 };
  const waiting = [...plan];
  const line = async () => {
    for (let buyer = waiting.shift(); buyer !== undefined; buyer = waiting.shift())
      await play({ buyer, doors, flow, seen, seed });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  return seen;
}

async function play({ buyer, doors, flow, seen, seed }) {
  const chance = createChance(seed, `pauses of ${buyer.waId}`);
  await sleep(chance.whole(0, 1_000));
  const scene = { buyer, doors, flow, seen, takeOver: null };
  for (const [index, act] of buyer.acts.entries()) {
    await ACTS[act.kind](scene, act, `${buyer.waId}-${index}`);
    await sleep(act.pauseMs);
  }
}

const ACTS = {
  async say({ buyer, doors, flow, seen }, { text, copies }) {
    await flow.turn();
    const from = { wa_id: buyer.waId, name: buyer.name };
    // An answer that a kill cut off: the message is said again, and both stand on the phone.
    const { id } = await doors.control('/whatsapp/messages', { from, text, copies });
    seen.said.add(id);
    flow.wasSaid();
  },
  async echo({ buyer, doors }) {
    await doors.control('/whatsapp/echoes', { to: { wa_id: buyer.waId }, text: 'I take care of it.' });
  },
  async 'take-over'(scene, _act, key) {
    const answer = await order(scene, 'take-over', { key });
    if (answer === null) return;
    const named = [...answer.under_way, ...answer.left_before].map((send) => send.send_id);
    scene.takeOver = { waId: scene.buyer.waId, confirmedAtMs: Date.now(), endsAtMs: Infinity, named };
    scene.seen.takeOvers.push(scene.takeOver);
  },
  async 'agent-writes'(scene, { text }, key) {
    await order(scene, 'messages', { json: { text: { body: text } }, key });
  },
  async 'hand-back'(scene, _act, key) {
    if (scene.takeOver !== null) scene.takeOver.endsAtMs = Date.now();
    await order(scene, 'hand-back', { key });
  },
};

async function order({ buyer, doors, seen }, command, how) {
  const { id } = await doors.conversationOf(buyer.waId);
  const answer = await doors.command(id, command, how);
  seen.commands += 1;
  if (answer === null) seen.refusedCommands += 1;
  return answer;
}
