import { once } from 'node:events';
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestAuthority } from '#platform/testing/test-authority.ts';
import { tlsFiles } from '#platform/tls/identity.ts';
import { compose, tryCompose } from '../../scripts/docker/compose.ts';
import { check, type RunResult } from '../../scripts/docker/run.ts';

export interface EdgeOptions {
  /** Of its Compose project: several can run at a time. */
  readonly name: string;
  readonly authority: TestAuthority;
  /** Where the producer, or what stands in for it, listens on this machine. */
  readonly upstreamPort: number;
  /** Under which name it is looked for; only `producer` is known. */
  readonly upstreamName?: string;
  /** Whether there is another copy of the producer, which can't be reached; not unless told. */
  readonly unreachableCopy?: boolean;
  /** Whether the producer speaks TLS; not unless told. */
  readonly upstreamTls?: boolean;
  /** Variables of compose.yaml that differ from `.env`. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The address at which containers reach this machine: the bridge's own where Docker runs on it, else (Docker Desktop)
 * the loopback, which Docker forwards to.
 */
export async function addressForContainers(): Promise<string> {
  const format = '{{range .IPAM.Config}}{{.Gateway}}{{end}}';
  const gateway = (await check('docker', ['network', 'inspect', 'bridge', '--format', format])).stdout.trim();
  // Asked by listening: a bridge without containers is down, and such interfaces are not listed.
  const server = createServer().listen(0, gateway);
  try {
    await once(server, 'listening');
    return gateway;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL') return '127.0.0.1';
    throw error;
  } finally {
    server.close();
  }
}

/**
 * The edge of compose.yaml, with its limits, mounts and read-only root, alone: its certificate comes from a folder, and
 * `producer` is this machine.
 */
export class EdgeContainer implements AsyncDisposable {
  readonly #options: EdgeOptions;
  readonly #folder: string;
  readonly #project: string;
  #port = 0;

  private constructor(options: EdgeOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
    // Of this process: another one may test its edge on the same machine.
    this.#project = `go-coffee-edge-test-${options.name}-${process.pid}`;
  }

  /** @throws RunError when it does not become healthy */
  static async start(options: EdgeOptions): Promise<EdgeContainer> {
    const folder = await mkdtemp(join(tmpdir(), 'go-coffee-edge-'));
    const edge = new EdgeContainer(options, folder);
    try {
      // The container's user is none of this machine's.
      await chmod(folder, 0o755);
      await edge.renewCertificate();
      await writeFile(join(folder, 'override.yaml'), edge.#override);
      await edge.#compose('up', '--detach', '--wait', '--wait-timeout', '60', '--pull', 'never', 'edge');
      edge.#port = Number((await edge.#compose('port', 'edge', '8443')).stdout.trim().split(':').at(-1));
      return edge;
    } catch (error) {
      await edge[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** On 127.0.0.1. */
  get port(): number {
    return this.#port;
  }

  /** Replaces the certificate, each file at once, as bootstrap does. @returns the new one, PEM */
  async renewCertificate(): Promise<string> {
    const { certificate, key } = await this.#options.authority.issue({ name: 'edge' });
    const contents = {
      [tlsFiles.ca]: this.#options.authority.certificate,
      [tlsFiles.key]: key,
      [tlsFiles.cert]: certificate,
    };
    for (const [name, content] of Object.entries(contents)) {
      await writeFile(join(this.#folder, `.${name}`), content, { mode: 0o444 });
      await rename(join(this.#folder, `.${name}`), join(this.#folder, name));
    }
    return certificate;
  }

  /** What it logged as JSON: requests on standard output, what the firewall matched on standard error. */
  async records(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    // Not `compose logs`, which mixes both outputs and control sequences for terminals.
    const id = (await this.#compose('ps', '--quiet', 'edge')).stdout.trim();
    const { stdout, stderr } = await check('docker', ['logs', id]);
    return `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map(parseRecord);
  }

  /** The value of a counter at its metrics endpoint, 0 while it is not there. */
  async counter(series: string): Promise<number> {
    const url = 'https://localhost:9145/metrics';
    const ca = '/run/go-coffee/secrets/ca.crt';
    const { stdout } = await this.#compose(
      'exec',
      '-T',
      'edge',
      'curl',
      '-sS',
      '--fail',
      '--cacert',
      ca,
      url,
    );
    const line = stdout.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? 0 : Number(line.slice(series.length + 1));
  }

  /** The CPU time that it has used, in milliseconds. */
  async cpuMs(): Promise<number> {
    const read = 'cat /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpuacct/cpuacct.usage';
    const { stdout } = await this.#compose('exec', '-T', 'edge', 'sh', '-c', read);
    // Control groups of version 2 count microseconds, those of version 1 nanoseconds.
    const [, micros] = /^usage_usec (\d+)$/m.exec(stdout) ?? [];
    return micros === undefined ? Number(stdout) / 1e6 : Number(micros) / 1e3;
  }

  /** What becomes of it with these settings instead; it is not given time to serve. */
  startWith(env: Readonly<Record<string, string>>): Promise<RunResult> {
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    return tryCompose([...this.#files, 'run', '--rm', '-T', '--no-deps', ...variables, 'edge'], {
      env: { COMPOSE_PROJECT_NAME: this.#project, ...this.#options.env },
      timeoutMs: 30_000,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#compose('down', '--volumes', '--timeout', '2');
    await rm(this.#folder, { recursive: true });
  }

  get #files(): string[] {
    return ['--file', 'compose.yaml', '--file', join(this.#folder, 'override.yaml'), '--profile', '*'];
  }

  #compose(...args: readonly string[]): Promise<RunResult> {
    return compose([...this.#files, ...args], {
      env: { COMPOSE_PROJECT_NAME: this.#project, EDGE_PORT: '0', ...this.#options.env },
    });
  }

  /** Without bootstrap, which would make the certificate. */
  get #override(): string {
    const { upstreamName = 'producer', upstreamPort, upstreamTls = false, unreachableCopy } = this.#options;
    return `services:
  edge:
    depends_on: !reset {}
    environment: { EDGE_UPSTREAM: "${upstreamName}:${upstreamPort}", COFFEE_TLS: "${upstreamTls ? 'on' : 'off'}" }
    extra_hosts: ["producer:host-gateway"${unreachableCopy ? ', "producer:127.0.0.1"' : ''}]
    volumes: ["${this.#folder}:/run/go-coffee/secrets:ro"]
`;
  }
}

function parseRecord(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`a record is no JSON: ${line.slice(0, 2000)}`, { cause });
  }
}
