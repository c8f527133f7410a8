import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS, waitFor } from './wait-for';

const LOG_CHARACTERS_MAX = 200_000;

export type ChildOptions = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
};

/** A process started by a test; the test stops it, or the run fails and names it. */
export class Child {
  readonly name: string;
  private readonly process: ChildProcess;
  private readonly end: Promise<string>;
  private ended: string | null = null;
  private output = '';

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.process = spawn(options.command, [...options.args], {
      cwd: process.cwd(),
      env: { ...inherited(), ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // A part that a test forgot must not keep jest alive: the run finds it by its mark and fails.
    this.process.unref();
    for (const stream of [this.process.stdout, this.process.stderr]) {
      if (stream instanceof Socket) stream.unref();
      stream?.on('data', (chunk: Buffer) => {
        this.output = (this.output + chunk.toString('utf8')).slice(-LOG_CHARACTERS_MAX);
      });
    }
    this.end = this.watch();
  }

  /** What the process has printed, standard output and errors together. */
  log(): string {
    return this.output;
  }

  /** Says how the process ended, or null while it lives. */
  howItEnded(): string | null {
    return this.ended;
  }

  /** Waits until the check gives true; fails at once, with the log, when the process dies before. */
  async becomes(
    what: string,
    check: () => boolean | Promise<boolean>,
    timeoutMs = PATIENCE_MS,
  ): Promise<void> {
    const isTrueOrDead = async (): Promise<boolean> => this.ended !== null || (await check());
    await waitFor(isTrueOrDead, { what: `${this.name}: ${what}`, timeoutMs }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.tail()}`);
    });
    if (this.ended !== null) throw new Error(`${this.name} ${this.ended} before: ${what}.\n${this.tail()}`);
  }

  /** Asks the process to end and waits for it; gives how it ended. */
  async stop(): Promise<string> {
    this.process.ref();
    if (this.ended === null) this.process.kill('SIGTERM');
    const late = sleep(PATIENCE_MS, null, { ref: false });
    const outcome = await Promise.race([this.end, late]);
    if (outcome !== null) return outcome;
    await this.kill9();
    throw new Error(`${this.name} did not end within ${PATIENCE_MS} ms of SIGTERM.\n${this.tail()}`);
  }

  /** Ends the process the way a power cut would. */
  async kill9(): Promise<void> {
    this.process.ref();
    this.process.kill('SIGKILL');
    await this.end;
  }

  /** Stops the process where it stands, until `thaw`: a machine that hangs. */
  freeze(): void {
    this.process.kill('SIGSTOP');
  }

  thaw(): void {
    this.process.kill('SIGCONT');
  }

  private tail(): string {
    return `Last lines of ${this.name}:\n${this.output.trimEnd().split('\n').slice(-30).join('\n')}`;
  }

  private watch(): Promise<string> {
    return new Promise((resolve) => {
      const finish = (outcome: string): void => {
        this.ended ??= outcome;
        resolve(this.ended);
      };
      this.process.once('error', (error) => {
        finish(`could not be started: ${error.message}`);
      });
      this.process.once('exit', (code, signal) => {
        finish(signal === null ? `ended with exit code ${code ?? -1}` : `was ended by ${signal}`);
      });
    });
  }
}

/** What a part may take over from the test's own environment: the machine, the run's mark, never a setting. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'CONTINUO_TEST_RUN'];
  const kept = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const test = expect.getState().testPath;
  return { ...Object.fromEntries(kept), CONTINUO_TEST_FILE: test ?? 'a test', NODE_ENV: 'test' };
}
