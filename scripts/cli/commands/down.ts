import { parseArgs } from 'node:util';
import { compose } from '../../docker/compose.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';

async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { volumes: { type: 'boolean', default: false }, images: { type: 'boolean', default: false } },
  });
  await step('Stopping the platform and removing its containers and networks', () =>
    compose(
      [
        '--profile',
        '*',
        'down',
        '--remove-orphans',
        ...(values.volumes ? ['--volumes'] : []),
        ...(values.images ? ['--rmi', 'all'] : []),
      ],
      { signal },
    ),
  );
  say(
    values.volumes
      ? 'Everything is gone, the data as well. ./coffee up starts anew.'
      : 'Containers and networks are gone, the data is kept (--volumes removes it). ./coffee up starts again.',
  );
  return 0;
}

export const command: Command = {
  summary: 'Stop it and remove what it made (--volumes: the data as well)',
  usage:
    'Usage: ./coffee down [--volumes] [--images]\n\n  --volumes  remove the data: orders, topics, metrics, and the secrets that bootstrap made\n  --images   remove the images as well',
  run,
};
