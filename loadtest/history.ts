import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { messageOf } from '#platform/errors/app-error.ts';
import { UserError } from '../scripts/cli/user-error.ts';
import type { RunResult } from './result.ts';

const folder = fileURLToPath(new URL('history/', import.meta.url));

/** Of each kind of run, and of each benchmark, so many are kept: the file is committed. */
export const keptOfEach = 5;

const finite = z.number();
const keptFigures = z.object({
  acceptedPerSecond: finite,
  p50Ms: finite,
  p95Ms: finite,
  p99Ms: finite,
  processedP95Ms: finite,
});

/** What must be the same of two runs, so that their figures can be compared. */
const kind = z.object({
  scenario: z.string(),
  through: z.string(),
  /** Requests a second of the first load that is counted, and how long that is held in seconds. */
  rate: finite,
  seconds: finite,
});

const run = kind.extend({
  date: z.string(),
  commit: z.string(),
  /** Whether all gates held. */
  passed: z.boolean(),
  figures: keptFigures,
});

const benchmark = z.object({
  name: z.string(),
  /** What it was asked for: figures of other options can't be compared. */
  options: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  date: z.string(),
  commit: z.string(),
  passed: z.boolean(),
  figures: z.array(z.object({ name: z.string(), value: z.union([finite, z.string()]), unit: z.string() })),
});

/** The last of each come last. */
const history = z.object({ machine: z.string(), runs: z.array(run), benchmarks: z.array(benchmark) });
type History = z.infer<typeof history>;

export type KeptFigures = z.infer<typeof keptFigures>;
export type RunKind = z.infer<typeof kind>;
export type KeptRun = z.infer<typeof run>;
export type KeptBenchmark = z.infer<typeof benchmark>;
/** Something that is compared with what it was before. */
export type Compared = Pick<KeptRun, 'date' | 'commit' | 'passed'>;

/** Undefined: nothing was counted. */
export function kindOf({ scenario, through, phases }: RunResult): RunKind | undefined {
  const first = phases.find(({ warmUp }) => !warmUp);
  return first && { scenario, through, rate: first.rate, seconds: first.seconds };
}

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

/** A machine's runs are in a file of its own, whose name says which: `2-amd-epyc-24-gib-x64.json`. */
export const fileOf = (machine: string, within = folder): string =>
  join(
    within,
    `${machine
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')}.json`,
  );

/**
 * What is kept of a machine; nothing when it is new.
 * @throws UserError when its file is not what it must be
 */
export async function readHistory(machine: string, within = folder): Promise<History> {
  const path = fileOf(machine, within);
  try {
    return history.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { machine, runs: [], benchmarks: [] };
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new UserError(`${path} can't be read: ${why}`, 'Take it back from Git, or remove it.', {
      cause: error,
    });
  }
}

const sameKind = (one: RunKind, other: RunKind): boolean =>
  one.scenario === other.scenario &&
  one.through === other.through &&
  one.rate === other.rate &&
  one.seconds === other.seconds;

const sorted = (options: KeptBenchmark['options']): string =>
  JSON.stringify(Object.entries(options).toSorted(([one], [other]) => one.localeCompare(other)));
const sameBenchmark = (
  one: Pick<KeptBenchmark, 'name' | 'options'>,
  other: Pick<KeptBenchmark, 'name' | 'options'>,
): boolean => one.name === other.name && sorted(one.options) === sorted(other.options);

/** The last run of the same kind, whether or not it passed. */
export const lastRun = ({ runs }: Pick<History, 'runs'>, wanted: RunKind): KeptRun | undefined =>
  runs.findLast((one) => sameKind(one, wanted));

/** The last figures of a benchmark with the same options. */
export const lastBenchmark = (
  { benchmarks }: Pick<History, 'benchmarks'>,
  wanted: Pick<KeptBenchmark, 'name' | 'options'>,
): KeptBenchmark | undefined => benchmarks.findLast((one) => sameBenchmark(one, wanted));

/** Adds one to its like, of which only the last are kept. */
function added<T>(all: readonly T[], one: T, isLike: (other: T) => boolean): T[] {
  const dropped = new Set(all.filter(isLike).slice(0, -(keptOfEach - 1)));
  return [...all.filter((other) => !dropped.has(other)), one];
}

/** Keeps a run, after those that are kept. */
export async function keepRun(machine: string, kept: KeptRun, within = folder): Promise<void> {
  const before = await readHistory(machine, within);
  const runs = added(before.runs, run.parse(kept), (other) => sameKind(other, kept));
  await replace({ ...before, runs }, within);
}

/** Keeps the figures of a benchmark, after those that are kept. */
export async function keepBenchmark(machine: string, kept: KeptBenchmark, within = folder): Promise<void> {
  const before = await readHistory(machine, within);
  const benchmarks = added(before.benchmarks, benchmark.parse(kept), (other) => sameBenchmark(other, kept));
  await replace({ ...before, benchmarks }, within);
}

/** One line for each run: what Git shows of a new one is that line. */
function inLines({ machine, runs, benchmarks }: History): string {
  const list = (of: readonly object[]): string =>
    of.length === 0 ? '[]' : `[\n${of.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]`;
  return `{\n  "machine": ${JSON.stringify(machine)},\n  "runs": ${list(runs)},\n  "benchmarks": ${list(benchmarks)}\n}\n`;
}

async function replace(kept: History, within: string): Promise<void> {
  const path = fileOf(kept.machine, within);
  await mkdir(within, { recursive: true });
  await writeFile(`${path}.new`, inLines(kept));
  await rename(`${path}.new`, path);
}
