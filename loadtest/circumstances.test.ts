import { describe, expect, test } from 'vitest';
import { machineName, surroundingsInWords, unlessUnknown } from './circumstances.ts';
import { durabilityOfKafka, durabilityOfPostgres } from './durability.ts';
import { imagesInWords, runningPartsOf } from './running-parts.ts';

test('a machine is its cores, memory and architecture, and not its kernel', () => {
  const hardware = { cores: 2, model: 'AMD EPYC ', memoryBytes: 23.6 * 2 ** 30, architecture: 'x64' };
  expect(machineName(hardware)).toBe('2 × AMD EPYC, 24 GiB, x64');
});

test('a figure is stated with machine, kernel, commit and day', () => {
  const surroundings = {
    machine: 'm',
    kernel: 'Linux 6.18',
    commit: 'abc',
    date: '2026-11-25T22:00:00.000Z',
  };
  expect(surroundingsInWords(surroundings)).toBe('m; Linux 6.18; commit abc; 2026-11-25');
});

describe('durability', () => {
  test('of PostgreSQL is what the server says', async () => {
    const values: Readonly<Record<string, string>> = {
      ...{ fsync: 'on', synchronous_commit: 'off', full_page_writes: 'on' },
    };
    const raw = async (query: string) => {
      const name = query.replace('show ', '');
      return { rows: [{ [name]: values[name] }] };
    };
    expect(await durabilityOfPostgres({ raw } as never)).toBe(
      'fsync=on, synchronous_commit=off, full_page_writes=on',
    );
  });

  const admin = (entries: Readonly<Record<string, string>>) =>
    ({
      describeCluster: async () => ({ brokers: [{}, {}, {}] }),
      fetchTopicMetadata: async () => ({ topics: [{ partitions: [{ replicas: [1, 2, 3] }] }] }),
      describeConfigs: async () => ({
        resources: [
          {
            configEntries: Object.entries(entries).map(([configName, configValue]) => ({
              configName,
              configValue,
            })),
          },
        ],
      }),
    }) as never;

  test('of Kafka is what the brokers say of the topic of orders', async () => {
    const entries = { 'min.insync.replicas': '2', 'flush.messages': '9223372036854775807' };
    expect(await durabilityOfKafka(admin(entries))).toBe(
      'acks=all, brokers=3, replicas=3, min.insync.replicas=2, flush.messages=left to the operating system',
    );
    expect(await durabilityOfKafka(admin({ 'flush.messages': '1' }))).toContain(
      'min.insync.replicas=not told, flush.messages=1',
    );
  });

  // Guard: a run of minutes is not lost, and no setting is claimed, because one can't be read.
  test('that can not be read says why', async () => {
    const refused = () => Promise.reject(new Error('connection refused\nat …'));
    expect(await unlessUnknown(refused)).toBe('not known (connection refused)');
    expect(await unlessUnknown(async () => 'fsync=on')).toBe('fsync=on');
  });
});

test('images are those of the containers that run, by their ids', () => {
  const container = (service: string, image: string, id: string) => ({
    Id: service,
    Image: `sha256:${id}${'0'.repeat(52)}`,
    Path: '/nodejs/bin/node',
    Config: { Image: image, Labels: { 'com.docker.compose.service': service } },
  });
  const parts = runningPartsOf(
    JSON.stringify([
      container('producer', 'go-coffee/service:local', 'd7b08246d38e'),
      container('kafka', 'confluentinc/cp-kafka:8.1.0', '6e16cbf63015'),
      container('consumer', 'go-coffee/service:local', 'd7b08246d38e'),
    ]),
  );
  expect(imagesInWords(parts)).toBe(
    'confluentinc/cp-kafka:8.1.0 6e16cbf63015 (kafka); go-coffee/service:local d7b08246d38e (producer, consumer)',
  );
});
