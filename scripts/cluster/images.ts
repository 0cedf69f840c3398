import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import { catalogue } from '../images/catalogue.ts';
import { ensureImages, readVersions } from '../images/ensure.ts';
import { imageVariables } from '../kubernetes/image-variables.ts';
import { buildServiceImage } from '../stack/service-image.ts';

/** Gets or builds every image that the overlays need. @returns their names */
export async function provideImages(signal: AbortSignal, note: (line: string) => void): Promise<string[]> {
  await ensureImages(['order', 'telemetry'], { signal });
  // What is only pulled is a component's: no overlay needs it.
  const onlyPulled = new Set(catalogue.filter((image) => image.onlyPulled).map(({ variable }) => variable));
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
    .filter((variable) => !onlyPulled.has(variable))
    .map((variable) => versions[variable] ?? '');
}
