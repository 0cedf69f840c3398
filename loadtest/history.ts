import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { RunResult } from './result.ts';

const folder = fileURLToPath(new URL('history/', import.meta.url));

const keptFigures = z.object({
  acceptedPerSecond: z.number(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  processedP95Ms: z.number(),
});

const entry = z.object({
  date: z.string(),
  commit: z.string(),
  scenario: z.string(),
  through: z.string(),
  /** Whether all gates held: only such a run is a baseline. */
  passed: z.boolean(),
  figures: keptFigures,
});

const benchmark = z.object({
  date: z.string(),
  commit: z.string(),
  figures: z.array(
    z.object({ name: z.string(), value: z.union([z.number(), z.string()]), unit: z.string() }),
  ),
});

const history = z.object({
  machine: z.string(),
  runs: z.array(entry).default([]),
  /** The last figures of each. */
  benchmarks: z.record(z.string(), benchmark).default({}),
});
type History = z.infer<typeof history>;

export type KeptFigures = z.infer<typeof keptFigures>;
export type HistoryEntry = z.infer<typeof entry>;

/** The figures that runs are compared by: of the last load that was counted, or of the last step that held. */
export function keptFiguresOf(
  result: RunResult,
  steps: readonly { name: string }[],
): KeptFigures | undefined {
  const counted = result.phases.filter(({ warmUp }) => !warmUp);
  const names = new Set(steps.map(({ name }) => name));
  const phase = result.steps ? counted.filter(({ name }) => names.has(name)).at(-1) : counted.at(-1);
  if (!phase) return undefined;
  const { succeededPerSecond: acceptedPerSecond, p50Ms, p95Ms, p99Ms } = phase;
  return { acceptedPerSecond, p50Ms, p95Ms, p99Ms, processedP95Ms: result.endToEnd.processed.p95Ms };
}

/** A machine's runs are in a file of its own: figures of two machines can't be compared. */
const fileOf = (machine: string, within: string): string =>
  join(within, `${createHash('sha256').update(machine).digest('hex').slice(0, 12)}.json`);

/** What is kept of a machine; nothing when it is new. */
export async function readHistory(machine: string, within = folder): Promise<History> {
  try {
    return history.parse(JSON.parse(await readFile(fileOf(machine, within), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return history.parse({ machine });
    throw error;
  }
}

/** The last run of this scenario that passed. */
export const baselineOf = (
  { runs }: Pick<History, 'runs'>,
  { scenario, through }: Pick<HistoryEntry, 'scenario' | 'through'>,
): HistoryEntry | undefined =>
  runs.findLast((run) => run.passed && run.scenario === scenario && run.through === through);

/** Keeps a run, after those that are kept. */
export async function keepRun(machine: string, run: HistoryEntry, within = folder): Promise<void> {
  const kept = await readHistory(machine, within);
  await replace({ ...kept, runs: [...kept.runs, run] }, within);
}

/** Keeps the figures of a benchmark, instead of its last ones. */
export async function keepBenchmark(
  machine: string,
  name: string,
  measured: z.input<typeof benchmark>,
  within = folder,
): Promise<void> {
  const kept = await readHistory(machine, within);
  await replace({ ...kept, benchmarks: { ...kept.benchmarks, [name]: benchmark.parse(measured) } }, within);
}

async function replace(kept: History, within: string): Promise<void> {
  const path = fileOf(kept.machine, within);
  await mkdir(within, { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(kept, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** Each figure as a multiple of the baseline's: 1 is the same. */
export const ratiosTo = (
  figures: KeptFigures,
  baseline: KeptFigures,
): [name: keyof KeptFigures, ratio: number][] =>
  (Object.keys(figures) as (keyof KeptFigures)[]).map((name) => [name, figures[name] / baseline[name]]);
