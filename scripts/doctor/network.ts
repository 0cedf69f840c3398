import { readdir } from 'node:fs/promises';
import { type CheckResult, note, ok } from './result.ts';

/** Where Debian and Ubuntu keep certificates that an administrator added (update-ca-certificates(8)). */
const localCertificates = '/usr/local/share/ca-certificates';
const registry = 'https://registry-1.docker.io/v2/';

/** Information only: image builds take the host's bundle along by themselves. */
export async function checkPrivateCa(folder = localCertificates): Promise<CheckResult> {
  try {
    const count = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.crt')).length;
    if (count > 0) {
      const several = count === 1 ? 'one' : String(count);
      return note(
        'private CA',
        `${several} in ${folder}: image builds are given this machine's certificates`,
      );
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return ok('private CA', 'none');
}

export function judgeRegistry(status: number | undefined): CheckResult {
  // 401 asks for the anonymous token that every pull gets first.
  if (status === 200 || status === 401) return ok('image registry', 'reachable: images are pulled');
  const why = status === undefined ? 'no answer' : `status ${status}`;
  return note('image registry', `not reachable (${why}): images are built from package registries`);
}

export async function checkRegistry(signal: AbortSignal): Promise<CheckResult> {
  try {
    const response = await fetch(registry, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
    await response.body?.cancel();
    return judgeRegistry(response.status);
  } catch {
    // No name, no route, no answer in time, an untrusted certificate: for a pull they are all the same.
    signal.throwIfAborted();
    return judgeRegistry(undefined);
  }
}
