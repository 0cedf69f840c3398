import { expect, it } from 'vitest';
import { loadConsumerConfig } from './config.ts';

const environment = {
  KAFKA_BROKERS: 'kafka:9092',
  DATABASE_HOST: 'postgres',
  DATABASE_USER: 'consumer',
  DATABASE_PASSWORD: 'secret',
  REDIS_HOST: 'redis',
  REDIS_PASSWORD: 'secret',
};

it('remembers messages for longer than Kafka keeps them, unless told otherwise', () => {
  expect(loadConsumerConfig(environment).INBOX_RETENTION).toBe(8 * 24 * 3_600_000);
  expect(loadConsumerConfig({ ...environment, INBOX_RETENTION: '200h' }).INBOX_RETENTION).toBe(
    200 * 3_600_000,
  );
});

// Guard: a message that Kafka delivers again must be recognised.
it('refuses to forget messages that Kafka may deliver again', () => {
  expect(() => loadConsumerConfig({ ...environment, INBOX_RETENTION: '168h' })).toThrow(
    /INBOX_RETENTION: must be longer than Kafka keeps orders.v1 \(168h\)/,
  );
});
