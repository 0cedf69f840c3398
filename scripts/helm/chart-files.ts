import { glob } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { platformVersion } from '../contracts/platform-version.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { readVersions } from '../images/ensure.ts';
import { imageVariables } from '../kubernetes/image-variables.ts';
import { overlays } from '../kubernetes/manifests.ts';
import { type Objects, overlayObjects } from './overlay-objects.ts';
import { smokeTest } from './smoke-test.ts';
import { templateOf, templatePath } from './templates.ts';
import { chartValues, valueChanges, valuesOf } from './values.ts';

/** The chart, from the repository's root. */
export const chartFolder = 'helm/go-coffee-platform';

/** Below these everything is generated, but for what is written by hand. */
const generatedFolders = ['templates', 'files', 'ci'];
const handwritten: readonly string[] = ['templates/_helpers.tpl', 'templates/NOTES.txt'];

/** In the version of YAML that Helm reads: `off` is no text there. */
const yaml = (content: unknown): string => stringify(content, { version: '1.1' });

const origin = '# Written by ./coffee sync from k8s/overlays; do not edit.\n';

/** `otel-collector` by the image that `.env` calls OTEL_COLLECTOR_IMAGE. */
async function imageNames(): Promise<ReadonlyMap<string, string>> {
  const versions = await readVersions({});
  const name = (variable: string): string =>
    variable
      .replace(/_IMAGE$/, '')
      .toLowerCase()
      .replaceAll('_', '-');
  return new Map(imageVariables.map((variable) => [versions[variable] ?? '', name(variable)]));
}

/** Overlays differ in values and in optional objects; each has all that the chart's own values leave. */
function mustContain(objects: Objects, others: Objects, overlay: string): void {
  const missing = [...others.keys()].filter((id) => !objects.has(id));
  if (missing.length > 0)
    throw new Error(
      `overlays/${overlay} has ${missing.join(', ')}, which overlays/production has not. ` +
        'The chart is made of the latter: give it an option there (scripts/helm/templates.ts).',
    );
}

/** All that is generated of the chart: contents by path from the repository's root. */
export async function chartFiles(signal?: AbortSignal): Promise<Map<string, string>> {
  const [rendered, images, version, smoke] = await Promise.all([
    Promise.all(overlays.map(async (overlay) => [overlay, await overlayObjects(overlay, signal)] as const)),
    imageNames(),
    platformVersion(),
    smokeTest(signal),
  ]);
  const all = new Map(rendered);
  const production = all.get('production') ?? new Map();
  const values = valuesOf(production, images);
  const files = new Map<string, string>();
  const put = (path: string, content: string): void => void files.set(`${chartFolder}/${path}`, content);

  const manifests = [...production.values()];
  const maps = manifests.filter(({ kind }) => kind === 'ConfigMap');
  const copies = new Map<string, string>();
  for (const manifest of manifests)
    put(`templates/${templatePath(manifest)}`, `${origin}${templateOf(manifest, images, maps, copies)}`);
  for (const manifest of smoke)
    put(
      `templates/tests/${manifest.metadata.name}.${manifest.kind.toLowerCase()}.yaml`,
      `${origin}${templateOf(manifest, images, [], copies)}`,
    );
  for (const [path, content] of copies) put(path, content);

  put('Chart.yaml', `${origin}${yaml(chart(version))}`);
  put('values.yaml', `${origin}${yaml(values)}`);
  put(
    'values.schema.json',
    `${JSON.stringify(z.toJSONSchema(chartValues, { target: 'draft-7' }), null, 2)}\n`,
  );
  for (const [overlay, objects] of all) {
    mustContain(production, objects, overlay);
    const changes = valueChanges(values, valuesOf(objects, images));
    put(`ci/${overlay}-values.yaml`, `${origin}${yaml(changes)}`);
  }
  return files;
}

const chart = (version: string) => ({
  apiVersion: 'v2',
  name: 'go-coffee-platform',
  description: 'Go Coffee: an event-driven platform on Kafka, PostgreSQL and Redis, with its telemetry',
  type: 'application',
  version,
  appVersion: version,
  kubeVersion: '>=1.29.0-0',
});

/** Files of the chart that nothing generates any more. */
export async function obsoleteFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const root = join(repositoryRoot, chartFolder);
  const obsolete: string[] = [];
  for await (const entry of glob(`{${generatedFolders}}/**`, { cwd: root, withFileTypes: true })) {
    const path = relative(root, join(entry.parentPath, entry.name));
    if (!entry.isFile() || handwritten.includes(path)) continue;
    if (!files.has(`${chartFolder}/${path}`)) obsolete.push(`${chartFolder}/${path}`);
  }
  return obsolete;
}
