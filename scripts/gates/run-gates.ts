import { join } from 'node:path';
import { say } from '../cli/progress.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import type { SuiteReport } from '../suites/suite.ts';
import type { LocalGate } from './gate.ts';

/** Runs one command of `./coffee` and collects its lines. */
export type RunCommand = (command: string, signal: AbortSignal) => Promise<{ code: number; lines: string[] }>;

/** Each gate is a command of its own: what takes one down leaves the others standing. */
export const runCoffee: RunCommand = async (command, signal) => {
  const [, ...args] = command.split(' ');
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    say(line);
  };
  const { code } = await run(join(repositoryRoot, 'coffee'), args, { cwd: repositoryRoot, signal, onLine });
  return { code, lines };
};

export interface RunGatesOptions {
  readonly signal: AbortSignal;
  readonly runCommand: RunCommand;
  /** What can't be run here fails: a pipeline that skips proves nothing. */
  readonly strict: boolean;
}

/** Runs gates one after another, and never stops at the first failure. */
export async function runGates(
  gates: readonly LocalGate[],
  { signal, runCommand, strict }: RunGatesOptions,
): Promise<SuiteReport[]> {
  const reports: SuiteReport[] = [];
  for (const gate of gates) {
    const startedAt = performance.now();
    const result = await runGate(gate, signal, runCommand);
    const seconds = (performance.now() - startedAt) / 1000;
    if (strict && result.skipped !== undefined) {
      const output = `✗ ${gate.name}: may not be skipped here: ${result.skipped}`;
      reports.push({ name: gate.name, seconds, passed: 0, failed: 1, output });
    } else reports.push({ name: gate.name, seconds, ...result });
  }
  return reports;
}

async function runGate(
  { command, unavailable, cleanUp }: LocalGate,
  signal: AbortSignal,
  runCommand: RunCommand,
): Promise<Omit<SuiteReport, 'name' | 'seconds'>> {
  const reason = await unavailable?.(signal);
  if (reason !== undefined) return { passed: 0, failed: 0, skipped: reason };
  const ended = await runCommand(command, signal);
  if (cleanUp) await runCommand(cleanUp, signal);
  return readGate(command, ended);
}

/** What a command's output says of it: its closing line, what failed, what was skipped. */
export function readGate(
  command: string,
  { code, lines }: { readonly code: number; readonly lines: readonly string[] },
): Omit<SuiteReport, 'name' | 'seconds'> {
  const closing = lines.findLast((line) => /^\d+ passed, \d+ failed$/.test(line));
  const [passed = 0, counted = 0] = closing?.match(/\d+/g)?.map(Number) ?? [];
  const skipped = lines.flatMap((line) => /^– [^:]+: skipped: (.*)$/.exec(line)?.[1] ?? []);
  const output = lines.filter((line) => line.startsWith('✗ ')).join('\n');
  // A command that ends badly without counting a failure (set-up, crash) is a failure all the same; so is one that says
  // nothing of what it did.
  const untold = counted === 0 && (code !== 0 || (passed === 0 && skipped.length === 0));
  if (untold) {
    return {
      passed,
      failed: 1,
      output: `${output}\n✗ ${command} ended with code ${code} and no failure`.trim(),
    };
  }
  return { passed, failed: counted, output, ...(skipped.length > 0 ? { skipped: skipped.join('; ') } : {}) };
}
