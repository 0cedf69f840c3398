import { generatedFiles, staleFiles, writeFiles } from '../../kubernetes/generated-files.ts';
import { parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';

export const command: Command = {
  summary: 'Write what Kubernetes needs from .env and compose.yaml',
  usage: `Usage: ./coffee sync [--check]

.env and compose.yaml are the only places for images, versions and the services' environment. Kustomize can't read
them: this writes k8s/components/images, the compose.env files below k8s/base and observability/kustomization.yaml.

  --check   writes nothing; exit code 1 when a file is not up to date`,

  async run(args, signal) {
    const { values } = parseFlags('sync', args, { check: { type: 'boolean', default: false } });
    const files = await generatedFiles(signal);
    const stale = await staleFiles(files);
    for (const path of stale) console.log(path);
    if (values.check && stale.length > 0) {
      say('These files are not up to date. ./coffee sync writes them.');
      return 1;
    }
    await writeFiles(files, stale);
    say(stale.length > 0 ? `${stale.length} files written.` : 'Everything is up to date.');
    return 0;
  },
};
