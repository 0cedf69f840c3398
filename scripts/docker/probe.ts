import { type RunResult, run } from './run.ts';

/** What answers on this machine: versions as the programs print them, undefined where there is none. */
export interface DockerState {
  client?: string;
  /** The engine's version; undefined when none answers, `engineError` then says why. */
  engine?: string;
  engineError?: string;
  compose?: string;
  buildx?: string;
}

interface VersionOutput {
  Client?: { Version?: string } | null;
  Server?: { Version?: string } | null;
}

function parseVersions(stdout: string): VersionOutput {
  try {
    return JSON.parse(stdout) as VersionOutput;
  } catch {
    // Clients older than 17 print no JSON here: treated as no usable Docker.
    return {};
  }
}

function firstVersion({ code, stdout }: RunResult): string | undefined {
  return code === 0 ? /\d+\.\d+(\.\d+)?\S*/.exec(stdout)?.[0] : undefined;
}

/** Asks client, engine and plugins for their versions. Takes about 0.2 s; an engine that hangs is given 15 s. */
export async function probeDocker(signal?: AbortSignal): Promise<DockerState> {
  const options = { timeoutMs: 15_000, ...(signal ? { signal } : {}) };
  const [version, compose, buildx] = await Promise.all([
    run('docker', ['version', '--format', '{{json .}}'], options),
    run('docker', ['compose', 'version', '--short'], options),
    run('docker', ['buildx', 'version'], options),
  ]);
  if (version.code === 127) return { engineError: 'the docker command is missing' };
  const { Client, Server } = parseVersions(version.stdout);
  const composeVersion = firstVersion(compose);
  const buildxVersion = firstVersion(buildx);
  return {
    ...(Client?.Version ? { client: Client.Version } : {}),
    ...(Server?.Version
      ? { engine: Server.Version }
      : { engineError: version.stderr.trim() || 'the Docker engine does not answer' }),
    ...(composeVersion ? { compose: composeVersion } : {}),
    ...(buildxVersion ? { buildx: buildxVersion } : {}),
  };
}
