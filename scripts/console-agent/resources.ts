import { z } from 'zod';
import type { AgentResource, resourceAction } from '#contracts/http/console-agent.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { compose, tryCompose } from '../docker/compose.ts';
import { check } from '../docker/run.ts';

/** Of `docker container inspect`, what is shown. */
const inspected = z.array(
  z.object({
    RestartCount: z.int(),
    Config: z.object({
      Image: z.string(),
      Env: z.array(z.string()).nullable(),
      Labels: z.record(z.string(), z.string()),
    }),
    State: z.object({
      Status: z.string(),
      StartedAt: z.string(),
      Health: z.object({ Status: z.string() }).nullish(),
    }),
    NetworkSettings: z.object({
      Ports: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable()),
    }),
  }),
);

const masked = '••••';
const secretName = /secret|password|passwd|token|credential|private|(^|_)key(_|$)/i;
/** A password in an address: `postgres://coffee:beans@…`. */
const inAddress = /(:\/\/[^:/@\s]*:)[^@\s]+@/g;

/** What a container is configured with; names of files with secrets are shown, secrets are not. */
export function maskedEnvironment(variables: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    variables.map((variable) => {
      const at = variable.indexOf('=');
      const [name, value] = [variable.slice(0, at), variable.slice(at + 1)];
      const hidden = secretName.test(name) && !name.endsWith('_FILE') && value !== '';
      return [name, hidden ? masked : value.replaceAll(inAddress, `$1${masked}@`)];
    }),
  );
}

/** What `docker container inspect` says of the containers of a stack, by their names. @throws ZodError */
export function toResources(document: unknown): AgentResource[] {
  const found = inspected.parse(document).map(({ RestartCount, Config, State, NetworkSettings }) => {
    const ports = Object.values(NetworkSettings.Ports).flatMap((bound) => bound ?? []);
    return {
      name: Config.Labels['com.docker.compose.service'] ?? 'unknown',
      image: Config.Image,
      state: State.Status,
      health: State.Health?.Status ?? null,
      restarts: RestartCount,
      // Docker's time of what was never started is in the year 1.
      startedAt: State.StartedAt.startsWith('0001') ? null : State.StartedAt,
      ports: [...new Set(ports.map(({ HostPort }) => Number(HostPort)))],
      environment: maskedEnvironment(Config.Env ?? []),
    };
  });
  return found.toSorted((a, b) => a.name.localeCompare(b.name));
}

/** The containers of the Compose stack. */
export interface Resources {
  list(signal: AbortSignal): Promise<AgentResource[]>;
  /** @throws AppError `not-found` for what is no part of the stack. */
  act(name: string, action: z.infer<typeof resourceAction>, signal: AbortSignal): Promise<void>;
}

export const composeResources: Resources = {
  async list(signal) {
    const { stdout } = await tryCompose(['--profile', '*', 'ps', '--all', '--quiet'], { signal });
    const ids = stdout.split('\n').filter((line) => line !== '');
    if (ids.length === 0) return [];
    const { stdout: document } = await check('docker', ['container', 'inspect', ...ids], { signal });
    return toResources(JSON.parse(document));
  },
  async act(name, action, signal) {
    const known = await this.list(signal);
    if (!known.some((resource) => resource.name === name))
      throw new AppError('not-found', `The stack has no part "${name}".`);
    await compose(['--profile', '*', action, name], { signal });
  },
};
