import { expect, test } from 'vitest';
import { createProducerApp } from './app.ts';
import { loadProducerConfig } from './config.ts';
import { createContext } from './context.ts';
import { request } from './tests/fakes.ts';
import { environment } from './tests/start-producer.ts';

test('starts with everything away, says what it waits for, and stops', async () => {
  const config = loadProducerConfig(environment);
  const context = createContext(config);
  try {
    expect(createProducerApp(context).middleware.length).toBeGreaterThan(3);
    await expect
      .poll(() => Object.values(context.health.report.dependencies).map(({ status }) => status))
      .toEqual(['down', 'down', 'down', 'down']);
    expect(context.health.report.waitingFor).toEqual(['kafka', 'menu']);
    expect(context.health.started).toBe(false);
    await expect(context.acceptance.accept(request, 'k')).rejects.toThrow('The menu is not loaded yet');
  } finally {
    await context[Symbol.asyncDispose]();
  }
});

test('has no health routes when they are turned off', async () => {
  const config = loadProducerConfig({ ...environment, HEALTH_CHECK_ENABLED: 'false' });
  await using context = createContext(config);
  expect(createProducerApp(context)).toBeDefined();
});
