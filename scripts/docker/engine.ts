import { existsSync } from 'node:fs';
import { UserError } from '../cli/user-error.ts';
import { readAptSources } from './apt-configuration.ts';
import { startDaemon } from './daemon.ts';
import { installDocker } from './install.ts';
import { installPlan } from './install-plan.ts';
import { readOsRelease } from './os-release.ts';
import { type DockerState, probeDocker } from './probe.ts';
import { dockerProblems } from './requirements.ts';
import { run } from './run.ts';

type Environment = Record<string, string | undefined>;

const dockerDesktop = 'Install Docker Desktop (https://docs.docker.com/desktop/), start it, then repeat.';
const byHand = `Install Docker Engine 24 or newer with its Compose v2 and Buildx plugins
(https://docs.docker.com/engine/install/), start it, then repeat.`;

function steps(environment: Environment): string {
  if (process.platform !== 'linux') return dockerDesktop;
  const wsl = existsSync('/proc/sys/fs/binfmt_misc/WSLInterop');
  if (wsl)
    return `${dockerDesktop}\nIn its settings, turn on Resources → WSL integration for this distribution.`;
  if (environment.COFFEE_INSTALL_DOCKER === '0')
    return `${byHand}\nCOFFEE_INSTALL_DOCKER=0 keeps ./coffee from doing it.`;
  return `${byHand}\nOn Debian and Ubuntu, sudo ./coffee doctor --fix does this by itself.`;
}

/** Whether we may change the machine: root, and nobody said no. A Docker elsewhere (DOCKER_HOST) is not ours to start. */
function mayChangeMachine(environment: Environment): boolean {
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  return root && environment.COFFEE_INSTALL_DOCKER !== '0' && !environment.DOCKER_HOST;
}

async function isInstalled(signal: AbortSignal): Promise<boolean> {
  return (await run('dockerd', ['--version'], { signal })).code === 0;
}

async function installAndStart(signal: AbortSignal): Promise<void> {
  if (!(await isInstalled(signal))) {
    const system = await readOsRelease();
    const plan = system && installPlan(system, await readAptSources());
    if (!plan) throw new UserError('There is no Docker engine, and no known way to install it here.', byHand);
    await installDocker(plan, signal);
  }
  await startDaemon(signal);
}

function assertUsable(state: DockerState, environment: Environment): void {
  const [first, ...others] = dockerProblems(state);
  if (!first) return;
  const more = others.map(({ message, remedy }) => `\n${message}\n${remedy}`).join('');
  const remedy = first.part === 'engine' && state.client === undefined ? steps(environment) : first.remedy;
  throw new UserError(first.message, `${remedy}${more}`);
}

/**
 * Returns once a Docker engine with Compose v2 and Buildx answers. On Debian and Ubuntu, as root and unless
 * COFFEE_INSTALL_DOCKER=0, a missing engine is installed and a stopped one is started.
 * @throws UserError with the steps to take, where that is not possible or not allowed
 */
export async function ensureEngine(
  signal: AbortSignal,
  environment: Environment = process.env,
): Promise<void> {
  const before = await probeDocker(signal);
  if (before.engine !== undefined || !mayChangeMachine(environment)) {
    assertUsable(before, environment);
    return;
  }
  await installAndStart(signal);
  assertUsable(await probeDocker(signal), environment);
}
