import { compose } from '../../docker/compose.ts';
import type { Command } from '../commands.ts';

export const command: Command = {
  summary: 'List the running services and their health',
  usage: 'Usage: ./coffee ps',
  async run(_args, signal) {
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
