import { messageOf } from '../errors/app-error.ts';
import { answerWithin } from './abort.ts';

export interface DependencyState {
  readonly status: 'up' | 'down' | 'unknown';
  /** Whether the service can do its work without it. */
  readonly optional: boolean;
  readonly checkedAt?: string;
  readonly error?: string;
}

export interface HealthReport {
  readonly status: 'ready' | 'waiting' | 'draining';
  /** The required dependencies that are not there yet. */
  readonly waitingFor: readonly string[];
  readonly dependencies: Readonly<Record<string, DependencyState>>;
}

export interface DependencyOptions {
  /** An optional dependency is reported, but does not make the service unready. */
  readonly optional?: boolean;
  /**
   * Needed to start, optional from then on: its loss would make every replica unready at once, and take away what still
   * works without it.
   */
  readonly optionalOnceSeen?: boolean;
}

interface Dependency {
  readonly name: string;
  optional: boolean;
  readonly optionalOnceSeen: boolean;
  readonly check: () => Promise<void>;
  state: DependencyState;
}

const failingIntervalMs = 500;
const checkTimeoutMs = 3_000;

/**
 * What /readyz, /startupz and /livez answer from: dependencies are checked in the background every `intervalMs`, and
 * every half second while one is down, so that probes are cheap and a recovery shows at once.
 */
export class Health implements Disposable {
  readonly #dependencies: Dependency[] = [];
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #draining = false;
  #disposed = false;
  #started = false;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Adds a dependency; `check` resolves when it is there and rejects with the reason otherwise. */
  depend(name: string, check: () => Promise<void>, options: DependencyOptions = {}): void {
    const { optional = false, optionalOnceSeen = false } = options;
    this.#dependencies.push({
      name,
      optional,
      optionalOnceSeen,
      check,
      state: { status: 'unknown', optional },
    });
  }

  /** Starts checking; the first results come in the background. */
  start(): void {
    void this.#round();
  }

  /** Readiness fails from now on, for good: the service is about to stop. */
  drain(): void {
    this.#draining = true;
  }

  /** Whether every required dependency has once been there. */
  get started(): boolean {
    return this.#started;
  }

  get report(): HealthReport {
    const waitingFor = this.#dependencies
      .filter((dependency) => !dependency.optional && dependency.state.status !== 'up')
      .map((dependency) => dependency.name);
    const dependencies = Object.fromEntries(
      this.#dependencies.map((dependency) => [dependency.name, dependency.state]),
    );
    const status = this.#draining ? 'draining' : waitingFor.length > 0 ? 'waiting' : 'ready';
    return { status, waitingFor, dependencies };
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    await Promise.all(this.#dependencies.map((dependency) => this.#check(dependency)));
    if (this.report.waitingFor.length === 0) this.#started = true;
    if (this.#disposed) return;
    const failing = this.#dependencies.some((dependency) => dependency.state.status === 'down');
    const delayMs = failing ? Math.min(failingIntervalMs, this.#intervalMs) : this.#intervalMs;
    this.#timer = setTimeout(() => void this.#round(), delayMs);
    this.#timer.unref();
  }

  async #check(dependency: Dependency): Promise<void> {
    try {
      await answerWithin(checkTimeoutMs, dependency.check());
      dependency.optional ||= dependency.optionalOnceSeen;
      const { optional } = dependency;
      dependency.state = { status: 'up', optional, checkedAt: new Date().toISOString() };
    } catch (error) {
      const { optional } = dependency;
      const checkedAt = new Date().toISOString();
      dependency.state = { status: 'down', optional, checkedAt, error: messageOf(error) };
    }
  }
}
