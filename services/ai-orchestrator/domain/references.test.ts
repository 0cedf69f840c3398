import { expect, it } from 'vitest';
import { holds, refsIn, resolved, valueAt } from './references.ts';

const state = {
  input: { shopId: 'harbour', limits: { most: 3 } },
  steps: { count: { items: [1, 2], total: 3, name: '', unhappy: true } },
};

it('puts values in the place of references, at any depth', () => {
  const template = {
    shop: { $ref: 'input.shopId' },
    list: [{ $ref: 'steps.count.items' }, 'as it is'],
    deep: { most: { $ref: 'input.limits.most' } },
    absent: { $ref: 'input.nothing' },
  };
  expect(resolved(template, state)).toEqual({
    shop: 'harbour',
    list: [[1, 2], 'as it is'],
    deep: { most: 3 },
  });
  expect(refsIn(template)).toHaveLength(4);
});

// Guard: what stands on every object is nobody's output.
it('finds own values only', () => {
  expect(valueAt('input.constructor', state)).toBeUndefined();
  expect(valueAt('input.shopId.length', state)).toBeUndefined();
});

it.each([
  [{ ref: 'steps.count.total', above: 2 }, true],
  [{ ref: 'steps.count.total', above: 3 }, false],
  [{ ref: 'steps.count.total', below: 3 }, false],
  [{ ref: 'steps.count.total', below: 4, above: 2 }, true],
  [{ ref: 'steps.count.nothing', below: 4 }, false],
  [{ ref: 'steps.count.unhappy', equals: true }, true],
  [{ ref: 'steps.count.unhappy', equals: false }, false],
  [{ ref: 'steps.count.items', notEmpty: true as const }, true],
  [{ ref: 'steps.count.name', notEmpty: true as const }, false],
  [{ ref: 'steps.left-out', notEmpty: true as const }, false],
])('holds, or not: %j', (condition, expected) => {
  expect(holds(condition, state)).toBe(expected);
});

it('does what has no condition', () => {
  expect(holds(undefined, state)).toBe(true);
});
