import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** What vitest's JSON reporter writes, as far as it is read here. */
export interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly FileReport[];
}

interface FileReport {
  /** Path of the file. */
  readonly name: string;
  readonly status: 'passed' | 'failed';
  /** Why the file itself failed: it could not be loaded, or a hook of it. */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[] | null;
  }[];
}

/** A line for each failure, so that the end of a long log says what is to be looked for above. */
export function failures({ testResults }: Pick<JsonReport, 'testResults'>, root: string): string[] {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const file = relative(root, name);
      const tests = assertionResults.filter(({ status }) => status === 'failed');
      if (tests.length === 0) return [`✗ ${file}: ${firstLine(message)}`];
      return tests.map(
        ({ fullName, failureMessages }) => `✗ ${file}: ${fullName}: ${firstLine(failureMessages?.[0])}`,
      );
    });
}

const firstLine = (text = 'no reason given'): string => stripVTControlCharacters(text.split('\n')[0] ?? '');
