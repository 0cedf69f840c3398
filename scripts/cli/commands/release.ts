import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../docker/repository.ts';
import { ensureKubectl } from '../../kubernetes/ensure-kubectl.ts';
import { digestOf, pinManifests, released } from '../../release/pin-manifests.ts';
import { readPublished } from '../../release/pins.ts';
import { parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';

export const command: Command = {
  summary: 'Write the manifests of a release, with every image by its digest',
  usage: `Usage: ./coffee release IMAGES

Writes .coffee/release/staging.yaml, production.yaml and tools.yaml: the overlays, with every image named by its digest,
so that what was verified is what is deployed. Ours are named in IMAGES, which the workflow "release" makes:
  [{"name":"service","image":"ghcr.io/…/service@sha256:…"},{"name":"tools",…},{"name":"anvil",…}]
Those of others are looked up in their registries by the tags of .env.`,

  async run(args, signal) {
    const { positionals } = parseFlags('release', args, {}, true);
    const own = readPublished(positionals.join(' '));
    await ensureKubectl(signal);
    const folder = join(repositoryRoot, '.coffee', 'release');
    await mkdir(folder, { recursive: true });
    for (const [name, path] of Object.entries(released)) {
      await writeFile(join(folder, `${name}.yaml`), await pinManifests(path, { own, digestOf, signal }));
    }
    say(`The manifests of a release are in .coffee/release: ${Object.keys(released).join(', ')}.`);
    return 0;
  },
};
