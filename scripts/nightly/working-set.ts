import { check } from '../docker/run.ts';

export interface WorkingSet {
  readonly container: string;
  readonly mebibytes: number;
}

const units: Readonly<Record<string, number>> = { B: 2 ** -20, KiB: 2 ** -10, MiB: 1, GiB: 2 ** 10 };

/**
 * Memory of each container less its inactive page cache: what `docker stats` shows since 20.10.
 * https://docs.docker.com/reference/cli/docker/container/stats/
 */
export async function workingSets(containers: readonly string[], signal: AbortSignal): Promise<WorkingSet[]> {
  if (containers.length === 0) return [];
  const format = '{{.Name}}\t{{.MemUsage}}';
  const { stdout } = await check('docker', ['stats', '--no-stream', '--format', format, ...containers], {
    signal,
  });
  return parseStats(stdout);
}

/** Lines such as `coffee-kafka-1<tab>367.8MiB / 1GiB`. @throws Error when a line is none */
export function parseStats(output: string): WorkingSet[] {
  return output
    .trim()
    .split('\n')
    .map((line) => {
      const [, container, amount, unit] = /^(\S+)\t([\d.]+)(\w+) \//.exec(line) ?? [];
      const factor = unit === undefined ? undefined : units[unit];
      if (container === undefined || factor === undefined) throw new Error(`docker stats printed "${line}"`);
      return { container, mebibytes: Number(amount) * factor };
    });
}
