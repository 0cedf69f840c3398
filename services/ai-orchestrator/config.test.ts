import { expect, it } from 'vitest';
import { testIdentityEnvironment } from '#platform/testing/tokens.ts';
import { loadAiConfig } from './config.ts';

const environment = {
  KAFKA_BROKERS: 'kafka:9092',
  DATABASE_HOST: 'postgres',
  DATABASE_USER: 'ai-orchestrator',
  DATABASE_PASSWORD: 'secret',
  REDIS_HOST: 'redis',
  REDIS_PASSWORD: 'secret',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=local',
  ...testIdentityEnvironment,
};

it('answers locally and calls nobody, unless told', () => {
  expect(loadAiConfig(environment)).toMatchObject({ AI_PROVIDER: 'local', OUTBOUND_ALLOWED_HOSTS: [] });
});

it('names what a model needs', () => {
  const change = { ...environment, AI_PROVIDER: 'openai-compatible' };
  expect(() => loadAiConfig(change)).toThrow(/AI_BASE_URL: must be set[\s\S]*AI_MODEL: must be set/);
  const complete = { ...change, AI_BASE_URL: 'http://ollama:11434/v1', AI_MODEL: 'llama3.2' };
  expect(loadAiConfig(complete).AI_MODEL).toBe('llama3.2');
});

// Guard: an order that Kafka delivers again must be recognised.
it('refuses to forget orders whose events Kafka may deliver again', () => {
  expect(() => loadAiConfig({ ...environment, MEMORY_RETENTION: '192h' })).toThrow(/MEMORY_RETENTION/);
});
