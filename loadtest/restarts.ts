import { pause } from '#platform/lifecycle/abort.ts';
import { restart, restartable } from '../scripts/stack/rolling-restart.ts';

/** A service that was restarted while it was asked, in seconds from the start of the run. */
export interface Restarted {
  readonly service: string;
  readonly second: number;
  readonly tookSeconds: number;
}

export interface RestartPlan {
  /** Of the counted part of the run, from its start. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly beganAt: number;
  /** What the stack was prepared with. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** When each is due: the same time before the first, between two and after the last. */
export const dueTimes = (count: number, fromMs: number, untilMs: number): number[] =>
  Array.from({ length: count }, (_, index) => fromMs + ((index + 1) * (untilMs - fromMs)) / (count + 1));

/**
 * Restarts each of our services once.
 *
 * @throws UserError when one does not come back, and whatever aborted `signal`
 */
export async function restartEach(plan: RestartPlan): Promise<Restarted[]> {
  const { signal, beganAt, env, note } = plan;
  const secondsSince = (at: number): number => Math.round((Date.now() - at) / 100) / 10;
  const services = await restartable(signal);
  const restarted: Restarted[] = [];
  for (const [index, dueMs] of dueTimes(services.length, plan.fromMs, plan.untilMs).entries()) {
    const service = services[index] ?? '';
    await pause(Math.max(0, beganAt + dueMs - Date.now()), signal);
    signal.throwIfAborted();
    const startedAt = Date.now();
    note(`restarting ${service}`);
    const second = secondsSince(beganAt);
    await restart(service, { signal, env });
    restarted.push({ service, second, tookSeconds: secondsSince(startedAt) });
  }
  return restarted;
}
