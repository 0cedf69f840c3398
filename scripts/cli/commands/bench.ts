import { join } from 'node:path';
import { benchmarks, isBenchmark, planOf } from '../../bench/plan.ts';
import { runningServices } from '../../bench/whole-stack.ts';
import { repositoryRoot } from '../../docker/repository.ts';
import { check, run } from '../../docker/run.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';
import { UserError } from '../user-error.ts';

const list = Object.entries(benchmarks).map(([name, { what }]) => `  ${name.padEnd(11)} ${what}`);
const names = Object.keys(benchmarks);

export const command: Command = {
  summary: `Measure a part by itself: ${names.join(', ')}`,
  usage: `Usage: ./coffee bench [${names.join('|')} [options]]

Prints figures, compares them with the last ones on this machine, and keeps them in loadtest/history. Exit code 1 when a
ratio that is promised does not hold. Without a name: all of them, one after another. Those that start what they need in
containers of their own, and remove them, come first, and are refused while a stack is up, as they would share the machine with
it; then the stack is started for the others, and stays.

${list.join('\n')}`,

  async run([name, ...args], signal) {
    if (name !== undefined && !isBenchmark(name)) {
      throw new UserError(`There is no benchmark "${name}".`, `There are: ${names.join(', ')}.`);
    }
    const plan = planOf(name, await runningServices(signal));
    const options = { cwd: repositoryRoot, signal, onLine: (line: string): void => console.log(line) };
    let worst = 0;
    for (const step of plan) {
      if (step === 'up') {
        await check(join(repositoryRoot, 'coffee'), ['up'], options);
        continue;
      }
      const { code } = await run(process.execPath, [`scripts/bench/${step}.ts`, ...args], options);
      signal.throwIfAborted();
      worst = Math.max(worst, code);
    }
    if (plan.includes('up'))
      say('The stack that was started for the last of them is up: ./coffee down ends it.');
    return worst;
  },
};
