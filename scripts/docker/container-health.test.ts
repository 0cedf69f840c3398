import { expect, test } from 'vitest';
import { healthOf } from './container-health.ts';

const container = (status: string, health?: string, check: string[] | null = ['CMD', 'probe']) =>
  JSON.stringify([
    {
      State: { Status: status, ...(health === undefined ? {} : { Health: { Status: health } }) },
      Config: check === null ? {} : { Healthcheck: { Test: check } },
    },
  ]);

test.each([
  ['healthy', container('running', 'healthy'), 'healthy'],
  ['starting', container('running', 'starting'), 'starting'],
  ['unhealthy', container('running', 'unhealthy'), 'unhealthy'],
  ['just started again, with no health yet', container('running'), 'starting'],
  ['started, with an empty health', container('running', ''), 'starting'],
  ['without a check', container('running', undefined, null), 'healthy'],
  ['with its check switched off', container('running', undefined, ['NONE']), 'healthy'],
  ['ended', container('exited', 'unhealthy'), 'exited'],
  ['ended, without a check', container('exited', undefined, null), 'exited'],
])('a container that is %s', (_, output, health) => {
  expect(healthOf(output)).toBe(health);
});
