import { run } from '../docker/run.ts';
import { type CheckResult, failed, ok } from './result.ts';

/** lockfileVersion 3 needs npm 7. */
const oldestNpm = 7;

/** The bootstrap made sure of Node already; this names which one is in use. */
export function checkNode(version = process.version): CheckResult {
  const [major = 0, minor = 0, patch = 0] = version
    .slice(1)
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  const fits = major * 10_000 + minor * 100 + patch >= 241_101;
  if (fits) return ok('Node', `${version} (${process.execPath})`);
  return failed(
    'Node',
    `${version} is too old`,
    'Call ./coffee instead: it gets Node 24.11.1 or newer by itself.',
  );
}

export function judgeNpm(version: string | undefined): CheckResult {
  if (version === undefined) {
    return failed('npm', 'missing', 'Install it: sudo apt-get install npm; brew install node; nodejs.org');
  }
  if (Number.parseInt(version, 10) >= oldestNpm) return ok('npm', version);
  return failed('npm', `${version} is too old`, `Upgrade it to ${oldestNpm} or newer: npm install -g npm`);
}

export async function checkNpm(signal: AbortSignal): Promise<CheckResult> {
  const { code, stdout } = await run('npm', ['--version'], { signal, timeoutMs: 15_000 });
  return judgeNpm(code === 0 ? stdout.trim() : undefined);
}
