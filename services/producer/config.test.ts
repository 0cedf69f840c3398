import { describe, expect, test } from 'vitest';
import { loadProducerConfig } from './config.ts';
import { environment } from './tests/start-producer.ts';

describe("the producer's configuration", () => {
  test('has defaults for what has a sensible one', () => {
    const config = loadProducerConfig({ ...environment, HTTP_PORT: '' });
    expect(config.http).toEqual({
      host: '0.0.0.0',
      port: 8080,
      corsOrigins: [],
      drainDelayMs: 0,
      maxInFlight: 2000,
    });
    expect(config.health).toEqual({ enabled: true, intervalMs: 30_000 });
    expect(config).toMatchObject({ menuRefreshMs: 5_000, receiptTtlMs: 86_400_000, readTimeoutMs: 1_000 });
  });

  test('reads lists, durations and flags', () => {
    const config = loadProducerConfig({
      ...environment,
      KAFKA_BROKERS: 'a:1, b:2',
      CORS_ALLOWED_ORIGINS: 'https://coffee.example,http://localhost:3000',
      HEALTH_CHECK_ENABLED: 'false',
      MENU_REFRESH_INTERVAL: '1m',
    });
    expect(config.kafka.brokers).toEqual(['a:1', 'b:2']);
    expect(config.http.corsOrigins).toEqual(['https://coffee.example', 'http://localhost:3000']);
    expect(config.health.enabled).toBe(false);
    expect(config.menuRefreshMs).toBe(60_000);
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
