import { once, EventEmitter } from 'node:events';

/**
 * How far the buyers are, and how far they may go: as many kills as are planned fall into the flow of messages, each into
 * its own stretch of it, however fast the machine is.
 */
export class Flow {
  #messages;
  #kills;
  #said = 0;
  #killed = 0;
  #change = new EventEmitter().setMaxListeners(0);

  constructor({ messages, kills }) {
    this.#messages = messages;
    this.#kills = kills;
  }

  get said() {
    return this.#said;
  }

  /** Waits until the next message may be said: not before the kill of the stretch before has come. */
  async turn() {
    while (this.#killed < Math.floor((this.#said * this.#kills) / this.#messages)) await this.#next();
  }

  /** A message was said. */
  wasSaid() {
    this.#said += 1;
    this.#change.emit('change');
  }

  /** Waits until the buyers are somewhere, by `share`, in the stretch of the next kill. */
  async reaches(share) {
    const at = Math.min((this.#messages * (this.#killed + share)) / this.#kills, this.#messages);
    while (this.#said < at) await this.#next();
  }

  /** A part was killed. */
  wasKilled() {
    this.#killed += 1;
    this.#change.emit('change');
  }

  async #next() {
    await once(this.#change, 'change');
  }
}
