import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import { findImage } from '../images/catalogue.ts';
import { ensureImages, readVersions } from '../images/ensure.ts';
import { imageVariables } from '../kubernetes/generated-files.ts';
import { buildServiceImage } from '../stack/service-image.ts';

/** Gets or builds every image that k8s/ names. @returns their names */
export async function provideImages(signal: AbortSignal, note: (line: string) => void): Promise<string[]> {
  const { missing } = await ensureImages(['order', 'telemetry'], { signal });
  // What is only pulled, and could not be: no overlay needs it.
  const absent = new Set(
    missing
      .map((name) => findImage(name))
      .filter(({ onlyPulled }) => onlyPulled)
      .map(({ variable }) => variable),
  );
  await buildServiceImage(signal, note);
  const versions = await readVersions({});
  await check(
    'docker',
    [
      ...['buildx', '--builder=default', 'build', '--load', '--progress=plain'],
      '--file=images/service/tools.Dockerfile',
      `--tag=${versions.TOOLS_IMAGE}`,
      `--build-arg=SERVICE_IMAGE=${versions.SERVICE_IMAGE}`,
      '.',
    ],
    { cwd: repositoryRoot, env: { BUILDX_GIT_INFO: 'false' }, signal, onLine: note },
  );
  return imageVariables
    .filter((variable) => !absent.has(variable))
    .map((variable) => versions[variable] ?? '');
}
