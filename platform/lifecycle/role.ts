import type { Logger } from '../telemetry/logger.ts';
import { Periodic } from './periodic.ts';

export interface RoleOptions {
  /** The colour of this process' deployment. */
  readonly colour: string | undefined;
  /** Asks which colour is the active one. Without this or a colour the process is always active. */
  readonly activeColour: (() => Promise<string>) | undefined;
  readonly log: Logger;
  readonly intervalMs?: number;
}

type Start = (parts: AsyncDisposableStack) => void;

/**
 * Whether this process works or waits (ADR 0046). One whose colour is not the active one serves requests and nothing else:
 * no consumer, relay, scheduler or sender. It begins when its colour becomes the active one, and ends, for the orchestrator
 * to start it anew, when another colour does. Nobody knows: whoever worked goes on, whoever waited waits.
 */
export class Role implements AsyncDisposable {
  readonly #log: Logger;
  readonly #work = new AsyncDisposableStack();
  readonly #lost = new AbortController();
  #asking: Periodic | undefined;
  #starts: Start[] = [];
  #known = false;
  #active = false;
  #waited = false;

  constructor(options: RoleOptions) {
    const { colour, activeColour, log, intervalMs = 1_000 } = options;
    this.#log = log;
    if (colour === undefined || activeColour === undefined) {
      this.#known = true;
      this.#active = true;
    } else {
      const work = async (): Promise<boolean> => this.#hear(colour, await activeColour());
      this.#asking = new Periodic({ name: 'role', intervalMs, work }, log);
    }
  }

  get active(): boolean {
    return this.#active;
  }

  /** Aborts when this process has worked and another colour is to work: it has to end. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Starts something as soon as this process is active, at once if it is; it ends with the role. */
  whenActive(start: Start): void {
    if (this.#active) start(this.#work);
    else this.#starts.push(start);
  }

  /** Rejects until it was once known which colour is active: for readiness. */
  ping(): Promise<void> {
    return this.#known
      ? Promise.resolve()
      : Promise.reject(new Error('nobody has said which colour is active'));
  }

  /**
   * A check of what only an active process does. Who has waited serves requests already, and goes on doing so while its work
   * begins: until the check has succeeded once, it does not count.
   */
  check(ofWork: () => Promise<void> | undefined): () => Promise<void> {
    let begun = false;
    return async () => {
      if (!this.#active) return;
      try {
        await ofWork();
        begun = true;
      } catch (error) {
        if (begun || !this.#waited) throw error;
      }
    };
  }

  /** Ends all that was started, the last first. */
  async [Symbol.asyncDispose](): Promise<void> {
    // First: nothing is started behind what ends.
    await this.#asking?.[Symbol.asyncDispose]();
    await this.#work.disposeAsync();
  }

  /** @returns that there is no more to do now */
  #hear(colour: string, active: string): boolean {
    this.#known = true;
    this.#waited ||= active !== colour;
    if (active === colour && !this.#active) {
      this.#log.info({ colour }, 'active');
      this.#active = true;
      for (const start of this.#starts.splice(0)) start(this.#work);
    }
    if (active !== colour && this.#active && !this.#lost.signal.aborted) {
      this.#log.info({ colour, active }, 'another colour is active: ending');
      this.#lost.abort();
    }
    return false;
  }
}
