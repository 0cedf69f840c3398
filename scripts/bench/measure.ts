import { readSurroundings, surroundingsInWords } from '../../loadtest/circumstances.ts';
import { benchmarkRatios, inWords } from '../../loadtest/comparison.ts';
import { type Goal, goalTable } from '../../loadtest/goals.ts';
import { type KeptBenchmark, keepBenchmark, lastBenchmark, readHistory } from '../../loadtest/history.ts';
import { say, step } from '../cli/progress.ts';
import { ensureEngine } from '../docker/engine.ts';
import type { Group } from '../images/catalogue.ts';
import { ensureImages } from '../images/ensure.ts';
import type { Figure } from '../nightly/suite.ts';
import { runningServices } from './whole-stack.ts';

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
  /** What it was asked for: it is compared with figures of the same only. */
  readonly options: KeptBenchmark['options'];
  /**
   * `alone` is about a machine that does nothing else, and says so where a stack is up; `beside` is told to run beside one, and
   * `stack` needs one.
   */
  readonly machine: 'alone' | 'beside' | 'stack';
  /** Images that it needs; those of the order path and of tests unless told. */
  readonly images?: readonly Group[];
  readonly run: (note: (text: string) => void) => Promise<Figure[]>;
  /** What of the figures does not hold, in words; nothing is promised without. */
  readonly gates?: (figures: readonly Figure[]) => readonly string[];
  /** What it means that all hold. */
  readonly holds: string;
  /** Rows of the table of goals in docs/performance.md. */
  readonly goals?: (figures: readonly Figure[]) => readonly Goal[];
}

/** What there is to say of a stack that is up beside a benchmark that is about a machine without one; undefined: nothing. */
export const sharedMachine = (
  machine: Benchmark['machine'],
  services: readonly string[],
): string | undefined =>
  machine === 'alone' && services.length > 0
    ? `A stack is up beside this (${services.length} services): the figures are of a machine that does other work too. ./coffee down ends it.`
    : undefined;

/**
 * Runs a benchmark, prints its figures with where and when they were measured, compares them with the last ones of the same
 * options on this machine, and keeps them. The process ends with code 1 when one of them does not hold.
 */
export async function measure(benchmark: Benchmark): Promise<void> {
  const { name, title, machine, images = ['order', 'test'], run, gates, holds, goals } = benchmark;
  const { signal } = new AbortController();
  await ensureEngine(signal);
  await ensureImages(images, { signal });
  const shared = sharedMachine(machine, await runningServices(signal));
  if (shared) say(shared);
  const figures = await step(title, ({ note }) => run(note));
  for (const { name, value, unit } of figures) say(`  ${name.padEnd(56)} ${value} ${unit}`);
  const surroundings = await readSurroundings();
  const broken = gates?.(figures) ?? [];
  // Beside a stack it is another benchmark: what it says then is compared with what it said so.
  const options = { ...benchmark.options, ...(shared ? { besideStack: true } : {}) };
  // What could not be measured is no number, and is not kept as one.
  const measured = figures.filter(({ value }) => typeof value === 'string' || Number.isFinite(value));
  const kept = { name, options, figures: measured, passed: broken.length === 0 };
  const before = lastBenchmark(await readHistory(surroundings.machine), kept);
  await keepBenchmark(surroundings.machine, {
    ...kept,
    commit: surroundings.commit,
    date: surroundings.date,
  });
  if (before) {
    say(`As multiples of ${inWords(before)}:`);
    for (const ratio of benchmarkRatios(kept, before)) say(`  ${ratio}`);
  }
  if (goals) console.log(goalTable(goals(figures), surroundings));
  else say(`Measured on ${surroundingsInWords(surroundings)}.`);
  for (const gate of broken) say(`✗ ${gate}`);
  if (shared) say(shared);
  say(broken.length === 0 ? holds : `${broken.length} figures do not hold.`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
