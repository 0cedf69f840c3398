import { expect, test } from 'vitest';
import { immutableFields } from './releases.ts';

test("what can't be changed of an object has its name", () => {
  const metadata = { name: 'redis', namespace: 'go-coffee-platform' };
  const selector = { matchLabels: { 'app.kubernetes.io/name': 'redis' } };
  const manifest = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { selector, replicas: 1 } };
  expect(immutableFields([manifest])).toEqual({ 'StatefulSet go-coffee-platform/redis: selector': selector });
});
