import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAptSources } from '../docker/apt-configuration.ts';
import { type AptSource, mainArchive } from '../docker/apt-sources.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check, run } from '../docker/run.ts';

/** Where the machine's user has cloned the repository to. In parts: the checks there look for that path in the files. */
export const checkout = join('/root', 'go-coffee');

const certificates = '/usr/local/share/ca-certificates';

/**
 * The machine's package sources, from the mirrors that the host is configured with: all that a closed network has.
 * Empty when the host has no Debian sources; mmdebstrap's own defaults are used then.
 */
export function machineSources(suite: string, host: readonly AptSource[]): string[] {
  const archive = mainArchive(host, suite) ?? mainArchive(host, 'bookworm') ?? mainArchive(host, 'trixie');
  const uri = archive?.uris[0];
  if (uri === undefined) return [];
  const security = host.find(({ suites }) => suites.some((name) => name.endsWith('-security')))?.uris[0];
  const lines = [`deb ${uri} ${suite} main`, `deb ${uri} ${suite}-updates main`];
  return security === undefined ? lines : [...lines, `deb ${security} ${suite}-security main`];
}

/** The administrator's own apt settings: files of apt.conf.d that no package brought. */
async function localAptSettings(): Promise<string[]> {
  const folder = '/etc/apt/apt.conf.d';
  const files = (await readdir(folder)).map((name) => join(folder, name));
  const owned = await Promise.all(files.map(async (file) => (await run('dpkg', ['-S', file])).code === 0));
  return files.filter((_file, index) => !owned[index]);
}

async function bootstrap(suite: string, root: string, signal: AbortSignal): Promise<void> {
  const settings = await localAptSettings();
  const hooks = settings.map((file) => `--setup-hook=copy-in ${file} /etc/apt/apt.conf.d`);
  const sources = machineSources(suite, await readAptSources());
  const args = ['--variant=minbase', '--include=ca-certificates', ...hooks, suite, root, ...sources];
  await check('mmdebstrap', args, { signal });
}

/** Name servers that a network namespace can reach: a resolver on the host's loopback is not one of them. */
export function reachableResolver(contents: readonly string[]): string {
  const usable = contents.find((content) => /^nameserver (?!127\.)/m.test(content));
  if (usable === undefined) throw new Error('no name server outside the loopback network is configured');
  return usable;
}

async function carryNetworkSettings(root: string): Promise<void> {
  const candidates = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'].filter((path) =>
    existsSync(path),
  );
  const contents = await Promise.all(candidates.map((path) => readFile(path, 'utf8')));
  await writeFile(join(root, 'etc/resolv.conf'), reachableResolver(contents));
  await writeFile(join(root, 'etc/hosts'), '127.0.0.1 localhost bare\n');
}

async function carryCertificates(root: string, signal: AbortSignal): Promise<void> {
  if (!existsSync(certificates)) return;
  await cp(certificates, join(root, certificates), { recursive: true });
  await check('chroot', [root, 'update-ca-certificates'], { signal });
}

/** Registry addresses of npm and pip, if the host has others than the public ones. No credentials. */
async function carryRegistries(root: string, signal: AbortSignal): Promise<void> {
  const { code, stdout } = await run('npm', ['config', 'get', 'registry'], { cwd: '/', signal });
  const registry = stdout.trim();
  if (code === 0 && registry) await writeFile(join(root, 'root/.npmrc'), `registry=${registry}\n`);
  if (existsSync('/etc/pip.conf')) await cp('/etc/pip.conf', join(root, 'etc/pip.conf'));
}

/** Makes a fresh Debian in `root`: no Node, no Docker, no cache; the repository's HEAD is cloned, nothing is set up. */
export async function createRootFilesystem(suite: string, root: string, signal: AbortSignal): Promise<void> {
  await mkdir(root, { recursive: true });
  await bootstrap(suite, root, signal);
  await carryNetworkSettings(root);
  await carryCertificates(root, signal);
  await carryRegistries(root, signal);
  await check('git', ['clone', '--quiet', '--no-hardlinks', repositoryRoot, join(root, checkout)], {
    signal,
  });
}
