import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { parse, stringify } from 'yaml';
import { image, prepareRuntime, startupTimeoutMs } from '#platform/testing/containers.ts';
import { repositoryRoot } from '../../scripts/docker/repository.ts';

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** When it is over; until then it fires. */
  readonly endsAt?: string;
}

/** An alert as Alertmanager lists it: who holds it back, if anybody. */
export interface ListedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: {
    readonly state: string;
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
  };
}

interface Route {
  group_wait?: string;
  group_interval?: string;
  routes?: Route[];
}

interface Configuration {
  global?: Record<string, unknown>;
  route: Route;
  time_intervals?: { time_intervals: unknown }[];
}

/** Nobody waits for minutes in a test, nor for working hours. */
function hurry(route: Route): void {
  route.group_wait = '1s';
  route.group_interval = '1s';
  for (const inner of route.routes ?? []) hurry(inner);
}

/** Alertmanager with a file of observability/alertmanager, whose receivers are told to it by files, as in operation. */
export class AlertmanagerContainer implements AsyncDisposable {
  readonly #container: StartedTestContainer;

  private constructor(container: StartedTestContainer) {
    this.#container = container;
  }

  /**
   * @param files what it reads, by path: addresses and secrets.
   * @param global what stands in the place of what the file says for all receivers.
   */
  static async start(
    file: string,
    files: Readonly<Record<string, string>>,
    global: Readonly<Record<string, unknown>> = {},
  ): Promise<AlertmanagerContainer> {
    prepareRuntime();
    const text = await readFile(join(repositoryRoot, 'observability/alertmanager', file), 'utf8');
    const configuration = parse(text, { merge: true }) as Configuration;
    hurry(configuration.route);
    for (const interval of configuration.time_intervals ?? [])
      interval.time_intervals = [{ times: [{ start_time: '00:00', end_time: '24:00' }] }];
    if (configuration.global) Object.assign(configuration.global, global);
    const target = '/etc/alertmanager/alertmanager.yml';
    const all = { ...files, [target]: stringify(configuration, { aliasDuplicateObjects: false }) };
    const container = await new GenericContainer(image('ALERTMANAGER_IMAGE'))
      .withCopyContentToContainer(Object.entries(all).map(([path, content]) => ({ content, target: path })))
      .withCommand([`--config.file=${target}`, '--storage.path=/alertmanager', '--cluster.listen-address='])
      .withExposedPorts(9093)
      .withWaitStrategy(Wait.forHttp('/-/ready', 9093))
      .withStartupTimeout(startupTimeoutMs)
      .start();
    return new AlertmanagerContainer(container);
  }

  get port(): number {
    return this.#container.getMappedPort(9093);
  }

  /** Tells it of alerts, as Prometheus does. */
  async post(...alerts: readonly PostedAlert[]): Promise<void> {
    await this.#ask('POST', '/api/v2/alerts', alerts);
  }

  async resolve({ labels, annotations = {} }: PostedAlert): Promise<void> {
    await this.post({ labels, annotations, endsAt: new Date().toISOString() });
  }

  /** What it says of the alert with these labels; undefined when it knows none. */
  async listed(labels: Readonly<Record<string, string>>): Promise<ListedAlert | undefined> {
    const all = (await this.#ask('GET', '/api/v2/alerts')) as ListedAlert[];
    return all.find((one) => Object.entries(labels).every(([name, value]) => one.labels[name] === value));
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`http://${this.#container.getHost()}:${this.port}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.stop();
  }
}
