import { ensureEngine } from '../../docker/engine.ts';
import { examine } from '../../doctor/examination.ts';
import { table, verdict } from '../../doctor/table.ts';
import { parseFlags } from '../../stack/flags.ts';
import { type Command, commandSummaries } from '../commands.ts';

export const command: Command = {
  summary: commandSummaries.doctor,
  usage: `Usage: ./coffee doctor [--json] [--fix]

  --json  print the results as a JSON array
  --fix   first install and start a missing Docker, as ./coffee up does
          (Debian and Ubuntu, as root; COFFEE_INSTALL_DOCKER=0 forbids it)

Exits with 1 when a check failed.`,

  async run(args, signal) {
    const { values } = parseFlags('doctor', args, {
      json: { type: 'boolean', default: false },
      fix: { type: 'boolean', default: false },
    });
    const { json, fix } = values;
    if (fix) await ensureEngine(signal);
    const results = await examine(signal, process.env);
    console.log(json ? JSON.stringify(results, undefined, 2) : `${table(results)}\n\n${verdict(results)}`);
    return results.some(({ status }) => status === 'failed') ? 1 : 0;
  },
};
