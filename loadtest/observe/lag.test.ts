import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type LagSources, readLag, untilNoLag } from './lag.ts';
import { readersOf } from './readers.ts';

const services = ['edge', 'producer', 'consumer', 'streams', 'web3-payment', 'ai-orchestrator'];
const signal = new AbortController().signal;

/** Topics with one partition of ten messages, of which the first two are gone, and who has read how far. */
class FakeKafka {
  /** By `group/topic`. */
  readonly committed = new Map<string, number>();
  looks = 0;

  constructor(everybodyAt: number) {
    for (const { service, topics } of readersOf(services))
      for (const topic of topics) this.committed.set(`${service}/${topic}`, everybodyAt);
  }

  get sources(): LagSources {
    const admin = {
      fetchTopicOffsets: async () => [{ partition: 0, low: '2', high: '10' }],
      fetchOffsets: async ({ groupId, topics }: { groupId: string; topics: string[] }) => {
        if (groupId === 'consumer') this.looks += 1;
        const offsetOf = (topic: string) => String(this.committed.get(`${groupId}/${topic}`) ?? -1);
        return topics.map((topic) => ({ topic, partitions: [{ partition: 0, offset: offsetOf(topic) }] }));
      },
    };
    const raw = async () => ({
      rows: [...this.committed]
        .filter(([name]) => name.startsWith('streams/'))
        .map(([name, next]) => ({ topic: name.slice('streams/'.length), partition: 0, next })),
    });
    return { admin, database: { raw }, services } as unknown as LagSources;
  }
}

describe('the lag of services', () => {
  test('is of every topic that each of them reads', async () => {
    const kafka = new FakeKafka(10);
    expect(await readLag(kafka.sources)).toEqual({
      ...{ consumer: 0, streams: 0, 'web3-payment': 0, 'ai-orchestrator': 0 },
    });
    for (const [name, left] of [
      ['consumer/payments.v1', 1],
      ['streams/identity-events.v1', 2],
      ['web3-payment/order-events.v1', 3],
      ['ai-orchestrator/analytics.v1', 4],
    ] as const)
      kafka.committed.set(name, 10 - left);
    expect(await readLag(kafka.sources)).toEqual({
      ...{ consumer: 1, streams: 2, 'web3-payment': 3, 'ai-orchestrator': 4 },
    });
  });

  test('is all that a topic still has where nothing was read yet', async () => {
    const kafka = new FakeKafka(10);
    kafka.committed.delete('web3-payment/order-events.v1');
    kafka.committed.delete('streams/payments.v1');
    expect(await readLag(kafka.sources)).toMatchObject({ consumer: 0, streams: 8, 'web3-payment': 8 });
  });

  test('is only of services that are to run', async () => {
    const { sources } = new FakeKafka(-1);
    expect(await readLag({ ...sources, services: ['consumer'] })).toEqual({ consumer: 16 });
  });
});

describe('waiting until there is none', () => {
  test('ends when the last of them has read all', async () => {
    const kafka = new FakeKafka(10);
    kafka.committed.set('ai-orchestrator/analytics.v1', 9);
    const waiting = untilNoLag(kafka.sources, 60_000, signal);
    await expect.poll(() => kafka.looks).toBe(1);
    kafka.committed.set('ai-orchestrator/analytics.v1', 10);
    expect(await waiting).toBeGreaterThan(0);
    expect(kafka.looks).toBe(2);
  });

  test('ends without it when it takes too long', async () => {
    const kafka = new FakeKafka(10);
    kafka.committed.set('web3-payment/order-events.v1', 9);
    expect(await untilNoLag(kafka.sources, 0, signal)).toBeUndefined();
  });

  test('is for somebody', async () => {
    const { sources } = new FakeKafka(10);
    await expect(untilNoLag({ ...sources, services: ['edge'] }, 0, signal)).rejects.toThrow(/none of the/);
  });
});

test('who reads from Kafka is known by the name of the group', () => {
  const root = new URL('../../services/', import.meta.url);
  const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');
  const groups = readdirSync(root).flatMap((service) =>
    readdirSync(new URL(service, root)).includes('config.ts')
      ? [
          .../_GROUP: z\.string\(\)\.default\('([^']+)'\)/g[Symbol.matchAll](textOf(`${service}/config.ts`)),
        ].map(([, group]) => `${service}: ${group}`)
      : [],
  );
  expect(
    readersOf(services)
      .map(({ service }) => `${service}: ${service}`)
      .sort(),
  ).toEqual(groups.sort());
});
