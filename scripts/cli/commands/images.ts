import { ensureEngine } from '../../docker/engine.ts';
import { catalogue, findImage, type Group, groups, required } from '../../images/catalogue.ts';
import { ensureImages, readVersions } from '../../images/ensure.ts';
import { releasedImages } from '../../release/released-images.ts';
import { parseFlags } from '../../stack/flags.ts';
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

/** The images of others, by the names that registries have them under. */
async function upstreamImages(wanted: readonly Group[]): Promise<string[]> {
  const versions = await readVersions();
  return catalogue
    .filter(({ group, own }) => group !== undefined && wanted.includes(group) && !own)
    .map(({ variable }) => required(versions, variable));
}

async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseFlags(
    'images',
    args,
    { list: { type: 'boolean', default: false }, released: { type: 'string' } },
    true,
  );
  const wanted = parseGroups(positionals);
  if (values.list) {
    const released = values.released === undefined ? [] : await releasedImages(values.released);
    console.log(JSON.stringify([...new Set([...(await upstreamImages(wanted)), ...released])]));
    return 0;
  }
  await ensureEngine(signal);
  const { ready, missing } = await ensureImages(wanted, { signal });
  say(`${ready.length} images are there${missing.length > 0 ? `, without ${missing.join(', ')}` : ''}.`);
  // What can't be built can't be had everywhere: that is no failure.
  return missing.some((name) => !findImage(name).onlyPulled) ? 1 : 0;
}

export const command: Command = {
  summary: 'Pull the images, or build them where there is no image registry',
  usage: `Usage: ./coffee images [--list [--released=FOLDER]] [group …]

--list prints the images of others as JSON, and gets none; --released adds what the manifests of a release in a folder name,
ours among them.
Groups: ${groups.join(', ')} (all of them unless told). COFFEE_IMAGES=pull|build|auto decides where they come from.`,
  run,
};
