import { endRunning, killPart, startPart, stopPart, tailOf } from './processes.mjs';
import { PlainError } from './console.mjs';

/** Keeps the parts of one run: notes them on disk, sees one die, and stops all in reverse order. */
export class Supervisor {
  #parts = [];
  #runFile;
  #reportCrash;
  #isOver = false;

  /** Rejects as soon as a part dies that nobody asked to end. */
  crash = new Promise((_, reject) => (this.#reportCrash = reject));

  constructor(runFile) {
    this.#runFile = runFile;
    this.crash.catch(() => {}); // whoever waits for it hears of it; nobody waits while all is being stopped
  }

  /** Starts a part of ours. */
  start(options) {
    return this.adopt(startPart(options));
  }

  /** Takes care of a part that is started already; `signal` asks it to end. */
  adopt(part, signal = 'SIGTERM') {
    if (this.#isOver) {
      // Started by somebody who has not heard yet that the run ends: nobody would ever stop it.
      void killPart(part);
      throw new PlainError(`The part "${part.name}" was started while all was being stopped.`);
    }
    this.#parts.push({ part, signal });
    this.#runFile.add(part);
    part.exited.then((end) => {
      if (!part.isStopping)
        this.#reportCrash(new PlainError(`The part "${part.name}" ${end}.\n${tailOf(part)}`));
    });
    return part;
  }

  /** Ends a part the way a power cut would; that is no crash, and another one may take its place. */
  async kill9(part) {
    this.#parts = this.#parts.filter((one) => one.part !== part);
    await killPart(part);
  }

  /** Stops everything that was started, the last one first. */
  async stopAll(onStop = () => {}) {
    this.#isOver = true;
    endRunning();
    for (const { part } of this.#parts) part.isStopping = true;
    for (const { part, signal } of this.#parts.splice(0).reverse()) {
      onStop(part.name);
      await stopPart(part, { signal });
    }
    this.#runFile.remove();
  }
}
