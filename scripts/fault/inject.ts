import { randomUUID } from 'node:crypto';
import { UserError } from '../cli/user-error.ts';
import { check } from '../docker/run.ts';
import { describeFault, type Fault } from './fault.ts';
import { injectorOptions, leaveUndo, runIn, startInjector } from './injector.ts';
import { setUpScript, undoScript } from './network-script.ts';
import { type FaultRecord, FaultRecords } from './records.ts';
import { assertSlow, liftScript, lookScript, probeScript, throttleOf, writeScript } from './slow-disk.ts';
import { type ContainerState, inspect, type Target } from './target.ts';
import { undo } from './undo.ts';

export interface InjectOptions {
  readonly target: Target;
  readonly fault: Fault;
  /** How long it is meant to last, in milliseconds. */
  readonly lastsMs: number;
  /** See `ensureInjectorImage`. */
  readonly image: string;
  readonly signal: AbortSignal;
  readonly records?: FaultRecords;
}

/** A fault that is in effect until it is undone. */
export interface ActiveFault {
  readonly record: FaultRecord;
  /** Takes everything back; may be called twice. */
  undo(): Promise<void>;
}

// An injector whose process was killed goes on this long, in seconds: undoing in time must not be its work.
const graceSeconds = 15;

/**
 * Makes a fault. It is on record before anything is done, so that whatever becomes of this process, the next command
 * can undo it; when it can't be made, nothing is left of it.
 *
 * @throws UserError when the container has a fault already, does not run, or this host can't make the fault
 */
export async function inject(options: InjectOptions): Promise<ActiveFault> {
  const { target, fault, image, lastsMs } = options;
  const records = options.records ?? new FaultRecords();
  const state = await inspect(target.containerId);
  if (!state?.running) throw new UserError(`${target.service} does not run.`, './coffee up starts it.');
  const now = Date.now();
  const id = randomUUID();
  const named = { name: `${target.project}-fault-${target.service}-${id.slice(0, 8)}`, image };
  const signalled = fault.kind === 'kill' || fault.kind === 'pause';
  const record: FaultRecord = {
    id,
    project: target.project,
    service: target.service,
    containerId: target.containerId,
    containerStartedAt: state.startedAt,
    fault,
    startedAt: new Date(now).toISOString(),
    untilAt: new Date(now + lastsMs).toISOString(),
    pid: process.pid,
    ...(signalled
      ? {}
      : {
          injector: {
            ...named,
            options: injectorOptions(fault, target.project, target.containerId),
            undo: fault.kind === 'slow-disk' ? 'true' : undoScript(target.links),
          },
        }),
  };
  const other = await records.claim(record);
  if (other) {
    throw new UserError(
      `${other.service} has a fault already: ${describeFault(other.fault)} until ${other.untilAt}.`,
      'Wait for its end, or end it: ./coffee fault clear.',
    );
  }
  try {
    await apply(record, target, state, records, options);
  } catch (error) {
    await undo(record, records, { made: false });
    throw error;
  }
  return { record, undo: () => undo(record, records) };
}

async function apply(
  record: FaultRecord,
  target: Target,
  state: ContainerState,
  records: FaultRecords,
  { signal, lastsMs }: InjectOptions,
): Promise<void> {
  const { fault, containerId, injector } = record;
  if (fault.kind === 'kill') {
    await check('docker', ['kill', '--signal', 'KILL', containerId], { signal });
    return;
  }
  if (fault.kind === 'pause') {
    await check('docker', ['pause', containerId], { signal });
    return;
  }
  if (!injector) throw new Error(`a fault of kind ${fault.kind} needs an injector`);
  await startInjector(injector, Math.ceil(lastsMs / 1000) + graceSeconds, signal);
  if (fault.kind === 'slow-disk') {
    await slowDown(record, state, fault.writesPerSecond, records, signal);
    return;
  }
  await leaveUndo(injector, signal);
  await runIn(injector.name, setUpScript(fault, target.links), signal);
}

async function slowDown(
  record: FaultRecord,
  { pid, dataFolder }: ContainerState,
  writesPerSecond: number,
  records: FaultRecords,
  signal: AbortSignal,
): Promise<void> {
  const { injector, containerId, service } = record;
  if (!injector) throw new Error('a slow disk needs an injector');
  if (dataFolder === undefined) {
    throw new UserError(
      `${service} keeps nothing on a disk.`,
      'Choose a service with a volume, such as postgres.',
    );
  }
  const looked = await runIn(injector.name, lookScript(pid, dataFolder), signal);
  const [device = '', ...cgroup] = looked.split('\n');
  const { file, limit, unlimited } = throttleOf(cgroup.join('\n'), device, writesPerSecond);
  // What takes it back is on disk, here and in the injector, before the limit is.
  const known = { ...injector, undo: liftScript(file, unlimited) };
  await records.save({ ...record, injector: known });
  await leaveUndo(known, signal);
  await runIn(injector.name, writeScript(file, limit), signal);
  const probe = await check('docker', ['exec', containerId, 'sh', '-c', probeScript(dataFolder)], { signal });
  assertSlow(Number(probe.stdout.trim()), writesPerSecond);
}
