import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { stringify } from 'yaml';
import { image, prepareRuntime } from '#platform/testing/containers.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { repositoryRoot } from '../../scripts/docker/repository.ts';

/** Where the collector finds what stands in for its backends. */
export interface Backends {
  readonly jaeger: string;
  readonly tempo: string;
  readonly loki: string;
  /** With the path of remote write. */
  readonly prometheus: string;
}

// As compose.yaml mounts them, in plain text.
const files = [
  'config.yaml',
  'redaction.yaml',
  'infrastructure.yaml',
  'profile-full/backends.yaml',
  'tls-off/tls.yaml',
];

const overrides = ({ jaeger, tempo, loki, prometheus }: Backends): object => ({
  exporters: {
    'otlp_http/jaeger': { endpoint: jaeger, encoding: 'json' },
    'otlp_http/tempo': { endpoint: tempo, encoding: 'json' },
    'otlp_http/loki': { endpoint: loki, encoding: 'json' },
    prometheusremotewrite: { endpoint: prometheus },
  },
  // Its image has no folder for it, and no volume outlives a test.
  extensions: { file_storage: { create_directory: true } },
});

/** A collector with the configuration of compose.yaml, whose backends are elsewhere. */
export class CollectorContainer implements AsyncDisposable {
  readonly #container: StartedTestContainer;

  private constructor(container: StartedTestContainer) {
    this.#container = container;
  }

  static async start(backends: Backends): Promise<CollectorContainer> {
    prepareRuntime();
    await using authority = await TestAuthority.create();
    const configuration = await Promise.all(
      files.map(async (file, index) => ({
        content: await readFile(join(repositoryRoot, 'observability/collector', file), 'utf8'),
        target: `/etc/otelcol/${index}.yaml`,
      })),
    );
    const own = { content: stringify(overrides(backends)), target: `/etc/otelcol/${files.length}.yaml` };
    const secrets = {
      'ca.crt': authority.certificate,
      'otel-collector-database-password': 'none',
      'otel-collector-redis-password': 'none',
    };
    const container = await new GenericContainer(image('OTEL_COLLECTOR_IMAGE'))
      .withUser('0')
      .withCopyContentToContainer([
        ...configuration,
        own,
        ...Object.entries(secrets).map(([name, content]) => ({
          content,
          target: `/run/go-coffee/secrets/${name}`,
        })),
      ])
      .withCommand([...configuration, own].map(({ target }) => `--config=${target}`))
      .withExposedPorts(4318, 13133)
      .withWaitStrategy(Wait.forHttp('/', 13133))
      .withStartupTimeout(60_000)
      .start();
    return new CollectorContainer(container);
  }

  /** Sends OTLP/HTTP in JSON. https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
  async send(signal: 'traces' | 'metrics' | 'logs', payload: object): Promise<void> {
    const url = `http://${this.#container.getHost()}:${this.#container.getMappedPort(4318)}/v1/${signal}`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    if (!response.ok) throw new Error(`The collector answered ${response.status}: ${await response.text()}`);
  }

  /** Stops the process and starts it again, with the files that it left. */
  restart(): Promise<void> {
    return this.#container.restart();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.stop();
  }
}
