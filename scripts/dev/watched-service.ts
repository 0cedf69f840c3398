import { once } from 'node:events';
import { connect } from 'node:net';
import { messageOf } from '#platform/errors/app-error.ts';
import { Program, type WatchedProgram } from './program.ts';
import { SourceWatcher } from './source-watcher.ts';
import type { ToWatcher } from './warm-start.ts';

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
  readonly #sources = new SourceWatcher(() => this.#start());
  readonly #stopping = new Set<Promise<void>>();
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
    await Promise.all([...this.#stopping, ...last.map((program) => program?.stop())]);
  }

  #start(): void {
    if (this.#current?.isAlive) this.#stop(this.#current);
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

  #heard({ sources, packages }: ToWatcher, startedAtMs: number): void {
    if (sources) this.#watch(sources, startedAtMs);
    if (!packages) return;
    this.#packages = packages;
    // Not before: the service that has just started shall have the processor.
    this.#spare ??= this.#load();
  }

  #watch(sources: readonly string[], startedAtMs: number): void {
    try {
      this.#sources.add(sources, startedAtMs);
    } catch (error) {
      this.#program.onLine(`What is saved is not seen: ${messageOf(error)}`);
    }
  }

  #stop(program: Program): void {
    const stopping = program.stop().finally(() => this.#stopping.delete(stopping));
    this.#stopping.add(stopping);
  }

  /** Starts it, and once more when it could not have the port that the one before was slow to let go of. */
  async #watchOver(program: Program, isHandedOver: boolean): Promise<void> {
    // Asked now: when it has ended the port may be free again.
    const taken = isHandedOver && isTaken(Number(this.#program.environment.HTTP_PORT));
    program.start();
    const endedWith = await program.ended();
    const isWanted = endedWith !== 0 && (await taken);
    if (program !== this.#current) return;
    if (isWanted) return this.#start();
    this.#program.onLine(`It has ended with ${endedWith}, and starts again when a source of it is saved.`);
    this.#spare ??= this.#load();
  }
}
