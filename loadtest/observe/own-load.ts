/** What this process takes of the machine's processors: the load generator's threads, and all that watches the stack. */
export interface OwnLoadSample {
  /** Seconds from the start of the run. */
  readonly second: number;
  /** Of one core: 1 is a whole one. */
  readonly cores: number;
}

/** Asks how busy this process was since it was asked last. */
export class OwnLoad {
  readonly #cpuUsage: () => { readonly user: number; readonly system: number };
  readonly #now: () => number;
  #usedMs: number;
  #at: number;

  constructor(cpuUsage = () => process.cpuUsage(), now = () => performance.now()) {
    this.#cpuUsage = cpuUsage;
    this.#now = now;
    this.#usedMs = this.#readMs();
    this.#at = now();
  }

  /** In cores. */
  take(): number {
    const [usedMs, at] = [this.#readMs(), this.#now()];
    const cores = at > this.#at ? (usedMs - this.#usedMs) / (at - this.#at) : 0;
    [this.#usedMs, this.#at] = [usedMs, at];
    return cores;
  }

  #readMs(): number {
    const { user, system } = this.#cpuUsage();
    return (user + system) / 1_000;
  }
}
