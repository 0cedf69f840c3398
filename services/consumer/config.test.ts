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

it('remembers what it answered for longer than Kafka keeps messages, unless told otherwise', () => {
  expect(loadConsumerConfig(environment).OUTCOME_RETENTION).toBe(30 * 24 * 3_600_000);
  expect(loadConsumerConfig({ ...environment, OUTCOME_RETENTION: '220h' }).OUTCOME_RETENTION).toBe(
    220 * 3_600_000,
  );
});

// Guard: a message that Kafka delivers again must be recognised.
it('refuses to forget messages that Kafka may deliver again', () => {
  expect(() => loadConsumerConfig({ ...environment, OUTCOME_RETENTION: '192h' })).toThrow(
    /OUTCOME_RETENTION: must be longer than Kafka keeps orders.v1 \(192h\)/,
  );
});
