import type { SuiteReport } from '../suites/suite.ts';
import type { Gate } from './gate.ts';

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

/**
 * Gates that were not run, by name, those of the same workflow with the reason: whoever reads a green run knows what it does
 * not say.
 */
export function elsewhereLine(all: readonly Gate[], reports: readonly SuiteReport[]): string {
  const missing = all.filter(({ name }) => reports.every((report) => report.name !== name));
  const told = missing.map(({ name, workflow, notLocal }) =>
    notLocal === undefined ? `${name} (${workflow})` : `${name} (${workflow}; not here: ${notLocal})`,
  );
  return `Not part of this run (docs/quality-gates.md): ${told.join(', ')}`;
}

/** The same for the page of a workflow's run, as Markdown. */
export function jobSummary(reports: readonly SuiteReport[]): string {
  const rows = reports.map((report) => {
    const { name, passed, failed, seconds } = report;
    return `| ${name} | ${outcome(report).replaceAll('|', '\\|')} | ${passed} | ${failed} | ${seconds.toFixed(0)} |`;
  });
  return `| gate | result | passed | failed | seconds |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}
