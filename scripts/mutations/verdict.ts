/** What is used of vitest's JSON reporter. https://vitest.dev/guide/reporters#json-reporter */
export interface VitestReport {
  readonly testResults: readonly {
    /** The absolute path. */
    readonly name: string;
    readonly status: 'passed' | 'failed';
    /** Why the file as a whole failed: it could not be loaded, or a hook of it threw. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/**
 * - `passed`: a mutation has survived.
 * - `red`: the test itself failed.
 * - `unusable`: nothing was tested: there is no such test, the set-up failed, or the program can't be run at all.
 */
export type Verdict =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'red' }
  | { readonly outcome: 'unusable'; readonly reason: string };

/** Judges one test of a report. `file` is from the root of the run. */
export function verdictOf(report: VitestReport, file: string, name: string): Verdict {
  const ofFile = report.testResults.find((result) => result.name.endsWith(`/${file}`));
  if (!ofFile) return { outcome: 'unusable', reason: `no test was found in ${file}` };
  const test = ofFile.assertionResults.find(
    ({ ancestorTitles, title }) => [...ancestorTitles, title].join(' > ') === name,
  );
  const firstLine = ofFile.message.split('\n')[0] ?? '';
  if (!test) {
    const reason = ofFile.message ? `it can not be loaded: ${firstLine}` : `it has no test "${name}"`;
    return { outcome: 'unusable', reason: `${file}: ${reason}` };
  }
  if (test.status === 'passed') return { outcome: 'passed' };
  if (test.status !== 'failed') {
    return { outcome: 'unusable', reason: `${file}: its set-up failed, nothing was tested: ${firstLine}` };
  }
  return { outcome: 'red' };
}
