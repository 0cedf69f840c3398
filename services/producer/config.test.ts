import { describe, expect, test } from 'vitest';
import { loadProducerConfig } from './config.ts';
import { environment } from './tests/start-producer.ts';

describe("the producer's configuration", () => {
  test('has defaults for what has a sensible one', () => {
    const config = loadProducerConfig({ ...environment, HTTP_PORT: '' });
    expect(config).toMatchObject({
      HTTP_HOST: '0.0.0.0',
      HTTP_PORT: 8080,
      CORS_ALLOWED_ORIGINS: [],
      HTTP_DRAIN_DELAY: 0,
      HTTP_MAX_IN_FLIGHT: 2000,
      HTTP_LATENCY_TARGET: 250,
      HEALTH_CHECK_ENABLED: true,
      HEALTH_CHECK_INTERVAL: 30_000,
      MENU_REFRESH_INTERVAL: 5_000,
      ORDER_RECEIPT_TTL: 86_400_000,
      ORDER_READ_TIMEOUT: 1_000,
    });
  });

  test('reads lists, durations and flags', () => {
    const config = loadProducerConfig({
      ...environment,
      KAFKA_BROKERS: 'a:1, b:2',
      CORS_ALLOWED_ORIGINS: 'https://coffee.example,http://localhost:3000',
      HEALTH_CHECK_ENABLED: 'false',
      MENU_REFRESH_INTERVAL: '1m',
    });
    expect(config).toMatchObject({
      KAFKA_BROKERS: ['a:1', 'b:2'],
      CORS_ALLOWED_ORIGINS: ['https://coffee.example', 'http://localhost:3000'],
      HEALTH_CHECK_ENABLED: false,
      MENU_REFRESH_INTERVAL: 60_000,
    });
  });

  test.each([
    ['KAFKA_BROKERS', ''],
    ['DATABASE_PASSWORD', ''],
    ['HTTP_PORT', '70000'],
    ['MENU_REFRESH_INTERVAL', '5'],
    ['CORS_ALLOWED_ORIGINS', '*'],
    ['CORS_ALLOWED_ORIGINS', 'https://coffee.example/'],
    ['CORS_ALLOWED_ORIGINS', 'coffee.example'],
  ])('names %s when it is %j', (name, value) => {
    expect(() => loadProducerConfig({ ...environment, [name]: value })).toThrow(`${name}:`);
  });
});
