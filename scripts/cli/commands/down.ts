import { rm } from 'node:fs/promises';
import { stopAgent } from '../../console-agent/agent-process.ts';
import { compose } from '../../docker/compose.ts';
import { check, run as execute } from '../../docker/run.ts';
import { contentLabel } from '../../images/content-hash.ts';
import { readVersions } from '../../images/ensure.ts';
import { parseFlags } from '../../stack/flags.ts';
import { journals } from '../../traffic/journal-path.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { authorityFile } from './trust.ts';

/** Images carry a label when they were built here; our services' image is built from the sources. */
async function removeBuiltImages(signal: AbortSignal): Promise<void> {
  const { stdout } = await check('docker', ['image', 'ls', '--quiet', '--filter', `label=${contentLabel}`], {
    signal,
  });
  const service = (await readVersions()).SERVICE_IMAGE;
  const ids = [...new Set([...stdout.split('\n').filter((id) => id !== ''), ...(service ? [service] : [])])];
  // A failure of one (never built, used by another project) is no reason to keep the others.
  for (const id of ids) {
    const { code, stderr } = await execute('docker', ['image', 'rm', '--force', id], { signal });
    if (code !== 0) say(`  ${stderr.trim()}`);
  }
}

async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseFlags('down', args, {
    volumes: { type: 'boolean', default: false },
    images: { type: 'boolean', default: false },
  });
  // First: what it broke on purpose is mended while its containers are there.
  await stopAgent(signal);
  await step('Stopping the platform and removing its containers and networks', () =>
    compose(['--profile', '*', 'down', '--remove-orphans', ...(values.volumes ? ['--volumes'] : [])], {
      signal,
    }),
  );
  if (values.images) await step('Removing the images that were built here', () => removeBuiltImages(signal));
  // Whom to trust of a stack that is gone, and what its orders would be compared with.
  if (values.volumes)
    for (const path of [authorityFile, journals]) await rm(path, { recursive: true, force: true });
  const kept = [
    ...(values.volumes ? [] : ['the data (--volumes removes it)']),
    ...(values.images ? [] : ['the images (--images)']),
  ];
  say(
    `Containers and networks are gone${values.volumes ? ', and so are the data and the journals of its traffic' : ''}.${
      kept.length > 0 ? ` Kept: ${kept.join(', ')}.` : ''
    } ./coffee up starts ${values.volumes ? 'anew' : 'again'}.`,
  );
  return 0;
}

export const command: Command = {
  summary: 'Stop it and remove what it made (--volumes: the data as well)',
  usage:
    'Usage: ./coffee down [--volumes] [--images]\n\n  --volumes  remove the data: orders, topics, metrics, the secrets that bootstrap made, and the journals of ./coffee traffic\n  --images   remove the images that were built here; what was pulled or loaded stays, and so do .coffee/ and Docker',
  run,
};
