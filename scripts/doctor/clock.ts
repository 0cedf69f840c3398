import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { type CheckResult, failed, note, ok } from './result.ts';

/** Traces, leases and tokens tolerate seconds, not minutes. */
const toleranceMs = 30_000;
const synchronise =
  'Synchronise it: sudo timedatectl set-ntp true; with Docker Desktop restart it after sleep.';

/**
 * Two clocks are compared with this machine's: the engine's (virtual machines drift in their host's sleep) and the
 * time of the last commit, before which it cannot be. All times in milliseconds since 1970.
 */
export function judgeClock(
  now: number,
  engine: number | undefined,
  lastCommit: number | undefined,
): CheckResult {
  if (lastCommit !== undefined && now < lastCommit - toleranceMs) {
    return failed(
      'clock',
      `${new Date(now).toISOString()} is before this repository's last commit`,
      synchronise,
    );
  }
  if (engine === undefined) return note('clock', 'no engine to compare it with');
  const driftMs = Math.abs(now - engine);
  if (driftMs <= toleranceMs)
    return ok('clock', `within ${Math.ceil(driftMs / 1000)} s of the Docker engine's`);
  return failed('clock', `${Math.round(driftMs / 1000)} s apart from the Docker engine's`, synchronise);
}

async function lastCommitTime(signal: AbortSignal): Promise<number | undefined> {
  const options = { cwd: repositoryRoot, signal, timeoutMs: 5_000 };
  const { code, stdout } = await run('git', ['log', '-1', '--format=%ct'], options);
  return code === 0 && stdout.trim() ? Number(stdout) * 1000 : undefined;
}

export async function checkClock(systemTime: string | undefined, signal: AbortSignal): Promise<CheckResult> {
  const now = Date.now();
  const engine = systemTime === undefined ? undefined : Date.parse(systemTime);
  return judgeClock(now, Number.isNaN(engine) ? undefined : engine, await lastCommitTime(signal));
}
