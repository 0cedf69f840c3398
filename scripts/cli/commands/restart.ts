import { parseFlags } from '../../stack/flags.ts';
import { restart, restartable } from '../../stack/rolling-restart.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

export const command: Command = {
  summary: 'Restart services one after another, with a copy beside what the edge asks',
  usage: `Usage: ./coffee restart [service…]

Restarts our services, all unless told, as a rolling update does: producer and console have a copy beside them while they
are away, and what the others read waits in Kafka and PostgreSQL (what the console shows of one is missing meanwhile). Their
version stays: ./coffee up brings new images.`,

  async run(args, signal) {
    const { positionals } = parseFlags('restart', args, {}, true);
    const known = await restartable(signal);
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new UserError(
        `${unknown} is no service that can be restarted like this.`,
        `There are: ${known.join(', ')}. docker compose restart takes any part, with what it is away for.`,
      );
    }
    const chosen = positionals.length > 0 ? positionals : known;
    for (const service of chosen) await step(`Restarting ${service}`, () => restart(service, { signal }));
    say(`Restarted: ${chosen.join(', ')}.`);
    return 0;
  },
};
