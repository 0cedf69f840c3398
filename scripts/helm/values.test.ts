import { expect, test } from 'vitest';
import { valueChanges } from './values.ts';

test('only what differs is said', () => {
  const base = { backup: { enabled: true }, kafka: { replicas: 3 } };
  expect(valueChanges(base, { backup: { enabled: false }, kafka: { replicas: 3 } })).toEqual({
    backup: { enabled: false },
  });
});

test('a setting that is not there is removed by null, and one that is new is added', () => {
  const base = { environment: { kafka: { A: '1', B: '2' } } };
  expect(valueChanges(base, { environment: { kafka: { B: '2', C: '3' } } })).toEqual({
    environment: { kafka: { A: null, C: '3' } },
  });
});

test('sizes of what is not there are no loss to keep', () => {
  expect(
    valueChanges({ storage: { postgres: '8Gi', backup: '5Gi' } }, { storage: { postgres: '8Gi' } }),
  ).toEqual({});
});
