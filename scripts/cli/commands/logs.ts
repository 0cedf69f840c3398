import { compose } from '../../docker/compose.ts';
import type { Command } from '../commands.ts';

export const command: Command = {
  summary: 'Show the logs of the services',
  usage:
    'Usage: ./coffee logs [--follow] [--tail N] [service …]\n\nTakes the options of `docker compose logs`.',
  async run(args, signal) {
    await compose(['--profile', '*', 'logs', ...args], {
      signal,
      keepOutput: false,
      onLine: (line) => process.stdout.write(`${line}\n`),
    });
    return 0;
  },
};
