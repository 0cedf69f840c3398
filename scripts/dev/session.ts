import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { messageOf } from '#platform/errors/app-error.ts';
import { aborted } from '#platform/lifecycle/abort.ts';
import { say, step } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { compose } from '../docker/compose.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { ApiClient, NoReplyError } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import { readSettings } from '../stack/settings.ts';
import { waitForUrl } from '../stack/wait-for-url.ts';
import { type DevConfig, publishedPort } from './dev-services.ts';
import { HostEnd } from './host-end.ts';
import { hostEnvironment } from './host-environment.ts';
import { inspectorPort } from './inspector-port.ts';
import { containerLine, type LogLines } from './log-line.ts';
import { tunnelPort } from './overrides.ts';
import { consolePage, hasPage, pageEnvironment, watchPage } from './page.ts';
import { SecretsOnHost } from './part-secrets.ts';
import { WatchedService } from './watched-service.ts';

const folder = join(repositoryRoot, '.coffee', 'dev');
const overrideFile = join(folder, 'compose.yaml');
/** Who says in the log what becomes of the console's page. */
const pageName = 'page';
const readyWithinMs = 60_000;
// Certificates are renewed after two thirds of their days (services/bootstrap/certificates.ts).
const copySecretsEveryMs = 30 * 60_000;

/** What Compose gets, so that what `writeOverride` wrote counts. */
export const withOverride = ['compose.yaml', relative(repositoryRoot, overrideFile)] as const;

export async function writeOverride(text: string): Promise<void> {
  await mkdir(dirname(overrideFile), { recursive: true });
  await writeFile(overrideFile, text);
}

/** The services of these whose containers run. */
export async function runningContainers(services: readonly string[], signal: AbortSignal): Promise<string[]> {
  const { stdout } = await compose(['--profile', '*', 'ps', '--services', '--status', 'running'], { signal });
  const running = new Set(stdout.split('\n'));
  return services.filter((name) => running.has(name));
}

/** Puts containers back that ran before, and removes those of the others. */
export async function putBack(services: readonly string[], ranBefore: readonly string[]): Promise<void> {
  const others = services.filter((name) => !ranBefore.includes(name));
  if (others.length > 0) await compose(['rm', '--stop', '--force', ...others]);
  if (ranBefore.length > 0)
    await compose(['up', '--detach', '--no-deps', '--no-build', '--pull', 'never', ...ranBefore]);
}

async function portOfTunnel(service: string, signal: AbortSignal): Promise<number> {
  const files = withOverride.flatMap((file) => ['--file', file]);
  const { stdout } = await compose([...files, 'port', service, String(tunnelPort)], { signal });
  const port = Number(stdout.trim().split(':').at(-1));
  if (Number.isInteger(port) && port > 0) return port;
  throw new Error(`The stand-in of ${service} has no port: ${stdout}`);
}

export interface SessionOptions {
  readonly config: DevConfig;
  /** What shall run on this machine. The stand-ins run. */
  readonly services: readonly string[];
  readonly telemetry: boolean;
  readonly lines: LogLines;
  readonly signal: AbortSignal;
}

const show = (line: string): void => void process.stdout.write(`${line}\n`);

/** The page of those that have one, made anew on every edit: before they start, wherever they run. */
export async function startPage(
  services: readonly string[],
  lines: LogLines,
  signal: AbortSignal,
  parts: AsyncDisposableStack,
): Promise<void> {
  if (!hasPage(services)) return;
  const onLine = (line: string): void => show(lines.format(pageName, line));
  parts.use(await step("Making the console's page", () => watchPage(consolePage, onLine, signal)));
}

/** Services on this machine, with tunnels from the containers to them; disposal stops them. */
export async function startOnHost(options: SessionOptions, parts: AsyncDisposableStack): Promise<void> {
  const { config, services, telemetry, lines, signal } = options;
  const settings = await readSettings();
  const authority = await readAuthority(settings, signal);
  const secrets = parts.use(new SecretsOnHost(join(folder, 'secrets')));
  await secrets.copy(services, signal);
  const timer = setInterval(() => {
    secrets.copy(services, signal).catch((error: unknown) => {
      if (!signal.aborted) say(`The secrets could not be read again: ${messageOf(error)}`);
    });
  }, copySecretsEveryMs);
  parts.defer(() => clearInterval(timer));
  for (const service of services) {
    const { [service]: definition } = config.services;
    const secretsDirectory = secrets.directoryOf(service);
    const servicePort = publishedPort(service, definition);
    const own = hostEnvironment({ config, service, secretsDirectory, telemetry });
    parts.use(
      new WatchedService({
        cwd: repositoryRoot,
        environment: { ...withoutCoffee(process.env), ...own, ...pageEnvironment(service) },
        // Those of V8 are for the memory of a container.
        arguments: (definition?.command ?? []).filter((argument) => !/^--max-[a-z-]+-size=/.test(argument)),
        inspectorPort: inspectorPort(servicePort),
        compileCache: join(folder, 'compile-cache'),
        onLine: (line) => show(lines.format(service, line)),
      }),
    );
    const url = new URL(`${settings.tls ? 'https' : 'http'}://127.0.0.1:${servicePort}`);
    const isReady = readiness(parts.use(new ApiClient(url, 1, authority)));
    parts.use(new HostEnd({ tunnelPort: await portOfTunnel(service, signal), servicePort, isReady }));
  }
}

/** Whether a service can answer, by its own word. */
const readiness = (client: ApiClient) => async (): Promise<boolean> => {
  try {
    return (await client.send({ method: 'GET', path: '/readyz', timeoutMs: 1_000 })).status === 200;
  } catch (error) {
    if (error instanceof NoReplyError) return false;
    throw error;
  }
};

/** This shell's environment, less what another service than the one that is started would read from it. */
export function withoutCoffee(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(OTEL_|DATABASE_|REDIS_|KAFKA_|JWT_|HTTP_(HOST|PORT)$|NODE_OPTIONS$|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ours.test(name)));
}

/** @throws UserError naming a service that is not ready in time */
export async function untilReady({ config, services, signal }: SessionOptions): Promise<void> {
  // Of those in containers Compose knows it.
  if (services.length === 0) return;
  const settings = await readSettings();
  const authority = await readAuthority(settings, signal);
  const scheme = settings.tls ? 'https' : 'http';
  await step('Waiting for the services on this machine', async () => {
    for (const service of services) {
      const url = new URL(`${scheme}://127.0.0.1:${publishedPort(service, config.services[service])}/readyz`);
      await waitForUrl(url, readyWithinMs, signal, authority).catch((error: unknown) => {
        signal.throwIfAborted();
        throw new UserError(messageOf(error), `Its log above says why; ${url.href} what it waits for.`);
      });
    }
  });
  say('');
  for (const service of services) {
    const port = publishedPort(service, config.services[service]);
    const debuggerAt = `127.0.0.1:${inspectorPort(port)}`;
    say(`  ${service.padEnd(16)} ${scheme}://localhost:${port}   debugger ${debuggerAt}`);
  }
  say('');
}

/** Whatever these containers say from now on, among the lines of the services on this machine. */
export async function followContainers(
  names: readonly string[],
  lines: LogLines,
  signal: AbortSignal,
): Promise<void> {
  if (names.length === 0) return aborted(signal);
  const onLine = (line: string): void => {
    const said = containerLine(line);
    show(said ? lines.format(said.name, said.text) : line);
  };
  const command = ['logs', '--follow', '--no-color', '--tail', '0', ...names];
  await compose(command, { signal, onLine, keepOutput: false });
  // It ends when the containers do, as on ./coffee down.
  await aborted(signal);
}
