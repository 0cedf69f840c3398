import { randomUUID } from 'node:crypto';
import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ordersTopic, topics } from '#contracts/topics.ts';
import { ensureAcls } from '#platform/kafka/acls.ts';
import { ensureTopics } from '#platform/kafka/topics.ts';
import { image, startupTimeoutMs } from '#platform/testing/containers.ts';
import { poll } from '#platform/testing/poll.ts';
import { userWithOurGroup } from '../../services/bootstrap/tests/bootstrapped.ts';
import { acls } from '../../services/migrate/acls.ts';
import { copyOf, mirrorAcls } from '../../services/migrate/mirror-acls.ts';
import { type SecuredKafka, startSecuredKafka } from '../security/secured-kafka.ts';

/** Two regions with an authority each; eu copies from us. */
let eu: SecuredKafka;
let us: SecuredKafka;
let mirror: StartedTestContainer;
const copy = copyOf('us', ordersTopic.name);

async function prepare({ clientOf }: SecuredKafka, other: string): Promise<void> {
  const admin = clientOf('migrate').admin();
  await admin.connect();
  await ensureTopics(admin, topics, 1);
  await ensureAcls(admin, [...acls, ...mirrorAcls(other)]);
  await admin.disconnect();
}

async function topicsOf({ clientOf }: SecuredKafka): Promise<string[]> {
  const admin = clientOf('migrate').admin();
  await admin.connect();
  try {
    return (await admin.listTopics()).filter((name) => !name.startsWith('__')).toSorted();
  } finally {
    await admin.disconnect();
  }
}

function startMirror(): Promise<StartedTestContainer> {
  const folder = new URL('../../infrastructure/mirror-maker', import.meta.url).pathname;
  return new GenericContainer(image('KAFKA_IMAGE'))
    .withStartupTimeout(startupTimeoutMs)
    .withUser(userWithOurGroup(1000))
    .withNetworkMode('host')
    .withCommand(['bash', '/etc/go-coffee/start.sh'])
    .withEnvironment({
      REGION: 'eu',
      KAFKA_BROKERS: eu.broker,
      MIRRORED_REGION: 'us',
      MIRRORED_BROKERS: us.broker,
      TLS_RELOAD_INTERVAL: '0.5',
      KAFKA_HEAP_OPTS: '-Xms64m -Xmx256m',
    })
    .withBindMounts([
      { source: folder, target: '/etc/go-coffee', mode: 'ro' },
      { source: eu.parts.folderOf('mirror-maker'), target: '/run/go-coffee/secrets', mode: 'ro' },
      { source: us.parts.folderOf('mirror-maker'), target: '/run/go-coffee/mirrored-secrets', mode: 'ro' },
    ])
    .withTmpFs({ '/tmp': 'mode=1777' })
    .start();
}

beforeAll(async () => {
  [eu, us] = await Promise.all([startSecuredKafka(), startSecuredKafka()]);
  await Promise.all([prepare(eu, 'us'), prepare(us, 'eu')]);
  mirror = await startMirror();
});
afterAll(async () => {
  await mirror?.stop();
  await Promise.all([eu?.[Symbol.asyncDispose](), us?.[Symbol.asyncDispose]()]);
});

async function logOfMirror(): Promise<string> {
  const lines: string[] = [];
  const stream = await mirror.logs();
  stream.on('data', (line) => lines.push(String(line)));
  return lines.slice(-30).join('');
}

test('what is written far is copied near under its name, with key and headers, and nothing is written far', async () => {
  const before = await topicsOf(us);
  const producer = us.clientOf('producer').producer();
  await producer.connect();
  const [key, id] = [randomUUID(), randomUUID()];
  const messages = [{ key, value: '{}', headers: { ce_id: id } }];
  // A broker takes new rights some moments after it has answered that it has them.
  await poll(() => producer.send({ topic: ordersTopic.name, acks: -1, messages }), {
    what: 'the right to write',
    deadlineMs: 30_000,
  });
  await producer.disconnect();

  await poll(async () => (await topicsOf(eu)).includes(copy), {
    what: `the topic ${copy}; MirrorMaker says:\n${await logOfMirror()}`,
    deadlineMs: 90_000,
  });
  const consumer = eu.clientOf('migrate').consumer({ groupId: `coffee-${randomUUID()}` });
  const seen: { key: string | undefined; id: string }[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: copy, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) =>
      void seen.push({ key: message.key?.toString(), id: String(message.headers?.ce_id) }),
  });
  await poll(() => seen.length > 0, { what: 'the copy', deadlineMs: 60_000 });
  await consumer.disconnect();
  expect(seen).toEqual([{ key, id }]);
  expect(await topicsOf(us)).toEqual(before);
}, 240_000);

// Guard: whoever copies orders can place none.
test('MirrorMaker may write to no topic that a service reads', async () => {
  const producer = eu.clientOf('mirror-maker').producer({ retry: { retries: 0 } });
  await producer.connect();
  try {
    const send = (topic: string) => producer.send({ topic, acks: -1, messages: [{ value: '{}' }] });
    await expect(send(ordersTopic.name)).rejects.toThrow(/authoriz/i);
    await send(copy);
  } finally {
    await producer.disconnect();
  }
});

test('with another certificate it ends, to start anew', async () => {
  await us.parts.run('certificates');
  await poll(
    async () => {
      const container = await mirror.exec(['true']).catch(() => undefined);
      return container === undefined || container.exitCode !== 0;
    },
    { what: 'MirrorMaker to end', deadlineMs: 60_000 },
  );
});
