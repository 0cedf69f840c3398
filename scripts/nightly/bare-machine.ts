import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

/** The README's two commands on a machine that has nothing. Its times are the last lines that it prints. */
export const bareMachine: Suite = {
  name: 'bare-machine',
  summary: './coffee up and ./coffee test in a fresh Debian without cache, Node and Docker',
  budgetMinutes: 90,
  run: tryBareMachine,
};

const reportedLines = 8;

async function tryBareMachine({ signal, note }: SuiteContext): Promise<SuiteOutcome> {
  const result = await run(process.execPath, ['scripts/bare-machine/main.ts'], {
    cwd: repositoryRoot,
    signal,
    onLine: note,
  });
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
  const report = lines.slice(-reportedLines);
  return {
    figures: report.map((line, index) => figure(`report ${index + 1}`, line.trim())),
    failures: result.code === 0 ? [] : [`exit code ${result.code}: ${report.at(-1) ?? 'no output'}`],
  };
}
