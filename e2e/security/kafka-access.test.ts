import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aiTasksTopic,
  analyticsDeadLetterTopic,
  analyticsTopic,
  deadLetterAuditTopic,
  identityEventsTopic,
  orderEventsDeadLetterTopic,
  orderEventsTopic,
  ordersDeadLetterTopic,
  ordersTopic,
  paymentsTopic,
  topics,
} from '#contracts/topics.ts';
import { ensureAcls } from '#platform/kafka/acls.ts';
import { createKafka } from '#platform/kafka/client.ts';
import { ensureTopics } from '#platform/kafka/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { TlsIdentity } from '#platform/tls/identity.ts';
import { durabilityOfKafka } from '../../loadtest/durability.ts';
import { readersOf } from '../../loadtest/observe/readers.ts';
import { acls } from '../../services/migrate/acls.ts';
import { type SecuredKafka, startSecuredKafka } from './secured-kafka.ts';

let server: SecuredKafka;
beforeAll(async () => {
  server = await startSecuredKafka();
  const admin = server.clientOf('migrate').admin();
  await admin.connect();
  await ensureTopics(admin, topics, 1);
  await ensureAcls(admin, acls);
  await admin.disconnect();
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** Whether a connection is made and can ask something. */
async function connects(kafka: Kafka): Promise<unknown> {
  const admin = kafka.admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
    return await admin.describeCluster();
  } finally {
    await admin.disconnect();
  }
}

describe('who may come', () => {
  it('is a part with its certificate', async () => {
    await connects(server.clientOf('producer'));
  });

  // Guard: SSL listeners.
  it('is nobody without TLS', async () => {
    for (const listener of server.listeners) {
      const plain = createKafka({ brokers: [listener], clientId: 'test' }, quietLog());
      const admin = plain.admin({ retry: { retries: 0 } });
      await expect(admin.connect(), listener).rejects.toThrow(/Connection|closed|timeout/i);
      await admin.disconnect();
    }
  });

  // Guard: ssl.client.auth=required.
  it('is nobody without a certificate', async () => {
    const { ca } = server.parts.identityOf('producer').material;
    const anonymous = TlsIdentity.of({ ca, cert: '', key: '' });
    const { cert, key, ...options } = anonymous.clientOptions();
    const kafka = server.clientOf('producer', { liveClientOptions: () => options } as unknown as TlsIdentity);
    await expect(connects(kafka)).rejects.toThrow(/Connection|closed|timeout/i);
    expect([cert, key]).toEqual(['', '']);
  });

  it('is nobody with a certificate of another authority', async () => {
    await using theirs = await TestAuthority.create();
    const stranger = TlsIdentity.open(await theirs.folder({ name: 'migrate' })).material;
    const { ca } = server.parts.identityOf('producer').material;
    const kafka = server.clientOf('migrate', TlsIdentity.of({ ...stranger, ca }));
    await expect(connects(kafka)).rejects.toThrow(/Connection|closed|timeout/i);
  });

  it('is no client that knows another authority than the broker', async () => {
    await using theirs = await TestAuthority.create();
    const kafka = server.clientOf('producer', TlsIdentity.open(await theirs.folder()));
    await expect(connects(kafka)).rejects.toThrow(/unable to|self-signed|issuer/);
  });
});

type Attempt = (kafka: Kafka) => Promise<unknown>;

const write =
  ({ name }: { name: string }): Attempt =>
  async (kafka) => {
    const producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
    await producer.connect();
    try {
      await producer.send({ topic: name, messages: [{ key: 'k', value: 'v' }] });
    } finally {
      await producer.disconnect();
    }
  };

const read =
  ({ name }: { name: string }, groupId: string): Attempt =>
  async (kafka) => {
    const consumer = kafka.consumer({ groupId, retry: { retries: 0, restartOnFailure: async () => false } });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    await consumer.connect();
    try {
      await consumer.subscribe({ topic: name, fromBeginning: true });
      await consumer.run({ eachMessage: async () => resolve() });
      await promise;
    } finally {
      await consumer.disconnect();
    }
  };

const asAdmin =
  (work: (admin: ReturnType<Kafka['admin']>) => Promise<unknown>): Attempt =>
  async (kafka) => {
    const admin = kafka.admin({ retry: { retries: 0 } });
    await admin.connect();
    try {
      await work(admin);
    } finally {
      await admin.disconnect();
    }
  };

const makeTopic = asAdmin((admin) =>
  admin.createTopics({
    topics: [{ topic: `topic-${randomUUID()}`, numPartitions: 1, replicationFactor: 1 }],
  }),
);
const removeTopic = asAdmin((admin) => admin.deleteTopics({ topics: [ordersTopic.name] }));
const giveRights = asAdmin((admin) => ensureAcls(admin, acls));
const describeTopic = ({ name }: { name: string }): Attempt =>
  asAdmin((admin) => admin.fetchTopicMetadata({ topics: [name] }));
/** What ./coffee loadtest asks about everybody who reads. */
const seeLag = asAdmin(async (admin) => {
  for (const { service, topics } of readersOf(['consumer', 'streams', 'web3-payment', 'ai-orchestrator'])) {
    await admin.fetchOffsets({ groupId: service, topics: [...topics] });
    for (const topic of topics) await admin.fetchTopicOffsets(topic);
  }
});

const seeOffsets = (groupId: string): Attempt =>
  asAdmin((admin) => admin.fetchOffsets({ groupId, topics: [ordersTopic.name] }));

/** One row an attempt: who, what, whether it is allowed. Whoever writes comes before who reads the same. */
const table: [part: string, what: string, attempt: Attempt, allowed: boolean][] = [
  ['producer', 'writes orders', write(ordersTopic), true],
  ['producer', 'tells who was not let in', write(identityEventsTopic), true],
  ['producer', 'writes events of orders', write(orderEventsTopic), false],
  ['producer', 'writes dead letters', write(ordersDeadLetterTopic), false],
  ['producer', 'writes the audit', write(deadLetterAuditTopic), false],
  ['producer', 'reads orders', read(ordersTopic, 'producer'), false],
  ['producer', "joins the consumer's group", read(ordersTopic, 'consumer'), false],
  ['producer', 'sees that there are events', describeTopic(orderEventsTopic), false],
  ['producer', 'makes a topic', makeTopic, false],
  ['producer', 'removes a topic', removeTopic, false],
  ['consumer', 'reads orders', read(ordersTopic, 'consumer'), true],
  ['consumer', 'writes orders that expire', write(ordersTopic), true],
  ['consumer', 'writes events of orders', write(orderEventsTopic), true],
  ['consumer', 'writes dead letters', write(ordersDeadLetterTopic), true],
  ['consumer', 'reads under another group', read(ordersTopic, 'other'), false],
  ['consumer', 'reads events of orders', read(orderEventsTopic, 'consumer'), false],
  ['consumer', 'tells who was not let in', write(identityEventsTopic), false],
  ['consumer', 'writes the audit', write(deadLetterAuditTopic), false],
  ['consumer', 'makes a topic', makeTopic, false],
  ['consumer', 'gives itself rights', giveRights, false],
  ['streams', 'reads orders', read(ordersTopic, 'streams'), true],
  ['streams', 'reads events of orders', read(orderEventsTopic, 'streams'), true],
  ['streams', 'writes payments', write(paymentsTopic), false],
  ['streams', 'reads who was not let in', read(identityEventsTopic, 'streams'), true],
  ['streams', 'tells who was not let in', write(identityEventsTopic), false],
  ['streams', 'writes analytics', write(analyticsTopic), true],
  ['streams', 'writes dead letters of events', write(orderEventsDeadLetterTopic), true],
  ['streams', 'writes orders', write(ordersTopic), false],
  ['streams', 'writes events of orders', write(orderEventsTopic), false],
  ['streams', "joins the consumer's group", read(ordersTopic, 'consumer'), false],
  ['ai-orchestrator', 'reads events of orders', read(orderEventsTopic, 'ai-orchestrator'), true],
  ['ai-orchestrator', 'reads analytics', read(analyticsTopic, 'ai-orchestrator'), true],
  ['ai-orchestrator', 'tells what agents did', write(aiTasksTopic), true],
  ['ai-orchestrator', 'writes dead letters of analytics', write(analyticsDeadLetterTopic), true],
  ['ai-orchestrator', 'writes orders', write(ordersTopic), false],
  ['ai-orchestrator', 'writes events of orders', write(orderEventsTopic), false],
  ['ai-orchestrator', 'reads orders', read(ordersTopic, 'ai-orchestrator'), false],
  ['ai-orchestrator', "joins the streams service's group", read(analyticsTopic, 'streams'), false],
  ['streams', 'tells what agents did', write(aiTasksTopic), false],
  ['web3-payment', 'writes payments', write(paymentsTopic), true],
  ['streams', 'reads payments', read(paymentsTopic, 'streams'), true],
  ['consumer', 'reads payments', read(paymentsTopic, 'consumer'), true],
  ['consumer', 'writes payments', write(paymentsTopic), false],
  ['web3-payment', 'reads events of orders', read(orderEventsTopic, 'web3-payment'), true],
  ['web3-payment', 'writes dead letters of events', write(orderEventsDeadLetterTopic), true],
  ['web3-payment', 'writes orders', write(ordersTopic), false],
  ['web3-payment', 'writes events of orders', write(orderEventsTopic), false],
  ['web3-payment', 'reads orders', read(ordersTopic, 'web3-payment'), false],
  ['console', 'reads orders under a group of its own', read(ordersTopic, 'console-1'), true],
  ['console', 'reads orders under the group of a service', read(ordersTopic, 'consumer'), false],
  ['console', 'writes orders', write(ordersTopic), false],
  ['console', 'writes dead letters', write(ordersDeadLetterTopic), false],
  ['producer', 'writes payments', write(paymentsTopic), false],
  ['host', 'reads orders under a group of its own', read(ordersTopic, `coffee-cli-${randomUUID()}`), true],
  ['host', 'sees how far the consumer is', seeOffsets('consumer'), true],
  ['host', 'sees how far every service is', seeLag, true],
  ['host', 'sees how durable an order is', asAdmin(durabilityOfKafka), true],
  ['host', 'writes the audit', write(deadLetterAuditTopic), true],
  ['host', "joins the consumer's group", read(ordersTopic, 'consumer'), false],
  ['host', 'writes events of orders', write(orderEventsTopic), false],
  ['host', 'removes a topic', removeTopic, false],
  ['producer', 'sees how far the consumer is', seeOffsets('consumer'), false],
  ['redis', 'sees that there are orders', describeTopic(ordersTopic), false],
  ['otel-collector', 'sees that there are orders', describeTopic(ordersTopic), true],
  ['otel-collector', 'sees which groups there are', asAdmin((admin) => admin.listGroups()), true],
  ['otel-collector', 'reads orders', read(ordersTopic, 'otel-collector'), false],
  ['otel-collector', 'writes orders', write(ordersTopic), false],
  ['otel-collector', 'removes a topic', removeTopic, false],
];

// kafkajs hides behind the group's coordinator that the group is not allowed; and that part's certificate is a server's.
const refused = /not authorized|authorization|Failed to find group coordinator|alert certificate unknown/i;

/** What an error says, and those that it is made of. */
function saidBy(error: Error & { errors?: readonly Error[] }): string {
  return [error, ...(error.errors ?? [])].map(({ message }) => message).join('; ');
}

// Guard: services/migrate/acls.ts.
describe('what a part may do', () => {
  it.each(table.filter(([, , , allowed]) => allowed))('%s %s', async (part, what, attempt) => {
    // A broker hears of rights, and of the group's coordinator, a moment after they are given.
    await poll(() => attempt(server.clientOf(part)).then(() => true), { what: `that ${part} ${what}` });
  });

  it.each(table.filter(([, , , allowed]) => !allowed))('not: %s %s', async (part, _what, attempt) => {
    const said = await attempt(server.clientOf(part)).then(() => 'yes', saidBy);
    expect(said).toMatch(refused);
  });

  it('is what the table says, also when somebody gave more by hand', async () => {
    const admin = server.clientOf('migrate').admin();
    await admin.connect();
    const more = {
      user: 'producer',
      resource: 'topic',
      name: orderEventsTopic.name,
      operation: 'write',
    } as const;
    expect(await ensureAcls(admin, [...acls, more])).toEqual({ given: 1, taken: 0 });
    expect(await ensureAcls(admin, acls)).toEqual({ given: 0, taken: 1 });
    expect(await ensureAcls(admin, acls)).toEqual({ given: 0, taken: 0 });
    await admin.disconnect();
  });
});

it('takes a new certificate while it runs, and keeps its connections', async () => {
  const before = server.clientOf('producer').producer({ allowAutoTopicCreation: false });
  await before.connect();
  const send = () => before.send({ topic: ordersTopic.name, messages: [{ key: 'k', value: 'v' }] });
  await poll(() => send().then(() => true), { what: 'the right to write' });
  await server.parts.run('authority');
  await server.parts.run('authority');
  // Only the new authority is known to this one.
  const { material } = server.parts.identityOf('producer');
  const [current = ''] = material.ca.split(/(?<=-----END CERTIFICATE-----\n)/);
  const newcomer = server.clientOf('producer', TlsIdentity.of({ ...material, ca: current }));
  await poll(() => connects(newcomer).then(() => true), { what: 'the new certificate', deadlineMs: 60_000 });
  await send();
  await before.disconnect();
}, 120_000);
