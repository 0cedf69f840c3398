import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { repositoryRoot } from '../../docker/repository.ts';
import { runSuites } from '../../nightly/run-suites.ts';
import { isMeantBy } from '../../nightly/suite.ts';
import { suites } from '../../nightly/suites.ts';
import { integerFlag, parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { UserError } from '../user-error.ts';

const list = suites.map(({ name, summary, budgetMinutes }) => {
  return `  ${name.padEnd(14)} ${summary} (at most ${budgetMinutes} minutes)`;
});

export const command: Command = {
  summary: 'Run the longer test suites, the bare machine included',
  usage: `Usage: ./coffee nightly [options] [suite…]
       ./coffee nightly --list

Runs all long suites, or the named ones, one after another, and writes docs/nightly/latest.json and latest.md. Faults
need a running stack (./coffee up), and are undone. Exit code 1 when one fails. A suite in parts (mutations-1, …) is asked for
by the name of the whole as well: ./coffee nightly mutations.

${list.join('\n')}

  --seed N   for whatever is drawn at random (random)
  --list     prints the names of the suites as JSON, and runs none`,

  async run(args, signal) {
    const { values, positionals } = parseFlags(
      'nightly',
      args,
      { seed: { type: 'string' }, list: { type: 'boolean', default: false } },
      true,
    );
    if (values.list) {
      console.log(JSON.stringify(suites.map(({ name }) => name)));
      return 0;
    }
    const seed =
      values.seed === undefined
        ? randomInt(2 ** 31)
        : integerFlag('seed', values.seed, { least: 0, most: 2 ** 32 - 1 });
    for (const name of positionals) {
      if (!suites.some((suite) => isMeantBy(suite, name))) {
        const names = suites.map((suite) => suite.name).join(', ');
        throw new UserError(`There is no suite "${name}".`, `There are: ${names}.`);
      }
    }
    const chosen =
      positionals.length === 0
        ? suites
        : suites.filter((suite) => positionals.some((name) => isMeantBy(suite, name)));
    const folder = join(repositoryRoot, 'docs', 'nightly');
    const passed = await runSuites({ suites: chosen, folder, seed, signal });
    const names = chosen.map(({ name }) => name).join(', ');
    console.log(`${names}: ${passed ? 'passed' : 'FAILED'}. See docs/nightly/latest.md.`);
    return passed ? 0 : 1;
  },
};
