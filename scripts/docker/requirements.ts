import type { DockerState } from './probe.ts';

/** A part of Docker, with what is wrong with it and how to put that right. */
export interface DockerProblem {
  part: 'engine' | 'compose' | 'buildx';
  message: string;
  remedy: string;
}

/** Compose 2.20 brought `include` and `up --wait` for one-shot services; engine 24 the BuildKit that both need. */
const oldest = { engine: [24, 0], compose: [2, 20] } as const;

const documentation = 'https://docs.docker.com/engine/install/';

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return foundMajor < major || (foundMajor === major && foundMinor < minor);
}

function engineProblem({ engine, engineError = '' }: DockerState): DockerProblem | undefined {
  const part = 'engine' as const;
  if (engine === undefined && /permission denied/i.test(engineError)) {
    const remedy = 'sudo usermod -aG docker "$USER", then log out and in again (or run ./coffee as root).';
    return { part, message: 'You may not talk to the Docker engine.', remedy };
  }
  if (engine === undefined) {
    const remedy = `Start Docker (Docker Desktop; sudo systemctl start docker), or install it: ${documentation}`;
    return { part, message: `No Docker engine answers: ${engineError}`, remedy };
  }
  if (!isOlder(engine, oldest.engine)) return undefined;
  return {
    part,
    message: `Docker engine ${engine} is too old; 24.0 is the oldest that works.`,
    remedy: `Upgrade it: ${documentation}. On Debian 12, remove docker.io and run ./coffee up as root: it installs a newer one.`,
  };
}

function composeProblem({ compose }: DockerState): DockerProblem | undefined {
  if (compose !== undefined && !isOlder(compose, oldest.compose)) return undefined;
  return {
    part: 'compose',
    message: compose
      ? `Docker Compose ${compose} is too old; 2.20 is the oldest that works.`
      : 'Docker Compose v2 is missing ("docker compose"; the old "docker-compose" v1 does not count).',
    remedy:
      'Install the plugin: docker-compose-plugin from docker.com, docker-compose-v2 on Ubuntu, docker-compose on Debian 13.',
  };
}

function buildxProblem({ buildx }: DockerState): DockerProblem | undefined {
  if (buildx !== undefined) return undefined;
  return {
    part: 'buildx',
    message: 'Docker Buildx is missing ("docker buildx").',
    remedy:
      'Install the plugin: docker-buildx-plugin from docker.com, docker-buildx on Debian 13 and on Ubuntu.',
  };
}

/** Everything that keeps this Docker from running the platform; empty when nothing does. */
export function dockerProblems(state: DockerState): DockerProblem[] {
  return [engineProblem(state), composeProblem(state), buildxProblem(state)].filter(
    (found) => found !== undefined,
  );
}
