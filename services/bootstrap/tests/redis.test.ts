import { Redis } from 'ioredis';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { createRedis, pingRedis } from '#platform/redis/redis.ts';
import { VersionedCache } from '#platform/redis/versioned-cache.ts';
import { image, prepareRuntime, startupTimeoutMs } from '#platform/testing/containers.ts';
import { poll } from '#platform/testing/poll.ts';
import { recordingLog } from '#platform/testing/recording-log.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { TlsIdentity } from '#platform/tls/identity.ts';
import { Bootstrapped, userWithOurGroup } from './bootstrapped.ts';

const script = (name: string) => ({
  source: new URL(`../../../infrastructure/redis/${name}`, import.meta.url).pathname,
  target: `/etc/go-coffee/${name}`,
  mode: 'ro' as const,
});

let made: Bootstrapped;
let container: StartedTestContainer;
let server: { readonly host: string; readonly port: number };
beforeAll(async () => {
  prepareRuntime();
  made = await Bootstrapped.create();
  container = await new GenericContainer(image('REDIS_IMAGE'))
    .withStartupTimeout(startupTimeoutMs)
    .withUser(userWithOurGroup(999))
    .withEntrypoint(['sh', '/etc/go-coffee/start.sh'])
    .withCommand(['redis-server', '--save', ''])
    .withEnvironment({ TLS_RELOAD_INTERVAL: '0.2' })
    .withBindMounts([
      { source: made.folderOf('redis'), target: '/run/go-coffee/secrets', mode: 'ro' },
      script('start.sh'),
      script('health.sh'),
    ])
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage('Ready to accept connections tls'))
    .start();
  server = { host: container.getHost(), port: container.getMappedPort(6379) };
});
afterAll(async () => {
  await container?.stop();
  await made?.[Symbol.asyncDispose]();
});

/** A connection as a service has it. */
async function connect(
  user: 'producer' | 'consumer' | 'streams' | 'web3-payment' | 'ai-orchestrator',
  tls: TlsIdentity | undefined = made.identityOf(user),
) {
  const { log, lines } = recordingLog();
  const password = await made.passwordOf(user, `${user}-redis-password`);
  const redis = createRedis({ ...server, username: user, password, name: user, tls }, log);
  return Object.assign(redis, { lines, [Symbol.dispose]: () => redis.disconnect() });
}

const answers = (redis: Redis): Promise<true> =>
  poll(() => pingRedis(redis).then(() => true as const), { what: 'Redis to answer' });
const errorsOf = (lines: readonly Readonly<Record<string, unknown>>[]): string[] =>
  lines.map(({ error }) => String(error)).filter((error) => error !== 'undefined');
/** On a busy machine a time-out may come first. */
const complaint = (lines: Parameters<typeof errorsOf>[0], pattern: RegExp): Promise<string> =>
  poll(
    () => {
      const errors = errorsOf(lines);
      return errors.find((error) => pattern.test(error)) ?? Promise.reject(new Error(errors.join('; ')));
    },
    { what: 'the error' },
  );

it('is healthy as its own check sees it', async () => {
  expect((await container.exec(['sh', '/etc/go-coffee/health.sh'])).exitCode).toBe(0);
  expect((await container.exec(['sh', '/etc/go-coffee/health.sh', 'get', 'order:1'])).exitCode).not.toBe(0);
});

it('refuses plaintext', async () => {
  const { log, lines } = recordingLog();
  const redis = createRedis({ ...server, username: 'producer', password: 'any', name: 'test' }, log);
  // Reset, closed in order, or told by a TLS alert (record type 21): as what is between them lets through.
  await complaint(lines, /ECONNRESET|closed|EPIPE|RESP type 21/i);
  // Nobody has looked at the password.
  expect(errorsOf(lines).filter((error) => /WRONGPASS|NOAUTH/.test(error))).toEqual([]);
  redis.disconnect();
});

it('is refused by a client that knows another authority', async () => {
  await using theirs = await TestAuthority.create();
  using redis = await connect('producer', TlsIdentity.open(await theirs.folder()));
  await complaint(redis.lines, /unable to|self-signed|issuer/);
});

it('has no user without a name', async () => {
  const redis = new Redis({ ...server, tls: made.identityOf('producer').clientOptions(), lazyConnect: true });
  redis.on('error', () => undefined);
  await redis.connect().catch(() => undefined);
  await expect(redis.call('ping')).rejects.toThrow(/NOAUTH|closed/i);
  redis.disconnect();
});

/** What a service may do in Redis that only counts requests there. */
const onlyCounting = {
  allowed: [['ping']],
  refused: [
    ['get', 'order-view:1'],
    ['get', 'analytics-live'],
    ['set', 'order:1', 'x'],
    ['get', 'rate-limit:identity:ada'],
    ['del', 'rate-limit:identity:ada'],
    ['eval', "return redis.call('SET', KEYS[1], 'x')", '1', 'order-view:1'],
    ['keys', '*'],
    ['flushall'],
    ['config', 'set', 'maxmemory', '1'],
  ],
} as const;

/** What each user needs, and what it must not: commands as a client would send them. */
const rights = {
  producer: {
    allowed: [
      ['set', 'order:1', 'x', 'PX', '1000', 'NX', 'GET'],
      ['get', 'order-view:1'],
      ['set', 'menu:loading:1', '1', 'PX', '1000', 'NX'],
      ['del', 'order:1'],
    ],
    refused: [
      ['get', 'rate-limit:identity:ada'],
      ['del', 'rate-limit:identity:ada'],
      ['get', 'session:1'],
      ['keys', '*'],
      ['flushall'],
      ['config', 'get', '*'],
      ['acl', 'list'],
      ['client', 'list'],
      ['eval', "return redis.call('KEYS', '*')", '0'],
      ['eval', "return redis.call('GET', 'session:1')", '0'],
      ['shutdown'],
    ],
  },
  consumer: {
    allowed: [['ping'], ['eval', "return redis.call('SET', KEYS[1], 'x')", '1', 'order-view:1']],
    refused: [
      ['get', 'order-view:1'],
      ['set', 'order:1', 'x'],
      ['del', 'order-view:1'],
      ['get', 'menu:latest'],
      ['incrby', 'rate-limit:identity:ada', '1'],
      ['keys', '*'],
      ['flushall'],
      ['config', 'set', 'maxmemory', '1'],
    ],
  },
  streams: {
    allowed: [
      ['get', 'analytics-live'],
      ['eval', "return redis.call('SET', KEYS[1], 'x')", '1', 'analytics-live'],
    ],
    refused: [
      ['get', 'order-view:1'],
      ['set', 'order:1', 'x'],
      ['keys', '*'],
      ['flushall'],
      ['config', 'set', 'maxmemory', '1'],
    ],
  },
  'web3-payment': onlyCounting,
  'ai-orchestrator': onlyCounting,
} as const;

// Guard: the users' rules.
it.each(['producer', 'consumer', 'streams', 'web3-payment', 'ai-orchestrator'] as const)(
  'lets %s do what it needs and nothing else',
  async (user) => {
    using redis = await connect(user);
    await answers(redis);
    for (const [command, ...args] of rights[user].allowed) await redis.call(command, ...args);
    for (const [command, ...args] of rights[user].refused) {
      await expect(redis.call(command, ...args), `${command} ${args.join(' ')}`).rejects.toThrow(
        /NOPERM|no permissions|can't run this command|ACL failure/i,
      );
    }
  },
);

// Guard: without the right to count each replica would count for itself, and nobody would see it.
it('counts requests for all services together', async () => {
  await using connections = new AsyncDisposableStack();
  let remaining = 10;
  for (const user of ['producer', 'streams', 'web3-payment', 'ai-orchestrator'] as const) {
    const redis = connections.use(await connect(user));
    await answers(redis);
    remaining -= 1;
    const limiter = createRateLimiter({ requestsPerMinute: 10, redis });
    expect(await limiter.take('identity:ada')).toMatchObject({ remaining });
  }
});

it('serves the hot views of both services', async () => {
  using producer = await connect('producer');
  using consumer = await connect('consumer');
  await Promise.all([answers(producer), answers(consumer)]);
  await new VersionedCache(producer).put({ key: 'order-view:7', version: 1 }, 'body', 10_000);
  expect(await new VersionedCache(producer).get('order-view:7')).toBe('body');
  await new VersionedCache(consumer).invalidate([{ key: 'order-view:7', version: 2 }], 10_000);
  expect(await new VersionedCache(producer).get('order-view:7')).toBeUndefined();
});

it('takes new certificates and users while it runs, and keeps its connections', async () => {
  using before = await connect('producer');
  await answers(before);
  await made.run('authority');
  await made.run('authority');
  // Only the new authority is known to this one.
  const [current] = made.identityOf('redis').material.ca.split(/(?<=-----END CERTIFICATE-----\n)/);
  const identity = TlsIdentity.of({ ...made.identityOf('producer').material, ca: current ?? '' });
  using after = await connect('producer', identity);
  await answers(after);
  const users = (await made.store.read('redis', 'secrets')) ?? {};
  const acl = (users['redis-users.acl'] ?? '').replace(/^user consumer .*\n/m, '');
  await made.store.put('redis', 'secrets', { ...users, 'redis-users.acl': acl });
  using gone = await connect('consumer');
  await poll(() => gone.lines.some(({ error }) => /WRONGPASS/.test(String(error))), { what: 'a user to go' });
  await pingRedis(before);
});
