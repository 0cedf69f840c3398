import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StartedTestContainer } from 'testcontainers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis } from '#platform/testing/containers.ts';
import { poll } from '#platform/testing/poll.ts';
import { check } from '../../docker/run.ts';
import type { Fault } from '../fault.ts';
import { type ActiveFault, inject } from '../inject.ts';
import { ensureInjectorImage } from '../injector-image.ts';
import { linksOf } from '../links.ts';
import { FaultRecords } from '../records.ts';
import { probeScript } from '../slow-disk.ts';
import { inspect, type Target } from '../target.ts';
import { clearFaults, undoAbandoned } from '../undo.ts';
import { RedisConnection } from './redis-client.ts';

const { signal } = new AbortController();
const project = 'fault-test';
const parts = new AsyncDisposableStack();
let container: StartedTestContainer;
let target: Target;
let image: string;
let folder: string;
let records: FaultRecords;

beforeAll(async () => {
  image = await ensureInjectorImage(signal);
  container = await startRedis();
  parts.defer(async () => void (await container.stop()));
  target = { service: 'redis', project, containerId: container.getId(), links: linksOf('redis') };
});
afterAll(() => parts.disposeAsync());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
  records = new FaultRecords(folder);
});
afterEach(async () => {
  await clearFaults(project, records);
  await rm(folder, { recursive: true });
});

/** The published port; a container that was started anew has another one. */
async function port(): Promise<number> {
  const { stdout } = await check('docker', ['port', container.getId(), '6379/tcp']);
  return Number(stdout.split('\n')[0]?.split(':').at(-1));
}
const open = async (): Promise<RedisConnection> => RedisConnection.open(await port());
const make = (fault: Fault, on = target): Promise<ActiveFault> =>
  inject({ target: on, fault, lastsMs: 60_000, image, signal, records });

/** What the fault left in the container's network, and the injectors that still run. */
async function leftovers(containerId = container.getId()): Promise<string> {
  const script = 'iptables -w -S; iptables -w -t nat -S; ss -Hltn "( sport = :8474 or sport = :20000 )"';
  const options = ['--rm', '--network', `container:${containerId}`, '--cap-add', 'NET_ADMIN', '--user', '0'];
  const { stdout } = await check('docker', ['run', ...options, '--entrypoint', 'sh', image, '-c', script]);
  const injectors = await check('docker', [
    'ps',
    '--quiet',
    '--filter',
    `label=dev.gocoffee.fault=${project}`,
  ]);
  return (
    stdout
      .split('\n')
      .filter((line) => /GOCOFFEE|LISTEN/.test(line))
      .join('\n') + injectors.stdout.trim()
  );
}

async function expectMended(): Promise<void> {
  expect(await leftovers()).toBe('');
  expect(await records.all()).toEqual([]);
  using connection = await open();
  // Sooner than with any delay that is made here; on a busy machine not the first time.
  await poll(
    async () => {
      const startedAt = performance.now();
      expect(await connection.ask('PING')).toBe('+PONG');
      return performance.now() - startedAt < 250;
    },
    { what: 'answers without a delay' },
  );
}

describe('latency', () => {
  it('delays answers, and sends connections that are open already through the proxy', async () => {
    using before = await open();
    const fault = await make({ kind: 'latency', delayMs: 400, jitterMs: 0 });
    await before.ended();
    using connection = await open();
    const startedAt = performance.now();
    expect(await connection.ask('PING')).toBe('+PONG');
    expect(performance.now() - startedAt).toBeGreaterThan(390);
    await fault.undo();
    // Who is idle must hear of it as well.
    await poll(() => connection.closed, { what: 'the end of the connection' });
    await expectMended();
  });
});

describe('reset', () => {
  it('breaks connections again and again', async () => {
    const fault = await make({ kind: 'reset', share: 1, afterMs: 100 });
    for (let round = 0; round < 3; round += 1) {
      const broken = async (): Promise<void> => {
        using connection = await open();
        await connection.ended();
        throw new Error('ended');
      };
      await expect(broken()).rejects.toThrow('ended');
    }
    await fault.undo();
    await expectMended();
  });
});

describe('cut', () => {
  it('lets requests have their effect and cuts the answers', async () => {
    using direct = await open();
    await direct.ask('SET cut:count 0');
    const fault = await make({ kind: 'cut', bytes: 40 });
    using connection = await open();
    // "+OK" of AUTH has 5 bytes, each answer ":1" 4 of them: eight fit.
    for (let round = 0; round < 20; round += 1) connection.send('INCR cut:count');
    await connection.ended();
    const answered = connection.answers.filter((answer) => answer.startsWith(':')).length;
    await fault.undo();
    using after = await open();
    after.send('GET cut:count');
    await poll(() => after.answers.length >= 3);
    expect(answered).toBeLessThan(10);
    expect(Number(after.answers[2])).toBeGreaterThan(answered);
    await expectMended();
  });
});

describe('partition', () => {
  it('lets connections hang, which go on afterwards', async () => {
    using connection = await open();
    const fault = await make({ kind: 'partition' });
    await expect(connection.ask('PING', 1_500)).rejects.toThrow('no answer in time');
    expect(connection.closed).toBe(false);
    await fault.undo();
    await poll(() => connection.answers.includes('+PONG'), { what: 'the answer that hung' });
    await expectMended();
  });
});

describe('outgoing connections', () => {
  it('of a container are broken, and not those of others', async () => {
    const network = `fault-test-${process.pid}`;
    const names = { server: `${network}-server`, client: `${network}-client` };
    const { stdout } = await check('docker', ['inspect', '--format', '{{.Config.Image}}', container.getId()]);
    const run = (name: string, ...more: string[]) =>
      check('docker', ['run', '--detach', '--rm', '--name', name, '--network', network, ...more]);
    await check('docker', ['network', 'create', network]);
    try {
      const redis = stdout.trim();
      await run(names.server, '--network-alias', 'redis', redis, 'redis-server', '--protected-mode', 'no');
      const client = await run(names.client, '--user', '999:999', redis, 'sleep', '600');
      const ping = async (): Promise<number> => {
        const startedAt = performance.now();
        const answer = await check('docker', ['exec', names.client, 'redis-cli', '-h', 'redis', 'ping']);
        expect(answer.stdout).toContain('PONG');
        return performance.now() - startedAt;
      };
      await poll(async () => (await ping()) > 0);
      const service = {
        service: 'client',
        project,
        containerId: client.stdout.trim(),
        links: linksOf('client'),
      };
      const fault = await make({ kind: 'latency', delayMs: 2_000, jitterMs: 0 }, service);
      expect(await ping()).toBeGreaterThan(2_000);
      await fault.undo();
      await poll(async () => (await ping()) < 2_000, { what: 'answers without a delay' });
      expect(await leftovers(names.client)).toBe('');
    } finally {
      for (const name of Object.values(names)) await check('docker', ['rm', '--force', name]);
      await check('docker', ['network', 'rm', network]);
    }
  });
});

describe('signals', () => {
  it('freeze a container and let it go on', async () => {
    using connection = await open();
    const fault = await make({ kind: 'pause' });
    await expect(connection.ask('PING', 500)).rejects.toThrow('no answer in time');
    await fault.undo();
    await poll(() => connection.answers.includes('+PONG'));
    expect(await records.ended()).toMatchObject([{ id: fault.record.id, service: 'redis', kind: 'pause' }]);
    await expectMended();
  });

  it('kill a container and start it again', async () => {
    using connection = await open();
    const fault = await make({ kind: 'kill' });
    await connection.ended();
    await poll(async () => (await inspect(container.getId()))?.running === false);
    await fault.undo();
    await poll(async () => (await open()) !== undefined);
    await expectMended();
  });
});

describe('a slow disk', () => {
  it('makes every write wait, and is as fast as before afterwards', async () => {
    const seconds = async (): Promise<number> =>
      Number((await check('docker', ['exec', container.getId(), 'sh', '-c', probeScript('/data')])).stdout);
    const before = await seconds();
    const fault = await make({ kind: 'slow-disk', writesPerSecond: 10 });
    expect(await seconds()).toBeGreaterThan(before + 0.3);
    await fault.undo();
    await poll(async () => (await seconds()) < 0.3, { what: 'the disk to be as fast as before' });
    await expectMended();
  });
});

describe('whatever happens', () => {
  it('a second fault on the same container is refused', async () => {
    const fault = await make({ kind: 'partition' });
    await expect(make({ kind: 'kill' })).rejects.toThrow('has a fault already');
    await fault.undo();
    await fault.undo();
    await expectMended();
  });

  it('a fault whose process was killed is undone by the next command', async () => {
    const script = fileURLToPath(new URL('./hold-fault.ts', import.meta.url));
    const child = spawn(process.execPath, [script, container.getId(), folder, image]);
    await once(child.stdout, 'data');
    await expect(open()).rejects.toThrow();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await undoAbandoned(records)).toBe(1);
    await expectMended();
  });

  it('a fault ends with its injector, when nobody else is left', async () => {
    const { record } = await make({ kind: 'partition' });
    await check('docker', ['stop', '--time', '20', record.injector?.name ?? '']);
    using connection = await open();
    expect(await connection.ask('PING')).toBe('+PONG');
  });

  it('a fault is undone although its injector was killed', async () => {
    const fault = await make({ kind: 'latency', delayMs: 100, jitterMs: 0 });
    await check('docker', ['rm', '--force', fault.record.injector?.name ?? '']);
    await expect(open()).rejects.toThrow();
    await fault.undo();
    await expectMended();
  });

  it('a fault that can not be made leaves nothing behind', async () => {
    const impossible: Fault = { kind: 'latency', delayMs: Number.NaN, jitterMs: 0 };
    await expect(make(impossible)).rejects.toThrow();
    expect(await records.ended()).toEqual([]);
    await expectMended();
  });
});
