import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SuiteOutcome } from './suite.ts';

/** What is written about the last run of one suite. */
export interface SuiteResult extends SuiteOutcome {
  readonly passed: boolean;
  /** The commit that was checked out; `-dirty` when files differed from it. */
  readonly commit: string;
  /** RFC 3339, when it ended. */
  readonly date: string;
  readonly machine: string;
  readonly seed: number;
  readonly minutes: number;
  readonly budgetMinutes: number;
}

export type Results = Readonly<Record<string, SuiteResult>>;

/** Reads `latest.json`; empty when there is none yet. */
export async function readResults(folder: string): Promise<Results> {
  try {
    return (JSON.parse(await readFile(join(folder, 'latest.json'), 'utf8')) as { suites: Results }).suites;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Writes `latest.json` and the same as a table in `latest.md`, each as a whole or not at all. */
export async function writeResults(folder: string, suites: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  await replace(join(folder, 'latest.json'), `${JSON.stringify({ suites }, undefined, 2)}\n`);
  await replace(join(folder, 'latest.md'), toMarkdown(suites));
}

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;

export function toMarkdown(suites: Results): string {
  const lines = [
    '# The last nightly runs',
    '',
    'Written by `./coffee nightly`; do not edit.',
    '',
    row('Suite', 'Result', 'Minutes (budget)', 'Date', 'Commit', 'Machine', 'Seed'),
    row(...Array.from({ length: 7 }, () => '---')),
  ];
  for (const [name, result] of Object.entries(suites)) {
    const { passed, minutes, budgetMinutes, date, commit, machine, seed } = result;
    const verdict = passed ? 'passed' : '**failed**';
    lines.push(row(name, verdict, `${minutes} (${budgetMinutes})`, date, commit, machine, String(seed)));
  }
  for (const [name, { figures, failures }] of Object.entries(suites)) {
    lines.push('', `## ${name}`, '');
    for (const failure of failures) lines.push(`- **failed:** ${cell(failure)}`);
    if (failures.length > 0) lines.push('');
    lines.push(row('Figure', 'Value'), row('---', '---:'));
    for (const figure of figures) lines.push(row(figure.name, `${figure.value} ${figure.unit}`.trim()));
  }
  return `${lines.join('\n')}\n`;
}
