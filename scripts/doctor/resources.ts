import { readFile, statfs } from 'node:fs/promises';
import { type EngineInfo, isNative } from './docker.ts';
import { type CheckResult, failed, gibibyte, inGibibytes, note, ok } from './result.ts';

/** The stack with its telemetry, its tests' containers and room for the page cache. */
const memoryNeeded = 4 * gibibyte;
/** Images 5 GiB, build cache of a closed network up to 8 GiB, data and logs. */
const diskNeeded = 15 * gibibyte;

export function judgeMemory(available: number, ownStackRuns: boolean): CheckResult {
  const detail = `${inGibibytes(available)} available to Docker`;
  if (ownStackRuns) return ok('memory', `${detail}, beside the running stack`);
  if (available >= memoryNeeded) return ok('memory', detail);
  const remedy =
    'Give Docker at least 4 GiB (Docker Desktop: Settings → Resources), or close other programs.';
  return failed('memory', `only ${detail}`, remedy);
}

export function judgeDisk(free: number, folder: string, ownStackRuns: boolean): CheckResult {
  const detail = `${inGibibytes(free)} free in ${folder}`;
  if (free >= diskNeeded || (ownStackRuns && free >= gibibyte)) return ok('disk', detail);
  const remedy = 'Free at least 15 GiB there; docker system prune removes what Docker no longer uses.';
  return failed('disk', `only ${detail}`, remedy);
}

/** Linux' estimate of what can be had without swapping, in bytes. */
export function availableMemory(meminfo: string): number {
  return Number(/^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) * 1024;
}

export async function checkMemory(info: EngineInfo, ownStackRuns: boolean): Promise<CheckResult> {
  if (!isNative(info)) return judgeMemory(info.MemTotal, ownStackRuns);
  const available = availableMemory(await readFile('/proc/meminfo', 'utf8'));
  return judgeMemory(Math.min(available, info.MemTotal), ownStackRuns);
}

export async function checkDisk(info: EngineInfo, ownStackRuns: boolean): Promise<CheckResult> {
  const folder = info.DockerRootDir;
  if (!isNative(info))
    return note('disk', "Docker's data is in a virtual machine: see Docker Desktop, Resources");
  try {
    const { bavail, bsize } = await statfs(folder);
    return judgeDisk(bavail * bsize, folder, ownStackRuns);
  } catch (error) {
    return note('disk', `${folder} cannot be examined (${(error as NodeJS.ErrnoException).code})`);
  }
}
