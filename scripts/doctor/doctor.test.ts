import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { judgeClock } from './clock.ts';
import { checkDocker } from './docker.ts';
import { judgeRegistry } from './network.ts';
import { checkPorts, portsOf } from './ports.ts';
import { availableMemory, judgeDisk, judgeMemory } from './resources.ts';
import { type CheckResult, gibibyte } from './result.ts';
import { table, verdict } from './table.ts';
import { checkNode, judgeNpm } from './tool-chain.ts';

const docker = { client: '26.1.5', engine: '26.1.5', compose: '2.26.1', buildx: '0.13.1' };
const now = Date.parse('2026-01-02T03:04:05Z');

/** Every failure must name its remedy: that is what the command is for. */
function expectFailure(result: CheckResult | undefined, remedy: RegExp): void {
  expect(result).toMatchObject({ status: 'failed', remedy: expect.stringMatching(remedy) });
}

describe('tool chain', () => {
  test.each([
    ['v24.11.0', 'failed'],
    ['v24.11.1', 'ok'],
    ['v26.0.0', 'ok'],
  ])('Node %s: %s', (version, status) => expect(checkNode(version).status).toBe(status));

  test('npm: missing, too old, good', () => {
    expectFailure(judgeNpm(undefined), /apt-get install npm/);
    expectFailure(judgeNpm('6.14.0'), /npm install/);
    expect(judgeNpm('9.2.0').status).toBe('ok');
  });
});

describe('Docker', () => {
  test('all three parts are named', () => {
    expect(checkDocker(docker).map(({ name, status }) => [name, status])).toEqual([
      ['Docker engine', 'ok'],
      ['Docker Compose', 'ok'],
      ['Docker Buildx', 'ok'],
    ]);
  });

  test('an engine that is too old fails with the way to a newer one', () => {
    expectFailure(checkDocker({ ...docker, engine: '20.10.24' })[0], /Upgrade/);
  });
});

describe('resources', () => {
  test('memory below 4 GiB fails, unless our own stack uses it', () => {
    expectFailure(judgeMemory(3 * gibibyte, false), /4 GiB/);
    expect(judgeMemory(3 * gibibyte, true).status).toBe('ok');
    expect(judgeMemory(5 * gibibyte, false).status).toBe('ok');
  });

  test('disk below 15 GiB fails', () => {
    expectFailure(judgeDisk(14 * gibibyte, '/var/lib/docker', false), /prune/);
    expect(judgeDisk(16 * gibibyte, '/var/lib/docker', false).status).toBe('ok');
  });

  test('reads the available memory of /proc/meminfo', () => {
    expect(availableMemory('MemTotal:  100 kB\nMemAvailable:   50 kB\n')).toBe(51_200);
  });
});

describe('ports', () => {
  test('come from .env, overridden by the environment', () => {
    const ports = portsOf('# PRODUCER_PORT=1\nPRODUCER_PORT=8080\nKAFKA_PORT=9094\nLOG_LEVEL=info\n', {
      KAFKA_PORT: '19094',
    });
    expect(ports).toEqual([
      { variable: 'PRODUCER_PORT', number: 8080 },
      { variable: 'KAFKA_PORT', number: 19_094 },
    ]);
  });

  test('a taken port fails and names the variable to change', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const signal = new AbortController().signal;
    const [result] = await checkPorts([{ variable: 'PRODUCER_PORT', number: port }], 'some-project', signal);
    expectFailure(result, /PRODUCER_PORT=\d+ \.\/coffee up/);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('clock', () => {
  test('agrees with the engine within seconds', () =>
    expect(judgeClock(now, now - 900, now - 1e6).status).toBe('ok'));
  test('drift of the engine fails', () =>
    expectFailure(judgeClock(now, now - 120_000, undefined), /restart/));
  test('a time before the last commit fails', () =>
    expectFailure(judgeClock(now, now, now + 1e6), /timedatectl/));
});

test('a closed network is no failure', () => {
  expect(judgeRegistry(undefined).status).toBe('note');
  expect(judgeRegistry(401).status).toBe('ok');
});

test('the table aligns names and puts each remedy below its failure', () => {
  const results: CheckResult[] = [
    { name: 'Node', status: 'ok', detail: 'v24' },
    { name: 'memory', status: 'failed', detail: '1 GiB', remedy: 'Buy some.' },
  ];
  expect(table(results)).toBe('✓ Node    v24\n✗ memory  1 GiB\n          → Buy some.');
  expect(verdict(results)).toMatch(/^1 of 2 checks failed/);
});
