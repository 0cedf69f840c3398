import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isCommandName } from '../cli/commands.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { inspectorPort } from './inspector-port.ts';

const textOf = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const env = parseEnv(textOf('.env'));
const compose = parse(textOf('compose.yaml'), { merge: true }) as {
  services: Record<
    string,
    { command?: string[]; ports?: string[]; develop?: { watch: { action: string; path: string }[] } }
  >;
};
/** As devServices finds them, of the file itself. */
const services = Object.entries(compose.services)
  .filter(([, { command }]) => command?.includes('./platform/telemetry/register.ts'))
  .map(([name]) => name);
const portOf = (name: string): number => {
  const [, variable = ''] = /\$\{(\w+)\}/.exec(compose.services[name]?.ports?.[0] ?? '') ?? [];
  return Number(env[variable]);
};

describe('Visual Studio Code', () => {
  const launch = JSON.parse(textOf('.vscode/launch.json')) as {
    configurations: { name: string; request: string; port?: number; program?: string }[];
    compounds: { configurations: string[] }[];
  };

  it('attaches to each service that ./coffee dev runs, at its port', () => {
    expect(services).toContain('producer');
    const attached = launch.configurations.filter(({ request }) => request === 'attach');
    expect(Object.fromEntries(attached.map(({ name, port }) => [name, port]))).toEqual(
      Object.fromEntries(services.map((name) => [name, inspectorPort(portOf(name))])),
    );
    expect(launch.compounds[0]?.configurations).toEqual(services);
  });

  it('calls commands that exist', () => {
    const files = ['.vscode/launch.json', '.vscode/tasks.json', '.devcontainer/devcontainer.json'];
    const called = files.flatMap((path) =>
      [...textOf(path).matchAll(/\.\/coffee (\w+)/g)].map(([, name]) => name),
    );
    expect(called.length).toBeGreaterThan(2);
    expect(called.filter((name) => !isCommandName(name ?? ''))).toEqual([]);
  });
});

it('a dev container has the Node of everything else, and the ports of the platform', () => {
  const container = JSON.parse(textOf('.devcontainer/devcontainer.json'));
  expect(container.image).toBe(env.NODE_BUILD_IMAGE);
  const ports = Object.entries(env)
    .filter(([name]) => name.endsWith('_PORT'))
    .map(([, port]) => Number(port));
  expect(container.forwardPorts.filter((port: number) => !ports.includes(port))).toEqual([]);
});

it('docker compose watch knows the sources of each service', () => {
  for (const name of services) {
    const watched = compose.services[name]?.develop?.watch.map(({ action, path }) => `${action} ${path}`);
    expect(watched, name).toEqual(
      [`./services/${name}`, './contracts', './platform', './package-lock.json'].map(
        (path) => `rebuild ${path}`,
      ),
    );
  }
});
