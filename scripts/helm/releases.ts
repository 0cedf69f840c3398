import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platformVersion } from '../contracts/platform-version.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import { type Manifest, parseManifests } from '../kubernetes/manifests.ts';
import { chartFolder } from './chart-files.ts';
import { helmProgram } from './helm-program.ts';
import { idOf } from './overlay-objects.ts';

const releasesFolder = join(repositoryRoot, 'helm', 'released');

/** What the API server lets nobody change, by kind: an upgrade that does fails halfway. */
const immutable: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['selector'],
  StatefulSet: ['selector', 'serviceName', 'podManagementPolicy', 'volumeClaimTemplates'],
  Service: ['clusterIP'],
  PersistentVolumeClaim: ['accessModes', 'storageClassName', 'volumeMode'],
};

/** A released chart, as far as an upgrade from it depends on it. */
export interface ChartRelease {
  readonly version: string;
  /** A file with all of its values, which `helm upgrade --reuse-values` would bring along. */
  readonly values: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The fields of each object that can't be changed, by `<object>: <field>`. */
export function immutableFields(manifests: readonly Manifest[]): Record<string, unknown> {
  return Object.fromEntries(
    manifests.flatMap((manifest) =>
      (immutable[manifest.kind] ?? []).flatMap((field) => {
        const value = (manifest.spec as Record<string, unknown>)[field];
        return value === undefined || value === null ? [] : [[`${idOf(manifest)}: ${field}`, value]];
      }),
    ),
  );
}

export async function chartReleases(): Promise<ChartRelease[]> {
  const versions = await readdir(releasesFolder);
  return Promise.all(
    versions.map(async (version) => {
      const folder = join(releasesFolder, version);
      const fields = JSON.parse(await readFile(join(folder, 'immutable.json'), 'utf8'));
      return { version, values: join(folder, 'values.yaml'), fields };
    }),
  );
}

/** Keeps what later versions must be able to come from. @returns the version */
export async function releaseChart(signal: AbortSignal): Promise<string> {
  const version = await platformVersion();
  const folder = join(releasesFolder, version);
  const chart = join(repositoryRoot, chartFolder);
  const { stdout } = await check(
    await helmProgram(signal),
    ['template', 'go-coffee', chart, '--skip-tests'],
    {
      signal,
    },
  );
  await mkdir(folder, { recursive: true });
  const fields = JSON.stringify(immutableFields(parseManifests(stdout)), null, 2);
  await writeFile(join(folder, 'immutable.json'), `${fields}\n`);
  await writeFile(join(folder, 'values.yaml'), await readFile(join(chart, 'values.yaml')));
  return version;
}
