import { Cluster } from '../../cluster/cluster.ts';
import { readConnection } from '../../cluster/connection.ts';
import { chartFiles, obsoleteFiles } from '../../helm/chart-files.ts';
import { componentOrder, writeCombination } from '../../kubernetes/combinations.ts';
import { generatedFiles, removeFiles, staleFiles, writeFiles } from '../../kubernetes/generated-files.ts';
import { overlayPath, overlays, renderManifests } from '../../kubernetes/manifests.ts';
import { reduceOpenApi, schemasFile, schemasText } from '../../kubernetes/schemas.ts';
import { parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';

/** The schemas of every kind that is used below k8s/, as the running API server describes them. */
async function schemasOfCluster(signal: AbortSignal): Promise<string> {
  const all = await writeCombination([...componentOrder]);
  const folders = [...overlays.map(overlayPath), 'k8s/overlays/restore', 'k8s/tools', all];
  const rendered = await Promise.all(folders.map((folder) => renderManifests(folder, signal)));
  const kinds = new Set(rendered.flat().map(({ apiVersion, kind }) => `${apiVersion}/${kind}`));
  const cluster = new Cluster((await readConnection()).access);
  const { stdout } = await cluster.kubectl(['get', '--raw', '/openapi/v2'], { signal });
  return schemasText(reduceOpenApi(JSON.parse(stdout), kinds));
}

export const command: Command = {
  summary: 'Write what Kubernetes and Helm need from .env and compose.yaml',
  usage: `Usage: ./coffee sync [--check]

.env and compose.yaml are the only places for images, versions and the services' environment. Kustomize can't read
them: this writes k8s/components/images, the compose.env files below k8s/base and observability/kustomization.yaml,
and then the Helm chart from k8s/overlays.

  --check    writes nothing; exit code 1 when a file is not up to date
  --schemas  also writes k8s/schemas from the API server of ./coffee cluster up, for a new version of Kubernetes`,

  async run(args, signal) {
    const { values } = parseFlags('sync', args, {
      check: { type: 'boolean', default: false },
      schemas: { type: 'boolean', default: false },
    });
    const files = await generatedFiles(signal);
    if (values.schemas) files.set(schemasFile, await schemasOfCluster(signal));
    const stale = await staleFiles(files);
    for (const path of stale) console.log(path);
    if (!values.check) await writeFiles(files, stale);
    // Made of the overlays, and so of what was just written.
    const chart = await chartFiles(signal);
    const [staleChart, obsolete] = await Promise.all([staleFiles(chart), obsoleteFiles(chart)]);
    for (const path of [...staleChart, ...obsolete]) console.log(path);
    const count = stale.length + staleChart.length + obsolete.length;
    if (values.check && count > 0) {
      say('These files are not up to date. ./coffee sync writes them.');
      return 1;
    }
    await writeFiles(chart, staleChart);
    await removeFiles(obsolete);
    say(count > 0 ? `${count} files written.` : 'Everything is up to date.');
    return 0;
  },
};
