/** What this process takes of the machine's processors: the load generator's threads, and all that watches the stack. */
export interface OwnLoadSample {
  /** Seconds from the start of the run. */
  readonly second: number;
  /** Of one core: 1 is a whole one. */
  readonly cores: number;
}

/** The processor's clock moves in steps: of looks that a busy machine has bunched together it made 8 cores of two. */
const shortestMs = 500;

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

  /** In cores; undefined when it was asked less than half a second ago, which the next look counts. */
  take(): number | undefined {
    const [usedMs, at] = [this.#readMs(), this.#now()];
    if (at - this.#at < shortestMs) return undefined;
    const cores = (usedMs - this.#usedMs) / (at - this.#at);
    [this.#usedMs, this.#at] = [usedMs, at];
    return cores;
  }

  #readMs(): number {
    const { user, system } = this.#cpuUsage();
    return (user + system) / 1_000;
  }
}
