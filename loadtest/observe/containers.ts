import { compose } from '../../scripts/docker/compose.ts';
import { check } from '../../scripts/docker/run.ts';

export interface ContainerSample {
  /** Seconds from the start of the run. */
  readonly second: number;
  readonly containers: Readonly<Record<string, ContainerLoad>>;
}

export interface ContainerLoad {
  /** Of one core: 1 is a whole one. */
  readonly cores: number;
  readonly memoryBytes: number;
}

interface Running {
  readonly ID: string;
  readonly Service: string;
}

const units: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** `12.5MiB / 512MiB` as bytes used. */
export function memoryOf(text: string): number {
  const [, value = '0', unit = 'B'] = /^([\d.]+)\s*([A-Za-z]+)/.exec(text) ?? [];
  return Number(value) * (units[unit] ?? Number.NaN);
}

/** Lines of JSON, as `docker stats` and newer Composes print, or one array, as older ones do. */
export function jsonLines<T>(output: string): T[] {
  const text = output.trim();
  if (text === '') return [];
  if (text.startsWith('[')) return JSON.parse(text) as T[];
  return text.split('\n').map((line) => JSON.parse(line) as T);
}

/** The containers of the stack by id, with the names of their services. */
export async function runningContainers(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await compose(['ps', '--format', 'json'], { signal });
  return new Map(jsonLines<Running>(stdout).map(({ ID, Service }) => [ID, Service]));
}

/** What each container uses now, by service. Takes two seconds, in which Docker watches them. */
export async function containerLoads(
  containers: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Record<string, ContainerLoad>> {
  const ids = [...containers.keys()];
  const { stdout } = await check('docker', ['stats', '--no-stream', '--format', '{{json .}}', ...ids], {
    signal,
  });
  const stats = jsonLines<{ ID: string; CPUPerc: string; MemUsage: string }>(stdout);
  return Object.fromEntries(
    stats.map(({ ID, CPUPerc, MemUsage }) => {
      const service = [...containers].find(([id]) => id.startsWith(ID) || ID.startsWith(id))?.[1] ?? ID;
      return [service, { cores: Number.parseFloat(CPUPerc) / 100, memoryBytes: memoryOf(MemUsage) }];
    }),
  );
}
