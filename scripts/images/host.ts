import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../cli/user-error.ts';
import { readOsRelease } from '../docker/os-release.ts';
import { run } from '../docker/run.ts';

const remedy = `Connect to an image registry (docker pull must work), or load the images by hand (docker load).
Where there are package registries only, a Debian host on amd64 can build them.`;

/**
 * Refuses hosts where the images cannot be built.
 * @throws UserError on anything but Debian on amd64
 */
export async function assertCanBuild(): Promise<void> {
  const system = await readOsRelease();
  if (process.platform !== 'linux' || process.arch !== 'x64' || system?.id !== 'debian') {
    const here = `${system?.id ?? process.platform} on ${process.arch}`;
    throw new UserError(`No image registry answers, and images cannot be built on ${here}.`, remedy);
  }
}

const firstFile = (paths: readonly (string | undefined)[]): string | undefined =>
  paths.find((path) => path !== undefined && path !== '' && existsSync(path));

/** The certificates that this machine trusts, which may be more than the public ones; undefined when not found. */
export function certificateBundle(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return firstFile([
    environment.SSL_CERT_FILE,
    environment.NODE_EXTRA_CA_CERTS,
    '/etc/ssl/certs/ca-certificates.crt',
    '/etc/pki/tls/certs/ca-bundle.crt',
    '/etc/ssl/cert.pem',
  ]);
}

export const mavenSettings = (): string | undefined => firstFile([join(homedir(), '.m2', 'settings.xml')]);

const goVariables = ['GOPROXY', 'GONOSUMDB', 'GOSUMDB', 'GOPRIVATE'] as const;

/** The host's Go module settings: Go's own word where Go is installed, else the environment's. */
export async function goSettings(signal: AbortSignal): Promise<Record<string, string>> {
  const result = await run('go', ['env', '-json', ...goVariables], { signal });
  const values =
    result.code === 0 ? (JSON.parse(result.stdout) as Record<string, string>) : { ...process.env };
  return Object.fromEntries(goVariables.flatMap((name) => (values[name] ? [[name, values[name]]] : [])));
}

/** The host's index of Python packages, where it has another one than everybody's: the environment's word, else pip's own. */
export async function pipSettings(signal: AbortSignal): Promise<Record<string, string>> {
  const { PIP_INDEX_URL } = process.env;
  if (PIP_INDEX_URL) return { PIP_INDEX_URL };
  const { code, stdout } = await run('pip', ['config', 'get', 'global.index-url'], { signal });
  const configured = stdout.trim();
  return code === 0 && configured !== '' ? { PIP_INDEX_URL: configured } : {};
}

/** The proxy variables that are set; Docker knows them as build arguments and keeps them out of the image. */
export function proxySettings(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value ? [[name, value]] : [];
    }),
  );
}
