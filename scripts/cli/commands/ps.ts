import { compose } from '../../docker/compose.ts';
import { parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';

export const command: Command = {
  summary: 'List the running services and their health',
  usage: 'Usage: ./coffee ps',
  async run(args, signal) {
    parseFlags('ps', args, {});
    const { stdout } = await compose(
      ['--profile', '*', 'ps', '--all', '--format', 'table {{.Service}}\t{{.Status}}\t{{.Ports}}'],
      {
        signal,
      },
    );
    process.stdout.write(stdout);
    return 0;
  },
};
