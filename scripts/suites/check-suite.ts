import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import type { Suite } from './suite.ts';

/** A suite that is one program: exit code 0 passes. The program is one of node_modules/.bin. */
export function checkSuite(
  name: string,
  budgetMinutes: number,
  program: string,
  args: readonly string[],
): Suite {
  return {
    name,
    budgetMinutes,
    async run(signal) {
      const { code, stdout, stderr } = await run(`node_modules/.bin/${program}`, args, {
        cwd: repositoryRoot,
        signal,
      });
      return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, output: `${stdout}${stderr}` };
    },
  };
}
