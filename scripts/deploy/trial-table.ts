import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';

/** What became of a deployment under traffic. */
export interface TrialRow {
  readonly what: string;
  readonly outcome: string;
  readonly seconds: number;
  /** Orders meanwhile. */
  readonly accepted: number;
  /** Answers that clients should not have got. */
  readonly wrongAnswers: number;
  /** Requests that were sent again, since they got no answer or a 503. */
  readonly sentAgain: number;
  /** The last line of `./coffee reconcile`. */
  readonly reconcile: string;
}

/** Where the tests leave what they saw. */
export const trialsFile = join(repositoryRoot, '.coffee', 'reports', 'deployments.json');

const [begin, end] = ['<!-- trials -->', '<!-- end of trials -->'];

/** @returns the document with the table of these rows between its marks. @throws Error when it has none */
export function withTable(document: string, rows: readonly TrialRow[]): string {
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`There is no "${begin}" and "${end}".`);
  const lines = rows.map(
    ({ what, outcome, seconds, accepted, wrongAnswers, sentAgain, reconcile }) =>
      `| ${what} | ${outcome} | ${seconds} s | ${accepted} | ${wrongAnswers} | ${sentAgain} | ${reconcile} |\n`,
  );
  const head =
    '| deployment | outcome | took | orders meanwhile | wrong answers | sent again | reconciled |\n|---|---|---|---|---|---|---|\n';
  return `${before}${begin}\n\n${head}${lines.join('')}\n${end}${after}`;
}

/** Brings what was seen to docs/deployments.md. */
export async function writeTable(rows: readonly TrialRow[]): Promise<void> {
  const path = join(repositoryRoot, 'docs', 'deployments.md');
  await writeFile(path, withTable(await readFile(path, 'utf8'), rows));
}
