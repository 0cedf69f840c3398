import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import { certificateBundle, proxySettings } from '../images/host.ts';

/**
 * Builds the image of our services from the sources as they are; Docker's cache makes it quick when little changed.
 * Compose could build it too (compose.yaml has `build:`), but knows nothing of certificates that only this machine
 * trusts and of proxies.
 *
 * @param onLine called with each line of the build's output, for progress.
 */
export async function buildServiceImage(signal: AbortSignal, onLine: (line: string) => void): Promise<void> {
  const environment = parseEnv(await readFile(join(repositoryRoot, '.env'), 'utf8'));
  const buildArguments = {
    NODE_BUILD_IMAGE: environment.NODE_BUILD_IMAGE,
    NODE_RUNTIME_IMAGE: environment.NODE_RUNTIME_IMAGE,
    ...proxySettings(),
  };
  const bundle = certificateBundle();
  await check(
    'docker',
    [
      'build',
      '--progress=plain',
      '--file=images/service/Dockerfile',
      `--tag=${environment.SERVICE_IMAGE}`,
      ...Object.entries(buildArguments).map(([name, value]) => `--build-arg=${name}=${value}`),
      ...(bundle ? [`--secret=id=ca,src=${bundle}`] : []),
      '.',
    ],
    { cwd: repositoryRoot, env: { DOCKER_BUILDKIT: '1', BUILDX_GIT_INFO: 'false' }, signal, onLine },
  );
}
