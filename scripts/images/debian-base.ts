/** The base of every image: a minimal Debian, made by mmdebstrap from the mirror that this machine is configured with. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../cli/user-error.ts';
import { readAptSources } from '../docker/apt-configuration.ts';
import { type AptSource, mainArchive } from '../docker/apt-sources.ts';
import { readOsRelease } from '../docker/os-release.ts';
import { check, run } from '../docker/run.ts';
import { scratchFolder } from './scratch-folder.ts';

/** apt's settings that hold for every machine behind the same mirror. */
const inherited = /^(Acquire::(?:Check-Valid-Until|Check-Date|https?::Proxy)) "(.+)";$/;

/** A mirror list of Debian's cloud images names the mirrors in a file that exists on the host only. */
async function resolveMirror(uri: string): Promise<string> {
  const [, list] = /^mirror\+file:(?:\/\/)?(\/.+)$/.exec(uri) ?? [];
  if (!list) return uri;
  return (await readFile(list, 'utf8')).split(/\s+/)[0] ?? uri;
}

/** The one-line sources of another suite on the mirrors that serve this machine's own suite. */
export function suiteLines(sources: readonly AptSource[], codename: string, suite: string): string[] {
  const archive = mainArchive(sources, suite) ?? mainArchive(sources, codename);
  const security = mainArchive(sources, `${suite}-security`) ?? mainArchive(sources, `${codename}-security`);
  const line = (source: AptSource | undefined, name: string): string[] =>
    source?.uris[0] ? [`deb ${source.uris[0]} ${name} main`] : [];
  return [
    ...line(archive, suite),
    ...line(archive, `${suite}-updates`),
    ...line(security, `${suite}-security`),
  ];
}

async function sourceLines(suite: string): Promise<string[]> {
  const codename = (await readOsRelease())?.codename ?? '';
  const lines = suiteLines(await readAptSources(), codename, suite);
  if (lines.length === 0) {
    throw new UserError(
      'No Debian mirror is configured on this machine.',
      'Name one in /etc/apt/sources.list.d (sources.list(5)), then repeat.',
    );
  }
  return Promise.all(
    lines.map(async (line) => {
      const [type, uri = '', ...rest] = line.split(' ');
      return [type, await resolveMirror(uri), ...rest].join(' ');
    }),
  );
}

async function inheritedOptions(signal: AbortSignal): Promise<string[]> {
  const { stdout } = await check('apt-config', ['dump'], { signal });
  return stdout
    .split('\n')
    .flatMap((line) => (inherited.test(line) ? [`--aptopt=${line.slice(0, -1)}`] : []));
}

async function ensureMmdebstrap(signal: AbortSignal, onLine: (line: string) => void): Promise<void> {
  if ((await run('mmdebstrap', ['--version'], { signal })).code === 0) return;
  if (process.getuid?.() !== 0) {
    throw new UserError('mmdebstrap is not installed.', 'Run: sudo apt-get install mmdebstrap, then repeat.');
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await check('apt-get', ['update'], { signal, onLine, env });
  await check('apt-get', ['install', '-y', '--no-install-recommends', 'mmdebstrap'], { signal, onLine, env });
}

/**
 * Builds and tags the base image.
 * @param folder the build folder: `mmdebstrap.args` has the arguments of mmdebstrap, one a line
 */
export async function buildDebianBase(
  folder: string,
  reference: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  await ensureMmdebstrap(signal, onLine);
  const lines = (await readFile(join(folder, 'mmdebstrap.args'), 'utf8')).split('\n');
  const fixed = lines.filter((line) => line !== '' && !line.startsWith('#'));
  await using scratch = await scratchFolder();
  const archive = join(scratch.path, 'root.tar');
  const suite = reference.slice(reference.lastIndexOf(':') + 1);
  const options = [...fixed, ...(await inheritedOptions(signal))];
  await check('mmdebstrap', [...options, suite, archive, ...(await sourceLines(suite))], { signal, onLine });
  const changes = Object.entries(labels).flatMap(([name, value]) => ['--change', `LABEL ${name}=${value}`]);
  await check('docker', ['import', '--change', 'CMD ["bash"]', ...changes, archive, reference], { signal });
}
