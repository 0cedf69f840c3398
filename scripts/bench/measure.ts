import { readSurroundings } from '../../loadtest/circumstances.ts';
import { goalHead } from '../../loadtest/goals.ts';
import { keepBenchmark } from '../../loadtest/history.ts';
import { say, step } from '../cli/progress.ts';
import { ensureEngine } from '../docker/engine.ts';
import { ensureImages } from '../images/ensure.ts';
import type { Figure } from '../nightly/suite.ts';

/** A whole number of the command line; ends the process with code 2 when it is none or out of range. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  say(`✗ --${option} must be a whole number from ${least} to ${most}, not "${text}".`);
  process.exit(2);
}

/** A figure as text; `–` when it was not measured. */
export const figureText = (figures: readonly Figure[], wanted: string): string =>
  String(figures.find(({ name }) => name === wanted)?.value ?? '–');

export interface Benchmark {
  /** Under which its figures are kept in loadtest/history. */
  readonly name: string;
  readonly title: string;
  readonly run: (note: (text: string) => void) => Promise<Figure[]>;
  /** What of the figures does not hold, in words. */
  readonly gates: (figures: readonly Figure[]) => readonly string[];
  /** What it means that all hold. */
  readonly holds: string;
  /** Rows of the table of goals in docs/performance.md. */
  readonly goals?: (figures: readonly Figure[]) => readonly string[];
}

/** Runs a benchmark, prints its figures and keeps them. The process ends with code 1 when one of them does not hold. */
export async function measure({
  name: benchmark,
  title,
  run,
  gates,
  holds,
  goals,
}: Benchmark): Promise<void> {
  const { signal } = new AbortController();
  await ensureEngine(signal);
  await ensureImages(['order', 'test'], { signal });
  const figures = await step(title, ({ note }) => run(note));
  for (const { name, value, unit } of figures) say(`  ${name.padEnd(56)} ${value} ${unit}`);
  const { machine, commit, date } = await readSurroundings();
  await keepBenchmark(machine, benchmark, { date, commit, figures: [...figures] });
  if (goals) console.log([...goalHead, ...goals(figures)].join('\n'));
  const broken = gates(figures);
  for (const gate of broken) say(`✗ ${gate}`);
  say(broken.length === 0 ? holds : `${broken.length} figures do not hold.`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
