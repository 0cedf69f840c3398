import { z } from 'zod';
import { say } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { readAptSources } from '../docker/apt-configuration.ts';
import { installPackages } from '../docker/install.ts';
import { kubectlPlan } from '../docker/install-plan.ts';
import { readOsRelease } from '../docker/os-release.ts';
import { run } from '../docker/run.ts';

/** Its Kustomize (5.x) knows all that k8s/ uses. */
const oldestMinor = 27;

const remedy =
  'Install it: https://kubernetes.io/docs/tasks/tools/ (Debian 13: apt-get install kubectl; macOS: brew install kubectl).';

/** The minor version of the kubectl that is in PATH; undefined when there is none that answers. */
async function kubectlMinor(signal: AbortSignal): Promise<number | undefined> {
  const { code, stdout } = await run('kubectl', ['version', '--client', '--output', 'json'], { signal });
  if (code !== 0) return undefined;
  const { clientVersion } = z
    .object({ clientVersion: z.object({ minor: z.string() }) })
    .parse(JSON.parse(stdout));
  return Number.parseInt(clientVersion.minor, 10);
}

/**
 * Makes sure that there is a kubectl: on Debian, as root, from the distribution.
 * @throws UserError where it can't be had that way
 */
export async function ensureKubectl(signal: AbortSignal): Promise<void> {
  const minor = await kubectlMinor(signal);
  if (minor !== undefined && minor >= oldestMinor) return;
  if (minor !== undefined)
    throw new UserError(`kubectl 1.${minor} is too old; 1.${oldestMinor} is the oldest that works.`, remedy);
  const system = await readOsRelease();
  const plan = system && process.getuid?.() === 0 ? kubectlPlan(system, await readAptSources()) : undefined;
  if (!plan) throw new UserError('There is no kubectl here.', remedy);
  say(`No kubectl here. Installing it from the distribution (apt-get install ${plan.packages.join(' ')}).`);
  await installPackages(plan, 'kubectl', signal);
}
