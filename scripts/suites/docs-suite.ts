import { messageOf } from '#platform/errors/app-error.ts';
import { buildSite } from '../docs/site.ts';
import type { Suite } from './suite.ts';

/** The site of the documentation is built; a link that leads nowhere is an error. */
export const docsSuite = (name: string, budgetMinutes: number): Suite => ({
  name,
  budgetMinutes,
  async run(signal) {
    try {
      await buildSite(signal, (line) => process.stderr.write(`  ${line}\n`));
      return { passed: 1, failed: 0 };
    } catch (error) {
      signal.throwIfAborted();
      return { passed: 0, failed: 1, output: messageOf(error) };
    }
  },
});
