import { join } from 'node:path';
import { compose } from '../docker/compose.ts';
import { untilHealthy } from '../docker/container-health.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check, run } from '../docker/run.ts';
import { readVersions } from '../images/ensure.ts';
import { readSettings, type StackSettings } from '../stack/settings.ts';

export const regionNames = ['eu', 'us'] as const;
export type RegionName = (typeof regionNames)[number];

/** Ports of both regions on this machine, far from those of the developer's stack. */
const firstPorts: Readonly<Record<RegionName, number>> = { eu: 21_000, us: 22_000 };
const published = ['PRODUCER_PORT', 'CONSUMER_PORT', 'KAFKA_PORT', 'POSTGRES_PORT', 'REDIS_PORT'] as const;

const stores = ['kafka', 'postgres', 'redis'] as const;
const services = ['producer', 'consumer'] as const;
const healthyWithinMs = 120_000;

const portsOf = (name: RegionName): Record<string, string> =>
  Object.fromEntries(published.map((variable, index) => [variable, String(firstPorts[name] + index)]));

/** What makes Compose, and our commands, work on a region. */
export const environmentOf = (name: RegionName): Record<string, string> => ({
  COMPOSE_PROJECT_NAME: `go-coffee-${name}`,
  COMPOSE_PROFILES: 'core',
  // Two authorities that know each other are tried in e2e/regions; this is about what is copied and what is not.
  COFFEE_TLS: 'off',
  COFFEE_REGION: name,
  ...portsOf(name),
});

const brokerOf = (name: RegionName): string => `127.0.0.1:${portsOf(name).KAFKA_PORT}`;

/** The order path of one region, by Compose, with a MirrorMaker that copies from the other one. Disposing removes all of it. */
export class Region implements AsyncDisposable {
  readonly name: RegionName;
  readonly #other: RegionName;
  readonly #signal: AbortSignal;

  constructor(name: RegionName, signal: AbortSignal) {
    this.name = name;
    this.#other = name === 'eu' ? 'us' : 'eu';
    this.#signal = signal;
  }

  get settings(): Promise<StackSettings> {
    return readSettings({ ...process.env, ...environmentOf(this.name) });
  }

  /** Starts everything but the copying, from nothing. */
  async start(): Promise<void> {
    await this[Symbol.asyncDispose]();
    const up = ['up', '--detach', '--wait', '--no-build', '--pull', 'never'];
    await this.#compose([...up, 'renewal', ...stores]);
    await this.#compose(['run', '--rm', '--no-deps', 'migrate']);
    await this.#compose([...up, '--no-deps', ...services]);
  }

  /** Begins to copy what the other region has. */
  async mirror(): Promise<void> {
    const { KAFKA_IMAGE: image = '' } = await readVersions();
    const variables = {
      COFFEE_TLS: 'off',
      REGION: this.name,
      MIRRORED_REGION: this.#other,
      KAFKA_BROKERS: brokerOf(this.name),
      MIRRORED_BROKERS: brokerOf(this.#other),
      KAFKA_HEAP_OPTS: '-Xms64m -Xmx256m',
    };
    await check(
      'docker',
      [
        ...['run', '--detach', '--name', this.#mirror, '--pull', 'never', '--memory', '640m'],
        // Brokers tell clients on this machine to come to ports of this machine.
        ...['--network', 'host', '--read-only', '--tmpfs', '/tmp:mode=1777', '--cap-drop', 'ALL'],
        ...['--volume', `${join(repositoryRoot, 'infrastructure', 'mirror-maker')}:/etc/go-coffee:ro`],
        ...Object.entries(variables).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
        ...[image, 'bash', '/etc/go-coffee/start.sh'],
      ],
      { signal: this.#signal },
    );
  }

  /** Kills everything of the region at once; its disks stay. */
  async lose(): Promise<void> {
    await Promise.all([
      this.#compose(['kill']),
      check('docker', ['kill', this.#mirror], { signal: this.#signal }),
    ]);
  }

  /** Brings the region back as it was when it was lost. */
  async restore(): Promise<void> {
    // Not `start`, which runs what they depend on as well: one-shots that are done.
    const again = ['up', '--detach', '--no-deps', '--no-recreate', '--no-build', '--pull', 'never'];
    await this.#compose([...again, 'renewal', ...stores]);
    await this.#untilHealthy(stores);
    await this.#compose([...again, ...services]);
    await this.#untilHealthy(services);
    await check('docker', ['start', this.#mirror], { signal: this.#signal });
  }

  /** What its MirrorMaker said last. */
  async mirrorLog(): Promise<string> {
    const { stdout, stderr } = await run('docker', ['logs', '--tail', '30', this.#mirror]);
    return `${stdout}${stderr}`;
  }

  /** Without the signal: what was made is removed whatever happens. */
  async [Symbol.asyncDispose](): Promise<void> {
    await run('docker', ['rm', '--force', this.#mirror]);
    await compose(['down', '--volumes', '--remove-orphans'], { env: environmentOf(this.name) });
  }

  get #mirror(): string {
    return `go-coffee-${this.name}-mirror-maker`;
  }

  async #untilHealthy(parts: readonly string[]): Promise<void> {
    for (const part of parts)
      await untilHealthy(part, healthyWithinMs, this.#signal, environmentOf(this.name));
  }

  async #compose(args: readonly string[]): Promise<void> {
    await compose(args, { env: environmentOf(this.name), signal: this.#signal });
  }
}
