import { setTimeout as sleep } from 'node:timers/promises';
import { progress } from '../console.mjs';

const LOOK_EVERY_MS = 300;
/** Far longer than a machine takes that works at a tenth of its speed. */
const PATIENCE_MS = 120_000;
const NAME_WIDTH = 16;

/** One buyer on stage: what they do, and what is seen of Continuo from outside, told as it happens. */
export class Stage {
  #clients;
  #told = new Set();
  buyer;
  /** The conversation as the API showed it last, or null before the first message. */
  conversation = null;
  /** What the buyer's phone showed last. */
  phone = [];

  constructor(clients, buyer) {
    this.#clients = clients;
    this.buyer = buyer;
  }

  /** Messages that reached the buyer. */
  get received() {
    return this.phone.filter(({ direction }) => direction === 'out');
  }

  /** The buyer writes. */
  async write(text) {
    this.tell(`→ "${text}"`);
    const { wa_id, name } = this.buyer;
    await this.#clients.write({ from: { wa_id, name }, text });
  }

  /** What the buyer writes meanwhile comes in one body, as WhatsApp may send it: no pause of the machine lies in between. */
  async inOneBody(write) {
    await this.#clients.settings({ webhook_delivery: { hold: true, batch_max: 100 } });
    await write();
    await this.#clients.settings({ webhook_delivery: { hold: false } });
    await this.#clients.settings({ webhook_delivery: { batch_max: 1 } });
  }

  /** The buyer reads our last message. */
  async readLast() {
    const last = this.received.at(-1);
    await this.#clients.read(this.buyer.wa_id, last.id);
    this.tell('  (reads it)');
  }

  /** The agent gives a command. */
  async command(command, json) {
    this.tell(`  Anna: ${command}${json?.text ? ` "${json.text.body}"` : ''}`);
    return this.#clients.command(this.conversation.id, command, json);
  }

  /** Looks until something is true; gives up quietly after a while, the final checks say what is missing. */
  async until(isTrue, timeoutMs = PATIENCE_MS) {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      await this.look();
      if (isTrue(this)) return true;
      if (Date.now() > deadline) return false;
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Goes on looking for a while. */
  watch(durationMs) {
    return this.until(() => false, durationMs);
  }

  /** Reads phone and conversation once and tells what is new. */
  async look() {
    const [phone, conversation] = await Promise.all([
      this.#clients.phone(this.buyer.wa_id),
      this.#clients.conversationOf(this.buyer.wa_id),
    ]);
    this.phone = phone;
    this.conversation = conversation ?? this.conversation;
    for (const decision of this.conversation?.decisions ?? [])
      this.#tellOnce(`decision ${decision.id}`, lineOf(decision));
    for (const message of this.received) this.#tellOnce(message.id, `← "${message.text ?? message.type}"`);
  }

  /** Says whether a decision with one of the reasons was taken. */
  hasDecided(...reasonCodes) {
    return (this.conversation?.decisions ?? []).some(({ reason_code }) => reasonCodes.includes(reason_code));
  }

  /** Sends of a kind that left. */
  left(kind) {
    const gone = ['accepted', 'sent', 'delivered', 'read', 'played'];
    return (this.conversation?.sends ?? []).filter(
      (send) => send.kind === kind && gone.includes(send.status),
    );
  }

  tell(line) {
    progress(`${this.buyer.name.padEnd(NAME_WIDTH)} ${line}`);
  }

  #tellOnce(key, line) {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.tell(line);
  }
}

function lineOf({ kind: given, verdict: found, reason_code: reasonCode, explanation }) {
  const [kind, verdict] = given === 'skip' ? ['follow_up', 'none'] : [given, found];
  return `  ${kind} → ${verdict} (${reasonCode})${explanation ? `: ${explanation}` : ''}`;
}
