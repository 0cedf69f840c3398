import { UserError } from '../cli/user-error.ts';
import { tryCompose } from '../docker/compose.ts';
import { run } from '../docker/run.ts';
import { type Link, linksOf } from './links.ts';

/** A running container and what can be broken about it. */
export interface Target {
  readonly service: string;
  /** Sets the containers of one stack apart from those of others. */
  readonly project: string;
  readonly containerId: string;
  readonly links: readonly Link[];
}

/** What the engine says of a container. */
export interface ContainerState {
  readonly running: boolean;
  readonly paused: boolean;
  /** Of its first process, on the engine's machine. */
  readonly pid: number;
  /** Tells one start of a container from the next. */
  readonly startedAt: string;
  /** The folder of its first writable volume; undefined without one. */
  readonly dataFolder: string | undefined;
}

interface Inspected {
  readonly State: { Running: boolean; Paused: boolean; Pid: number; StartedAt: string };
  readonly Mounts: readonly { RW: boolean; Destination: string; Type: string }[];
}

/** The state of a container; undefined when there is none. @throws Error when the engine does not answer */
export async function inspect(containerId: string): Promise<ContainerState | undefined> {
  const { code, stdout, stderr } = await run('docker', ['container', 'inspect', containerId]);
  if (code !== 0) {
    if (/no such container/i.test(stderr)) return undefined;
    throw new Error(`docker container inspect ${containerId} failed: ${stderr.trim()}`);
  }
  const [container] = JSON.parse(stdout) as [Inspected];
  const { Running, Paused, Pid, StartedAt } = container.State;
  const data = container.Mounts.find(({ RW, Type }) => RW && (Type === 'volume' || Type === 'bind'));
  return { running: Running, paused: Paused, pid: Pid, startedAt: StartedAt, dataFolder: data?.Destination };
}

/** The services of the stack that run, in alphabetical order. */
export async function runningServices(signal: AbortSignal): Promise<string[]> {
  const { stdout } = await tryCompose(['ps', '--services', '--status', 'running'], { signal });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

/** A service of the running Compose stack. @throws UserError when it does not run */
export async function findTarget(service: string, signal: AbortSignal): Promise<Target> {
  const { stdout } = await tryCompose(
    ['ps', '--no-trunc', '--status', 'running', '--format', 'json', service],
    { signal },
  );
  const [container] = parseContainers(stdout);
  if (container) {
    return { service, project: container.Project, containerId: container.ID, links: linksOf(service) };
  }
  const running = await runningServices(signal);
  throw new UserError(
    `${service} does not run, so it can't be broken.`,
    running.length === 0 ? './coffee up starts the stack.' : `What runs: ${running.join(', ')}.`,
  );
}

/** Compose before 2.21 prints one array, later ones a line each. */
function parseContainers(output: string): { ID: string; Project: string }[] {
  if (output.trim().startsWith('[')) return JSON.parse(output) as { ID: string; Project: string }[];
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as { ID: string; Project: string });
}
