import { expect, test } from 'vitest';
import { topics } from '#contracts/topics.ts';
import { mirrorAcls } from './mirror-acls.ts';

test('without another region nobody may copy', () => {
  expect(mirrorAcls(undefined)).toEqual([]);
});

// Guard: whoever copies orders can place none.
test('MirrorMaker reads what is copied, and writes to no topic of a service', () => {
  const rights = mirrorAcls('us');
  expect(new Set(rights.map(({ user }) => user))).toEqual(new Set(['mirror-maker']));
  const ours = new Set(topics.map(({ name }) => name));
  const ofOurs = rights.filter(({ resource, name }) => resource === 'topic' && ours.has(name));
  expect(new Set(ofOurs.map(({ operation }) => operation))).toEqual(new Set(['read', 'describe-configs']));
  expect(ofOurs.filter(({ operation }) => operation === 'read').map(({ name }) => name)).toEqual([
    'orders.v1',
    'order-events.v1',
    'payments.v1',
  ]);
  const prefixes = rights.filter(({ prefixed }) => prefixed).map(({ name }) => name);
  for (const prefix of prefixes) expect([...ours].filter((name) => name.startsWith(prefix))).toEqual([]);
});
