import { expect, it } from 'vitest';
import { testIdentityEnvironment } from '#platform/testing/tokens.ts';
import { loadStreamsConfig } from './config.ts';

const environment = {
  KAFKA_BROKERS: 'kafka:9092',
  DATABASE_HOST: 'postgres',
  DATABASE_USER: 'streams',
  DATABASE_PASSWORD: 'secret',
  REDIS_HOST: 'redis',
  REDIS_PASSWORD: 'secret',
  ...testIdentityEnvironment,
};

it('remembers what it counted for longer than Kafka keeps messages, unless told otherwise', () => {
  expect(loadStreamsConfig(environment).MEMORY_RETENTION).toBe(30 * 24 * 3_600_000);
});

// Guard: a message that Kafka delivers again must be recognised.
it('refuses to forget orders whose messages Kafka may deliver again', () => {
  expect(() => loadStreamsConfig({ ...environment, MEMORY_RETENTION: '192h' })).toThrow(
    /MEMORY_RETENTION: must be longer than Kafka keeps messages \(192h\)/,
  );
});
