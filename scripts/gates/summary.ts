import type { SuiteReport } from '../suites/suite.ts';

const outcome = ({ failed, skipped }: SuiteReport): string => {
  if (failed > 0) return 'failed';
  return skipped === undefined ? 'passed' : `skipped: ${skipped}`;
};

/** The end of a run for people: a line for each gate, then what failed. */
export function closingLines(reports: readonly SuiteReport[]): string[] {
  const width = Math.max(...reports.map(({ name }) => name.length));
  const failures = reports.flatMap(({ failed, output = '' }) => (failed > 0 ? output.split('\n') : []));
  return [
    ...reports.map((report) => {
      const counts = `${report.passed} passed, ${report.failed} failed, ${report.seconds.toFixed(0)} s`;
      return `${report.name.padEnd(width)}  ${outcome(report)} (${counts})`;
    }),
    ...(failures.length > 0 ? ['Failed:', ...failures] : []),
  ];
}

/** The same for the page of a workflow's run, as Markdown. */
export function jobSummary(reports: readonly SuiteReport[]): string {
  const rows = reports.map((report) => {
    const { name, passed, failed, seconds } = report;
    return `| ${name} | ${outcome(report).replaceAll('|', '\\|')} | ${passed} | ${failed} | ${seconds.toFixed(0)} |`;
  });
  return `| gate | result | passed | failed | seconds |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}
