import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import { debianBase, findImage, type ImageSpec, required, type Versions } from './catalogue.ts';
import { contentLabel, imageLabel } from './content-hash.ts';
import { buildDebianBase } from './debian-base.ts';
import { certificateBundle, goSettings, mavenSettings, pipSettings, proxySettings } from './host.ts';
import { type ScratchFolder, scratchFolder } from './scratch-folder.ts';

/** Where the build folders are. */
export const imagesFolder = join(repositoryRoot, 'images');

const flags = (flag: string, values: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [flag, `${name}=${value}`]));

const secrets = (files: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(files).flatMap(([id, file]) => (file ? ['--secret', `id=${id},src=${file}`] : []));

/** Fetches packages with the host's npm (its registry, its credentials) and checks them as `npm install` would. */
async function fetchNpmPackages(
  packages: Readonly<Record<string, string>>,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  for (const [name, specifier] of Object.entries(packages)) {
    const args = ['pack', specifier, '--json', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = await check('npm', args, { cwd: repositoryRoot, signal });
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    if (!packed) throw new Error(`npm pack ${specifier} made no file.`);
    await rename(join(folder, packed.filename), join(folder, `${name}.tgz`));
  }
}

/** A build context with the npm packages, for the Dockerfiles that ask for one. */
async function packagesContext(
  image: ImageSpec,
  versions: Versions,
  scratch: ScratchFolder,
  signal: AbortSignal,
): Promise<string[]> {
  if (!image.npmPackages) return [];
  await fetchNpmPackages(image.npmPackages(versions), scratch.path, signal);
  return ['--build-context', `packages=${scratch.path}`];
}

/**
 * Builds one image, whose parents are there, and tags it. The tag appears when the image is complete: an interrupted
 * build leaves nothing but layers in BuildKit's cache, which the next one uses.
 * @throws RunError with the end of the build's output
 */
export async function buildImage(
  image: ImageSpec,
  versions: Versions,
  hash: string,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const reference = required(versions, image.variable);
  const labels = { [contentLabel]: hash, [imageLabel]: image.name };
  const folder = join(imagesFolder, image.name);
  if (image.name === debianBase) {
    await buildDebianBase(folder, reference, labels, signal, onLine);
    return;
  }
  const parents = image.parents.map((name) => findImage(name).variable);
  await using scratch = await scratchFolder();
  const args = [
    // Docker's own builder sees local images, which a builder in a container (`docker buildx use`) does not.
    ...['buildx', '--builder', 'default', 'build', '--load', '--progress', 'plain', '--tag', reference],
    ...flags('--label', labels),
    ...flags('--build-arg', Object.fromEntries(parents.map((name) => [name, required(versions, name)]))),
    ...flags('--build-arg', { ...image.args?.(versions), ...proxySettings() }),
    ...(image.name === 'golang' ? flags('--build-arg', await goSettings(signal)) : []),
    ...(image.fromPython ? flags('--build-arg', await pipSettings(signal)) : []),
    ...secrets({ ca: certificateBundle(), 'maven-settings': mavenSettings() }),
    ...(await packagesContext(image, versions, scratch, signal)),
    folder,
  ];
  await check('docker', args, { signal, onLine });
}
