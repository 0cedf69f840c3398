import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probeDocker } from '../docker/probe.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { checkClock } from './clock.ts';
import { checkDocker, type EngineInfo, engineInfo, engineToCome } from './docker.ts';
import { checkPrivateCa, checkRegistry } from './network.ts';
import { checkPorts, ownStackRuns, portsOf } from './ports.ts';
import { checkDisk, checkMemory } from './resources.ts';
import type { CheckResult } from './result.ts';
import { checkNode, checkNpm } from './tool-chain.ts';

type Environment = Record<string, string | undefined>;

async function checkResources(info: EngineInfo | undefined, running: boolean): Promise<CheckResult[]> {
  return info ? Promise.all([checkMemory(info, running), checkDisk(info, running)]) : [];
}

/** Runs all checks, side by side. */
export async function examine(signal: AbortSignal, environment: Environment): Promise<CheckResult[]> {
  const dotenv = await readFile(join(repositoryRoot, '.env'), 'utf8');
  const inDotenv = /^COMPOSE_PROJECT_NAME=(.+)$/m.exec(dotenv)?.[1] ?? 'go-coffee';
  const project = environment.COMPOSE_PROJECT_NAME ?? inDotenv;
  const [state, info, running] = await Promise.all([
    probeDocker(signal),
    engineInfo(signal),
    ownStackRuns(project, signal),
  ]);
  const results = await Promise.all([
    checkNode(),
    checkNpm(signal),
    checkDocker(state),
    checkResources(info ?? engineToCome, running),
    checkPorts(portsOf(dotenv, environment), project, signal),
    checkClock(info?.SystemTime, signal),
    checkPrivateCa(),
    checkRegistry(signal),
  ]);
  return results.flat();
}
