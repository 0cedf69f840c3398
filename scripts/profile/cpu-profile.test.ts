import { expect, test } from 'vitest';
import { cpuProfile, frameTree, ownerOf, selfTimes } from './cpu-profile.ts';
import { flameGraph } from './flame-graph.ts';

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 });
const profile = cpuProfile.parse({
  nodes: [
    { id: 1, callFrame: frame('(root)', ''), children: [2, 5] },
    {
      id: 2,
      callFrame: frame('accept', 'file:///app/services/producer/order-acceptance.ts'),
      children: [3, 4],
    },
    { id: 3, callFrame: frame('parse', 'file:///app/node_modules/zod/v4/core.js') },
    { id: 4, callFrame: frame('writev', 'node:net') },
    { id: 5, callFrame: frame('(idle)', '') },
  ],
  samples: [2, 3, 3, 4, 5],
  timeDeltas: [100, 200, 200, 50, 9_000],
});

test('a function has its own time, and that of what it calls', () => {
  const tree = frameTree(profile);
  expect(tree.total).toBe(550);
  expect(tree.children[0]).toMatchObject({ name: 'accept:10', self: 100, total: 550 });
  expect(selfTimes(tree, ({ owner }) => owner).slice(0, 2)).toEqual([
    ['zod', 400],
    ['services/producer/order-acceptance.ts', 100],
  ]);
});

test.each([
  ['node:internal/streams', 'node'],
  ['file:///app/node_modules/@opentelemetry/api/build/x.js', '@opentelemetry/api'],
  ['file:///app/platform/kafka/sender.ts', 'platform/kafka/sender.ts'],
  ['', 'V8'],
])('%s is the code of %s', (url, owner) => {
  expect(ownerOf(url)).toBe(owner);
});

test('the page shows each function that took a share that can be seen', () => {
  const page = flameGraph(frameTree(profile), 'producer');
  expect(page).toContain('accept:10');
  expect(page).toContain('zod');
  expect(page).not.toContain('(idle)');
  expect(page).not.toMatch(/src=|href=/);
});
