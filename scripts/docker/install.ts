import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { say, step } from '../cli/progress.ts';
import type { InstallPlan } from './install-plan.ts';
import { check } from './run.ts';

function announce(plan: InstallPlan): void {
  say('No Docker engine here. Installing it from the distribution (COFFEE_INSTALL_DOCKER=0 forbids it):');
  for (const { path } of plan.files) say(`  write ${path}`);
  say(`  apt-get install ${plan.packages.join(' ')}`);
  say('  start the Docker daemon');
}

async function writeFiles(plan: InstallPlan): Promise<void> {
  for (const { path, content } of plan.files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

/** Carries the plan for Docker out. */
export async function installDocker(plan: InstallPlan, signal: AbortSignal): Promise<void> {
  announce(plan);
  await installPackages(plan, 'Docker', signal);
}

/** Carries a plan out. The files that it wrote are removed again when it fails or is interrupted. */
export async function installPackages(plan: InstallPlan, what: string, signal: AbortSignal): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await writeFiles(plan);
    await step('Reading package lists (apt-get update)', () => check('apt-get', ['update'], { signal, env }));
    const install = ['install', '-y', '--no-install-recommends', ...plan.packages];
    await step(`Downloading ${what} (apt-get install --download-only)`, () =>
      check('apt-get', [...install, '--download-only'], { signal, env }),
    );
    // Not to be interrupted: dpkg would be left half configured.
    await step(`Installing ${what} (apt-get install)`, ({ note }) =>
      check('apt-get', install, {
        env,
        uninterruptible: true,
        onLine: (line) => {
          if (/^(Need to get|Setting up (docker|kubectl))/.test(line)) note(line);
        },
      }),
    );
  } catch (error) {
    await Promise.all(plan.files.map(({ path }) => rm(path, { force: true })));
    throw error;
  }
}
