import type { DockerState } from '../docker/probe.ts';
import { dockerProblems } from '../docker/requirements.ts';
import { run } from '../docker/run.ts';
import { type CheckResult, failed, ok } from './result.ts';

const names = { engine: 'Docker engine', compose: 'Docker Compose', buildx: 'Docker Buildx' } as const;

/** One result each for engine, Compose and Buildx. */
export function checkDocker(state: DockerState): CheckResult[] {
  const problems = dockerProblems(state);
  return (['engine', 'compose', 'buildx'] as const).map((part) => {
    const problem = problems.find((found) => found.part === part);
    if (problem) return failed(names[part], problem.message, problem.remedy);
    return ok(names[part], state[part] ?? '');
  });
}

/** What the checks of memory, disk and clock need of `docker info`. */
export interface EngineInfo {
  MemTotal: number;
  DockerRootDir: string;
  OperatingSystem: string;
  /** The engine's own clock, RFC 3339. */
  SystemTime: string;
}

/** `docker info`; undefined when no engine answers. */
export async function engineInfo(signal: AbortSignal): Promise<EngineInfo | undefined> {
  const { code, stdout } = await run('docker', ['info', '--format', '{{json .}}'], {
    signal,
    timeoutMs: 15_000,
  });
  if (code !== 0) return undefined;
  const info = JSON.parse(stdout) as EngineInfo;
  return info.MemTotal > 0 ? info : undefined;
}

/** Where an engine would be, for the checks of a machine that has none yet. */
export const engineToCome: EngineInfo | undefined =
  process.platform === 'linux'
    ? { MemTotal: Number.POSITIVE_INFINITY, DockerRootDir: '/var/lib', OperatingSystem: '', SystemTime: '' }
    : undefined;

/** Whether the engine is on this machine itself, not in Docker Desktop's virtual machine or elsewhere. */
export function isNative(info: EngineInfo): boolean {
  return process.platform === 'linux' && !/Docker Desktop/i.test(info.OperatingSystem);
}
