import { parseArgs } from 'node:util';
import { ensureEngine } from '../../docker/engine.ts';
import { findImage, type Group, groups } from '../../images/catalogue.ts';
import { ensureImages } from '../../images/ensure.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';
import { UserError } from '../user-error.ts';

function parseGroups(names: readonly string[]): readonly Group[] {
  if (names.length === 0) return groups;
  return names.map((name) => {
    const group = groups.find((known) => known === name);
    if (group) return group;
    throw new UserError(`There is no group of images "${name}".`, `Groups: ${groups.join(', ')}`);
  });
}

async function run(args: string[], signal: AbortSignal): Promise<number> {
  const wanted = parseGroups(parseArgs({ args, options: {}, allowPositionals: true }).positionals);
  await ensureEngine(signal);
  const { ready, missing } = await ensureImages(wanted, { signal });
  say(`${ready.length} images are there${missing.length > 0 ? `, without ${missing.join(', ')}` : ''}.`);
  // What can't be built can't be had everywhere: that is no failure.
  return missing.some((name) => !findImage(name).onlyPulled) ? 1 : 0;
}

export const command: Command = {
  summary: 'Pull the images, or build them where there is no image registry',
  usage: `Usage: ./coffee images [group …]

Groups: ${groups.join(', ')} (all of them unless told). COFFEE_IMAGES=pull|build|auto decides where they come from.`,
  run,
};
