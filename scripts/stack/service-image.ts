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
 * @param options other sources, under another name.
 */
export async function buildServiceImage(
  signal: AbortSignal,
  onLine: (line: string) => void,
  { folder = repositoryRoot, tag }: { readonly folder?: string; readonly tag?: string } = {},
): Promise<void> {
  const environment = await readVersions();
  const buildArguments = {
    NODE_BUILD_IMAGE: environment.NODE_BUILD_IMAGE,
    NODE_RUNTIME_IMAGE: environment.NODE_RUNTIME_IMAGE,
    ...proxySettings(),
  };
  const bundle = certificateBundle();
  await check(
    'docker',
    [
      // Docker's own builder sees local images, which a builder in a container does not (see scripts/images/build.ts).
      ...['buildx', '--builder=default', 'build', '--load', '--progress=plain'],
      '--file=images/service/Dockerfile',
      `--tag=${tag ?? environment.SERVICE_IMAGE}`,
      ...Object.entries(buildArguments).map(([name, value]) => `--build-arg=${name}=${value}`),
      ...(bundle ? [`--secret=id=ca,src=${bundle}`] : []),
      '.',
    ],
    { cwd: folder, env: { BUILDX_GIT_INFO: 'false' }, signal, onLine },
  );
}
