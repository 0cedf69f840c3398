import { compose } from '../docker/compose.ts';
import { recreate } from '../docker/container-health.ts';
import { check } from '../docker/run.ts';

// A project of its own, with empty volumes: the data of the developer's stack is none of our business.
const project = 'go-coffee-upgrade';
const beside = `${project}-consumer-beside`;
const healthyWithinMs = 90_000;

/** An order path whose services can be of different versions. Disposing it removes everything. */
export class RollingStack implements AsyncDisposable {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Starts everything from nothing, in one version. */
  async start(image: string): Promise<void> {
    await this.#down();
    const up = ['up', '--detach', '--wait', '--no-build', '--pull', 'never'];
    // Secrets and servers are this version's: the previous one makes them another way.
    await compose([...up, 'renewal', 'kafka', 'postgres', 'redis'], {
      env: environmentOf(),
      signal: this.#signal,
    });
    await this.migrate(image);
    await this.#compose(image, [...up, '--no-deps', 'producer', 'consumer']);
  }

  /** Brings the schema to a version, as its one-shot does. */
  async migrate(image: string): Promise<void> {
    await this.#compose(image, ['run', '--rm', '--no-deps', 'migrate']);
  }

  /** Starts a second consumer of another version in the same group. */
  async addConsumer(image: string): Promise<void> {
    await this.#compose(image, ['run', '--detach', '--no-deps', '--name', beside, 'consumer']);
  }

  /** Stops it as an orchestrator does, and removes it. */
  async removeAddedConsumer(): Promise<void> {
    await check('docker', ['stop', '--time', '30', beside], { signal: this.#signal });
    await check('docker', ['rm', '--force', beside], { signal: this.#signal });
  }

  /** Replaces a service by another version: stopped in an orderly way, started anew, healthy when it resolves. */
  async replace(service: 'producer' | 'consumer', image: string): Promise<void> {
    await recreate([service], healthyWithinMs, this.#signal, environmentOf(image));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#down();
  }

  /** Without the signal: what was made is removed whatever happens. */
  async #down(): Promise<void> {
    await compose(['down', '--volumes', '--remove-orphans'], { env: environmentOf() });
  }

  async #compose(image: string, args: readonly string[]): Promise<void> {
    await compose(args, { env: environmentOf(image), signal: this.#signal });
  }
}

/** What makes Compose work on this stack. */
export const environmentOf = (image?: string): Record<string, string> => ({
  COMPOSE_PROJECT_NAME: project,
  COMPOSE_PROFILES: 'core',
  // Version 0.1 talks plaintext.
  COFFEE_TLS: 'off',
  ...(image === undefined ? {} : { SERVICE_IMAGE: image }),
});
