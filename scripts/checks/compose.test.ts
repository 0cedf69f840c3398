import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parts } from '../../services/bootstrap/parts.ts';
import { repositoryRoot } from '../docker/repository.ts';

const compose = readFileSync(join(repositoryRoot, 'compose.yaml'), 'utf8');

/** The lines of each block of a level, by its name: `  kafka:` and what is indented deeper. */
function blocks(text: string, indent: string): Map<string, string> {
  const parts = text.split(new RegExp(`^${indent}(?=[\\w-]+:)`, 'm')).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf(':')), part]));
}
const top = blocks(compose, '');
const services = [...blocks(top.get('services') ?? '', '  ')];

it('sees the services', () => {
  expect(services.map(([name]) => name)).toEqual(
    expect.arrayContaining(['bootstrap', 'kafka', 'postgres', 'redis', 'producer', 'consumer', 'prometheus']),
  );
});

// Guard: whoever gets into a container finds neither root's rights nor a file system to write to.
describe('a container', () => {
  const [[, dockerApi = ''] = []] = services.filter(([name]) => name === 'docker-api');

  // The one exception: what it lets through, e2e/telemetry/docker-api.test.ts tries.
  it("that has Docker's socket has no network, no other volume and no secret", () => {
    expect(dockerApi).toMatch(/^ {4}<<: \*hardened$/m);
    expect(dockerApi).toMatch(/^ {4}network_mode: none$/m);
    const mounted = [...dockerApi.matchAll(/^ {6}- "?([^"\n]+)"?$/gm)].map(([, mount]) => mount);
    expect(mounted).toEqual([
      './observability/docker-api/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro',
      expect.stringMatching(/:\/var\/run\/docker\.sock$/),
      'docker-api:/run/docker-api',
    ]);
    expect(dockerApi).not.toMatch(/privileged: true|cap_add|secrets/);
  });

  const others = services.filter(([name]) => name !== 'docker-api');
  it.each(others)('of %s is hardened, of a user without rights, and bounded', (name, lines) => {
    expect(lines).toMatch(/^ {4}<<: \*(hardened|service|bootstrap)$/m);
    expect(lines).toMatch(/^ {4}(user: "[1-9]\d*:[1-9]\d*"|<<: \*(service|bootstrap))$/m);
    expect(lines, `${name} has no limit of memory`).toMatch(/^ {4}mem_limit: \d+[mg]$/m);
    expect(lines).not.toMatch(/privileged: true|cap_add|network_mode: host|docker\.sock/);
  });

  it('that is hardened has a read-only root, no capability and no way to new ones', () => {
    const hardened = top.get('x-hardened');
    expect(hardened).toContain('read_only: true');
    expect(hardened).toContain('cap_drop: [ALL]');
    expect(hardened).toContain('no-new-privileges:true');
    expect(top.get('x-service')).toContain('<<: *hardened');
    expect(top.get('x-service')).toMatch(/^ {2}user: "65532:65532"$/m);
  });
});

it.each(services)('%s ends in its own time, and its log does not fill the disk', (name, lines) => {
  const common = /<<: \*(service|bootstrap)$/m.test(lines) ? (top.get('x-service') ?? '') : '';
  const lasts = !/restart: (on-failure|"no")/.test(lines);
  if (lasts) expect(lines + common, name).toMatch(/^ +stop_grace_period: \d+s$/m);
  expect(lines).not.toContain('logging:');
  expect(top.get('x-hardened')).toMatch(
    /logging:\n +driver: json-file\n +options: \{ max-size: 10m, max-file: "3" \}/,
  );
});

// Of a processor that is full: what a client waits for, then what keeps orders, then what may show them late.
it('what a client waits for has more of the processor than what may be late', () => {
  const lasting = services.filter(([, lines]) => !/restart: on-failure|\*bootstrap/.test(lines));
  const sharesOf = (lines: string): string => lines.match(/^ {4}cpu_shares: \*(\w+)$/m)?.[1] ?? '';
  const having = (shares: string): string[] =>
    lasting.flatMap(([name, lines]) => (sharesOf(lines) === shares ? [name] : [])).toSorted();
  expect(having('first')).toEqual(['edge', 'kafka', 'producer', 'redis']);
  expect(having('')).toEqual(['consumer', 'otel-collector', 'postgres']);
  expect(compose).toMatch(/^x-first-cpu-shares: &first 4096\nx-late-cpu-shares: &late 256$/m);
});

it('on Kubernetes what is late has requests half as large', () => {
  const base = join(repositoryRoot, 'k8s/base');
  const requestOf = (name: string): number => {
    const file = ['deployment.yaml', 'stateful-set.yaml']
      .map((kind) => join(base, name, kind))
      .find((path) => existsSync(path));
    // The last one: init containers come before.
    return Number([...readFileSync(file ?? name, 'utf8').matchAll(/requests:\n +cpu: (\d+)m/g)].at(-1)?.[1]);
  };
  const most = (...names: string[]): number => Math.max(...names.map(requestOf));
  const least = (...names: string[]): number => Math.min(...names.map(requestOf));
  expect(least('edge', 'producer', 'kafka', 'postgres', 'consumer')).toBe(100);
  expect(most('streams', 'web3-payment', 'ai-orchestrator', 'console', 'otel-collector', 'prometheus')).toBe(
    50,
  );
});

it('ports are published on this machine only', () => {
  const published = [...compose.matchAll(/"([^"\s]*:)?\$\{\w+_PORT\}:\d+"/g)].map(([port]) => port);
  expect(published.length).toBeGreaterThan(5);
  expect(published.filter((port) => !port.startsWith('"127.0.0.1:'))).toEqual([]);
});

const secretsMount = /([\w-]+)-secrets:\/run\/go-coffee\/secrets(:ro)?/g;
// The model of the profile `llm` and the proxy of Docker's API know nobody.
const withoutSecrets = /^(bootstrap|renewal|ollama|docker-api)$/;
const partNames = parts.filter(({ onlyOn }) => onlyOn === undefined).map(({ name }) => name);

it('every part mounts its own secrets to read them, and nobody else does', () => {
  for (const [name, lines] of services.filter(([name]) => !withoutSecrets.test(name))) {
    const mounted = [...lines.matchAll(secretsMount)].map(([mount]) => mount);
    expect(mounted, name).toEqual([`${name}-secrets:/run/go-coffee/secrets:ro`]);
    expect(lines, name).not.toMatch(/authority:|\/run\/go-coffee\/parts|\*bootstrap$/m);
  }
});

it('bootstrap writes for each part and nobody else writes, and none is a value of the environment', () => {
  const bootstrap = top.get('x-bootstrap') ?? '';
  const written = [...bootstrap.matchAll(/^ {4}- ([\w-]+)-secrets:\/run\/go-coffee\/parts\/([\w-]+)$/gm)];
  expect(written.map(([, volume]) => volume).toSorted()).toEqual(partNames.toSorted());
  expect(written.filter(([, volume, folder]) => volume !== folder)).toEqual([]);
  expect(bootstrap).toContain('network_mode: none');
  const users = services.filter(([, lines]) => lines.includes('<<: *bootstrap\n'));
  expect(users.map(([name]) => name)).toEqual(['bootstrap', 'renewal']);
  const values = compose.match(/^\s*\w*(PASSWORD|SECRET|TOKEN)(_FILE)?:.*$/gm) ?? [];
  expect(values.length).toBeGreaterThan(3);
  expect(values.filter((line) => !/^\s*\w+_FILE: \/run\//.test(line))).toEqual([]);
});

// A volume takes over the owner of the image's folder: without one, bootstrap could not write into it.
it('the image has a folder for each part', () => {
  const dockerfile = readFileSync(join(repositoryRoot, 'images/service/Dockerfile'), 'utf8');
  const [, made = ''] = /&& mkdir ([\w -]+) && cd \.\./.exec(dockerfile) ?? [];
  expect(made.split(' ').toSorted()).toEqual(partNames.toSorted());
});

// Guard: what is up and not well is seen. Collector, Jaeger, Tempo and Loki are asked from outside (docs/adr/0006), and
// nobody waits for renewal.
it('every part that lasts says whether it is well', () => {
  const lasting = services.filter(([, lines]) => !/^ {4}(restart: on-failure|<<: \*bootstrap)$/m.test(lines));
  const askedFromOutside = /^(otel-collector|jaeger|tempo|loki)$/;
  const silent = lasting.filter(
    ([name, lines]) => !askedFromOutside.test(name) && !/^ {4}healthcheck:/m.test(lines),
  );
  expect(lasting.length).toBeGreaterThan(10);
  expect(silent.map(([name]) => name)).toEqual([]);
});
