import { parseArgs } from 'node:util';
import { ensureEngine } from '../../docker/engine.ts';
import { examine } from '../../doctor/examination.ts';
import { table, verdict } from '../../doctor/table.ts';
import { type Command, commandSummaries } from '../commands.ts';
import { UserError } from '../user-error.ts';

interface Options {
  json: boolean;
  fix: boolean;
}

function parse(args: string[]): Options {
  try {
    const options = {
      json: { type: 'boolean', default: false },
      fix: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UserError((error as Error).message, './coffee doctor --help lists the options.', {
      cause: error,
    });
  }
}

export const command: Command = {
  summary: commandSummaries.doctor,
  usage: `Usage: ./coffee doctor [--json] [--fix]

  --json  print the results as a JSON array
  --fix   first install and start a missing Docker, as ./coffee up does
          (Debian and Ubuntu, as root; COFFEE_INSTALL_DOCKER=0 forbids it)

Exits with 1 when a check failed.`,

  async run(args, signal) {
    const { json, fix } = parse(args);
    if (fix) await ensureEngine(signal);
    const results = await examine(signal, process.env);
    console.log(json ? JSON.stringify(results, undefined, 2) : `${table(results)}\n\n${verdict(results)}`);
    return results.some(({ status }) => status === 'failed') ? 1 : 0;
  },
};
