import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import { readVersions } from '../images/ensure.ts';
import { certificateBundle, proxySettings } from '../images/host.ts';

/**
 * Builds the image of our services from the sources as they are; Docker's cache makes it quick when little changed.
 * Compose could build it too (compose.yaml has `build:`), but knows nothing of certificates that only this machine
 * trusts and of proxies.
 *
 * @param onLine called with each line of the build's output, for progress.
 * @param options other sources, under another name; `anew`: without the cache.
 */
export async function buildServiceImage(
  signal: AbortSignal,
  onLine: (line: string) => void,
  options: { readonly folder?: string; readonly tag?: string; readonly anew?: boolean } = {},
): Promise<void> {
  const { folder = repositoryRoot, tag, anew = false } = options;
  const environment = await readVersions();
  const buildArguments = {
    NODE_BUILD_IMAGE: environment.NODE_BUILD_IMAGE,
    NODE_RUNTIME_IMAGE: environment.NODE_RUNTIME_IMAGE,
    // The image's own time, as in compose.yaml: the same sources make the same image.
    SOURCE_DATE_EPOCH: '0',
    ...proxySettings(),
  };
  const bundle = certificateBundle();
  await check(
    'docker',
    [
      // Docker's own builder sees local images, which a builder in a container does not (see scripts/images/build.ts).
      ...['buildx', '--builder=default', 'build', '--load', '--progress=plain'],
      ...(anew ? ['--no-cache'] : []),
      '--file=images/service/Dockerfile',
      `--tag=${tag ?? environment.SERVICE_IMAGE}`,
      ...Object.entries(buildArguments).map(([name, value]) => `--build-arg=${name}=${value}`),
      ...(bundle ? [`--secret=id=ca,src=${bundle}`] : []),
      '.',
    ],
    { cwd: folder, env: { BUILDX_GIT_INFO: 'false' }, signal, onLine },
  );
}
