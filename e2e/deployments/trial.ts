import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { readConnection } from '../../scripts/cluster/connection.ts';
import { type TrialRow, trialsFile } from '../../scripts/deploy/trial-table.ts';
import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { Traffic, verdict } from '../cluster/checks/traffic.ts';

const { kubeconfig, path, context } = (await readConnection()).access;
if (context) throw new Error('Deployments are tried on the cluster of the current context.');
const environment = {
  ...process.env,
  ...(kubeconfig ? { KUBECONFIG: kubeconfig } : {}),
  ...(path ? { PATH: `${path}:${process.env.PATH}` } : {}),
};

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** The script at work. */
export interface Deploying {
  readonly ended: Promise<Ended>;
  /** Resolves when it says so. */
  readonly says: (text: string) => Promise<void>;
  readonly kill: () => void;
}

/** Starts the deployment of a version, briefly watched. */
export function startDeployment(tag: string, ...more: readonly string[]): Deploying {
  const args = ['--environment', 'local', '--image-tag', tag, '--watch', '30s', '--keep', '10s', ...more];
  const child = spawn(join(repositoryRoot, 'scripts', 'deploy-enhanced-platform.sh'), args, {
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of heard) look();
    });
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    output: lines.join('\n'),
  }));
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!lines.some((line) => line.includes(text))) return;
        heard.delete(look);
        resolve();
      };
      heard.add(look);
      look();
      void ended.then(() => reject(new Error(`It ended without "${text}":\n${lines.join('\n')}`)));
    });
  // With all that it has started: kubectl leads a group of its own, and ends by itself.
  const kill = (): void => void (child.pid && process.kill(-child.pid, 'SIGKILL'));
  return { ended, says, kill };
}

export const deployment = (tag: string, ...more: readonly string[]): Promise<Ended> =>
  startDeployment(tag, ...more).ended;

/** Deploys while customers order, and keeps the row of the table. @param work resolves to its outcome, in words */
export async function trial(what: string, work: () => Promise<string>): Promise<void> {
  const traffic = await Traffic.start(4);
  const startedAt = performance.now();
  let outcome: string;
  let failure: unknown;
  try {
    outcome = await work();
  } catch (error) {
    outcome = 'failed';
    failure = error;
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const { traffic: said, reconcile, wrongAnswers } = await traffic.stopAndReconcile();
  const accepted = Number(/^Answers +(\d+) accepted/m.exec(said)?.[1] ?? 0);
  const sentAgain = Number(/(\d+) sent again/.exec(said)?.[1] ?? 0);
  process.stderr.write(`    ${what}: ${outcome} after ${seconds} s\n${said}\n${verdict(reconcile)}\n`);
  await keep({ what, outcome, seconds, accepted, wrongAnswers, sentAgain, reconcile: verdict(reconcile) });
  if (failure) throw failure;
  expect(verdict(reconcile), reconcile).toMatch(/^0 lost, 0 duplicated, 0 stuck/);
  expect(wrongAnswers, said).toBe(0);
  expect(sentAgain, said).toBe(0);
}

async function keep(row: TrialRow): Promise<void> {
  await mkdir(dirname(trialsFile), { recursive: true });
  const known = JSON.parse(await readFile(trialsFile, 'utf8').catch(() => '[]')) as TrialRow[];
  await writeFile(trialsFile, JSON.stringify([...known.filter(({ what }) => what !== row.what), row]));
}
