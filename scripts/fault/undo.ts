import { check } from '../docker/run.ts';
import { stopStrayInjectors, undoInjector } from './injector.ts';
import { type FaultRecord, FaultRecords, isAbandoned, processIsAlive } from './records.ts';
import { inspect } from './target.ts';

/**
 * Undoes a fault, then forgets it and remembers when it ended. Nothing happens when another process did so before; may be repeated when it
 * failed.
 *
 * @param made false: it could not be made, and so was none.
 */
export async function undo(
  record: FaultRecord,
  records: FaultRecords = new FaultRecords(),
  { made = true }: { readonly made?: boolean } = {},
): Promise<void> {
  const current = (await records.all()).find(({ id }) => id === record.id);
  if (!current) return;
  await takeBack(current);
  await (made ? records.end(current, new Date()) : records.remove(current));
}

async function takeBack({ fault, containerId, containerStartedAt, injector }: FaultRecord): Promise<void> {
  const state = await inspect(containerId);
  if (fault.kind === 'pause') {
    if (state?.paused) await check('docker', ['unpause', containerId]);
  } else if (fault.kind === 'kill') {
    if (state && !state.running) await check('docker', ['start', containerId]);
  } else if (injector) {
    // A container that was started anew has a network and a control group of its own, without the fault.
    await undoInjector(injector, state?.running === true && state.startedAt === containerStartedAt);
  }
}

/** Undoes the given faults, also when one of them fails. @returns how many were undone */
async function undoAll(found: readonly FaultRecord[], records: FaultRecords): Promise<number> {
  const results = await Promise.allSettled(found.map((record) => undo(record, records)));
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'faults could not be undone');
  return found.length;
}

/** Undoes the faults whose process is gone, as after kill -9. @returns how many */
export async function undoAbandoned(records = new FaultRecords()): Promise<number> {
  const all = await records.all();
  return undoAll(
    all.filter((record) => isAbandoned(record, Date.now(), processIsAlive)),
    records,
  );
}

/** Undoes every fault of this checkout, and stops the project's injectors that no record tells of. @returns how many */
export async function clearFaults(project: string, records = new FaultRecords()): Promise<number> {
  const undone = await undoAll(await records.all(), records);
  return undone + (await stopStrayInjectors(project, new Set()));
}
