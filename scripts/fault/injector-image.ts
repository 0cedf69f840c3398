import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { step } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import { findImage, required } from '../images/catalogue.ts';
import { contentLabel, digest, imageLabel } from '../images/content-hash.ts';
import { ensureImages, readVersions } from '../images/ensure.ts';
import { certificateBundle, proxySettings } from '../images/host.ts';
import { findLocalImage } from '../images/local-image.ts';
import { planImage } from '../images/plan.ts';

const name = 'fault-injector';
const folder = join(repositoryRoot, 'images', name);
const files = ['Dockerfile', 'injector.sh'];

/**
 * Makes the image that faults need, unless it is there.
 * @returns its name
 * @throws UserError when an image that it starts from can't be had
 */
export async function ensureInjectorImage(signal: AbortSignal): Promise<string> {
  const versions = await readVersions();
  const reference = required(versions, 'FAULT_INJECTOR_IMAGE');
  const parents = ['NODE_BUILD_IMAGE', findImage('toxiproxy').variable].map((variable): [string, string] => [
    variable,
    required(versions, variable),
  ]);
  const contents = files.map(
    async (file): Promise<[string, Buffer]> => [file, await readFile(join(folder, file))],
  );
  const wanted = digest([...parents, ...(await Promise.all(contents))]);
  if (planImage(await findLocalImage(name, reference, signal), wanted) === 'use') return reference;
  const { missing } = await ensureImages(['order', 'test'], { signal });
  if (missing.includes('toxiproxy')) {
    throw new UserError('Toxiproxy, which breaks connections, is missing.', './coffee images test says why.');
  }
  const bundle = certificateBundle();
  await step(`Building ${reference}`, () =>
    check(
      'docker',
      [
        ...['buildx', '--builder=default', 'build', '--load', '--progress=plain', `--tag=${reference}`],
        `--label=${contentLabel}=${wanted}`,
        `--label=${imageLabel}=${name}`,
        ...[...parents, ...Object.entries(proxySettings())].map(
          ([key, value]) => `--build-arg=${key}=${value}`,
        ),
        ...(bundle ? [`--secret=id=ca,src=${bundle}`] : []),
        folder,
      ],
      { signal },
    ),
  );
  return reference;
}
