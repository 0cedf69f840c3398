import { messageOf } from '#platform/errors/app-error.ts';
import { pause } from '#platform/lifecycle/abort.ts';
import { untilHealthy } from '../docker/container-health.ts';
import { type ActiveFault, inject } from '../fault/inject.ts';
import { findTarget } from '../fault/target.ts';
import { readAuthority } from '../stack/authority.ts';
import type { StackSettings } from '../stack/settings.ts';
import { waitForUrl } from '../stack/wait-for-url.ts';
import type { Acceptance, Window } from './acceptance.ts';
import type { PlannedFault } from './plan.ts';
import { type FaultOutcome, titleOf } from './report.ts';

export interface FaultRun {
  readonly plan: readonly PlannedFault[];
  readonly settings: StackSettings;
  /** See `ensureInjectorImage`. */
  readonly image: string;
  readonly acceptance: Acceptance;
  /** When the traffic started, on the clock of `performance.now()`. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

const healthyWithinMs = 90_000;
const pollMs = 100;

/**
 * Makes the faults of the plan one after the other; each is undone before the next, also when the signal aborts. Looks
 * in the background for when all was healthy again, which may be later than the next fault.
 *
 * @throws what undoing a fault throws: the stack is not what it was
 */
export async function makeFaults(run: FaultRun): Promise<FaultOutcome[]> {
  const recoveries: Promise<FaultOutcome>[] = [];
  for (const planned of run.plan) {
    await pause(Math.max(0, run.startedAt + planned.atMs - performance.now()), run.signal);
    if (run.signal.aborted) break;
    const { recovery } = await makeFault(run, planned);
    recoveries.push(recovery);
  }
  return Promise.all(recoveries);
}

/** Resolves when the fault is undone; `recovery` resolves when all is healthy again, and never rejects. */
async function makeFault(run: FaultRun, planned: PlannedFault): Promise<{ recovery: Promise<FaultOutcome> }> {
  const { acceptance, signal, image, note } = run;
  const time = new Date().toISOString();
  const window = acceptance.open(performance.now());
  let active: ActiveFault;
  try {
    const target = await findTarget(planned.service, signal);
    active = await inject({ target, fault: planned.fault, lastsMs: planned.lastsMs, image, signal });
  } catch (error) {
    signal.throwIfAborted();
    window.close();
    const problem = `could not be made: ${messageOf(error)}`;
    note(`${titleOf(planned)} ${problem}`);
    const nothing = { healthyAfterMs: undefined, withoutAcceptanceMs: undefined };
    return { recovery: Promise.resolve({ ...planned, time, ...nothing, problem }) };
  }
  note(titleOf(planned));
  try {
    await pause(planned.lastsMs, signal);
  } finally {
    // Without the signal: a fault is undone whatever happens.
    await active.undo();
  }
  return { recovery: recover(run, planned, time, window) };
}

async function recover(
  run: FaultRun,
  planned: PlannedFault,
  time: string,
  window: Window,
): Promise<FaultOutcome> {
  const undoneAt = performance.now();
  let problem: string | undefined;
  try {
    await healthyAgain(run, planned.service, undoneAt);
  } catch (error) {
    problem = `not healthy afterwards: ${messageOf(error)}`;
  }
  const withoutAcceptanceMs = Math.round(window.close());
  const healthyAfterMs = problem === undefined ? Math.round(performance.now() - undoneAt) : undefined;
  return { ...planned, time, healthyAfterMs, withoutAcceptanceMs, problem };
}

/** The container is healthy, producer and consumer are ready, and an order was accepted. */
async function healthyAgain(run: FaultRun, service: string, undoneAt: number): Promise<void> {
  const { settings, acceptance, signal } = run;
  await untilHealthy(service, healthyWithinMs, signal);
  const authority = await readAuthority(settings);
  for (const url of [settings.producerUrl, settings.consumerUrl]) {
    await waitForUrl(new URL('/readyz', url), healthyWithinMs, signal, authority);
  }
  while (!acceptance.cameAfter(undoneAt)) {
    signal.throwIfAborted();
    if (performance.now() > undoneAt + healthyWithinMs) throw new Error('no order is accepted');
    await pause(pollMs, signal);
  }
}
