import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Program, type WatchedProgram } from './program.ts';
import { SourceWatcher } from './source-watcher.ts';
import type { ToWatcher } from './warm-start.ts';

// From being told to stop until it has closed its port: a service that is not held up takes a fraction of this.
const letGoWithinMs = 3_000;
const askEveryMs = 50;

/** Whether somebody listens there. */
async function isTaken(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Refused: it is free.
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * A service that starts anew whenever a source changes that it has loaded. The old process is told to stop (SIGTERM), and the new
 * one starts while it drains: a consumer leaves its group after its batch, and nobody who has just saved a file wants to
 * wait for that. The new one is a spare that has waited with its packages loaded. What does not start waits for the next
 * change. Disposal stops it for good, in an orderly way.
 */
export class WatchedService implements AsyncDisposable {
  readonly #program: WatchedProgram;
  readonly #sources = new SourceWatcher({
    onChange: () => this.#start(),
    onTrouble: (line) => this.#program.onLine(line),
  });
  /** In the order in which they were told to stop. */
  readonly #stopping = new Map<Program, Promise<void>>();
  #packages: readonly string[] = [];
  #current: Program | undefined;
  #spare: Program | undefined;

  constructor(program: WatchedProgram) {
    this.#program = program;
    this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sources[Symbol.dispose]();
    const last = [this.#current, this.#spare];
    this.#current = undefined;
    await Promise.all([...this.#stopping.values(), ...last.map((program) => program?.stop())]);
  }

  get #port(): number {
    return Number(this.#program.environment.HTTP_PORT);
  }

  #start(): void {
    if (this.#current?.isAlive) this.#stop(this.#current);
    // Before it reads any.
    this.#sources.lookAgain();
    const isHandedOver = this.#stopping.size > 0;
    const program = this.#spare?.isAlive ? this.#spare : this.#load();
    this.#spare = undefined;
    this.#current = program;
    void this.#watchOver(program, isHandedOver);
  }

  #load(): Program {
    const program = new Program(this.#program, this.#packages, (message) => {
      if (program === this.#current) this.#heard(message, program.startedAtMs);
    });
    return program;
  }

  #loadSpare(): void {
    if (!this.#spare?.isAlive) this.#spare = this.#load();
  }

  #heard({ sources, serves, packages }: ToWatcher, startedAtMs: number): void {
    if (sources) this.#sources.add(sources, startedAtMs);
    if (packages) this.#packages = packages;
    // Not before: the service that has just started shall have the processor. Once it is known what to load it is at once,
    // for who saves again.
    if (packages || (serves && this.#packages.length > 0)) this.#loadSpare();
  }

  #stop(program: Program): void {
    this.#stopping.set(
      program,
      program.stop().finally(() => this.#stopping.delete(program)),
    );
  }

  /** Starts it, and once more when it could not have the port that the one before was slow to let go of. */
  async #watchOver(program: Program, isHandedOver: boolean): Promise<void> {
    // Asked now: when it has ended the port may be free again.
    const taken = isHandedOver && isTaken(this.#port);
    program.start();
    const endedWith = await program.ended();
    const isWanted = endedWith !== 0 && (await taken);
    if (program !== this.#current) return;
    this.#loadSpare();
    if (!isWanted) {
      this.#program.onLine(`It has ended with ${endedWith}, and starts again when a source of it is saved.`);
      return;
    }
    await this.#untilPortIsFree(program);
    if (program === this.#current) this.#start();
  }

  /** Until those before have let go of the port, or `program` is not the one any more that wants it. */
  async #untilPortIsFree(program: Program): Promise<void> {
    while (program === this.#current && this.#stopping.size > 0 && (await isTaken(this.#port))) {
      const [longest] = this.#stopping.keys();
      // At a breakpoint, say: what is paused does not hear that it is to stop.
      if (longest && performance.now() - longest.stoppedAtMs > letGoWithinMs) {
        this.#program.onLine(
          `The process before has kept port ${this.#port} for ${letGoWithinMs / 1_000} s, and is killed: is it paused in the debugger?`,
        );
        longest.kill();
        await longest.ended();
      }
      await delay(askEveryMs);
    }
  }
}
