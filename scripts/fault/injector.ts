import { check, run } from '../docker/run.ts';
import type { Fault } from './fault.ts';
import type { InjectorRecord } from './records.ts';
import { cgroupMount } from './slow-disk.ts';

/** On every injector: what is left over can be found by it. The value is the stack's project. */
export const injectorLabel = 'dev.gocoffee.fault';

/** The options of `docker run` for an injector of this kind of fault. */
export function injectorOptions(fault: Fault, project: string, containerId: string): string[] {
  const common = ['--label', `${injectorLabel}=${project}`, '--user', '0', '--memory', '128m'];
  if (fault.kind !== 'slow-disk') {
    const capabilities = ['--cap-drop', 'ALL', '--cap-add', 'NET_ADMIN', '--cap-add', 'NET_RAW'];
    return [...common, '--network', `container:${containerId}`, ...capabilities];
  }
  // The limit is set in the host's control groups, for a process that the host knows by its number.
  return [
    ...common,
    ...['--network', 'none', '--privileged', '--pid', 'host', '--cgroupns', 'host'],
    ...['--volume', `/sys/fs/cgroup:${cgroupMount}`, '--volumes-from', `${containerId}:ro`],
  ];
}

/** Starts an injector that holds its fault for at most `seconds`. */
export async function startInjector(
  { name, image, options }: InjectorRecord,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const args = ['run', '--detach', '--rm', '--name', name, ...options, image, String(seconds)];
  await check('docker', args, { signal });
}

/** Leaves the script that the injector runs when it ends. */
export async function leaveUndo({ name, undo }: InjectorRecord, signal: AbortSignal): Promise<void> {
  await runIn(name, 'cat > /undo.new && mv /undo.new /undo.sh', signal, undo);
}

/** Runs a shell script in an injector. @returns what it printed; @throws RunError when it fails */
export async function runIn(
  name: string,
  script: string,
  signal?: AbortSignal,
  input?: string,
): Promise<string> {
  const options = { ...(signal ? { signal } : {}), ...(input === undefined ? {} : { input }) };
  const { stdout } = await check(
    'docker',
    ['exec', '--interactive', '--user', '0', name, 'sh', '-c', script],
    options,
  );
  return stdout;
}

/** Undoes what the injector did and removes it; another one takes its place if it is gone. May be repeated. */
export async function undoInjector(injector: InjectorRecord, containerGoesOn: boolean): Promise<void> {
  const { name, image, options, undo } = injector;
  const state = await run('docker', ['container', 'inspect', '--format', '{{.State.Running}}', name]);
  if (state.code === 0 && state.stdout.trim() === 'true') await runIn(name, undo);
  else if (containerGoesOn) {
    const entrypoint = ['--entrypoint', 'sh', image, '-c', undo];
    await check('docker', ['run', '--rm', ...options, ...entrypoint]);
  }
  await removeInjector(name);
}

/** Ends an injector; with it go the connections that led through it. */
async function removeInjector(name: string): Promise<void> {
  const { code, stderr } = await run('docker', ['container', 'rm', '--force', '--volumes', name]);
  // It removes itself as well, when its time is up.
  if (code !== 0 && !/no such container|already in progress/i.test(stderr)) {
    throw new Error(`the injector ${name} can't be removed: ${stderr.trim()}`);
  }
}

/** Stops injectors that no record tells of any more: each undoes its own work when it is stopped. @returns how many */
export async function stopStrayInjectors(project: string, known: ReadonlySet<string>): Promise<number> {
  const filter = ['--filter', `label=${injectorLabel}=${project}`];
  const { stdout } = await check('docker', ['ps', ...filter, '--format', '{{.Names}}']);
  const stray = stdout.split('\n').filter((name) => name !== '' && !known.has(name));
  for (const name of stray) await check('docker', ['stop', '--time', '20', name]);
  return stray.length;
}
