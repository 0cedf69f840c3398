import { expect, test } from 'vitest';
import { Queue } from './queue.ts';

test('who came first is taken first, and the others wait', () => {
  const queue = new Queue<number>();
  expect(queue.shift()).toBeUndefined();
  for (let n = 0; n < 5; n += 1) queue.push(n);
  expect([queue.shift(), queue.shift(), queue.shift()]).toEqual([0, 1, 2]);
  queue.push(5);
  expect(queue.rest()).toEqual([3, 4, 5]);
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([3, 4, 5, undefined]);
  expect(queue.rest()).toEqual([]);
});

// With Array.shift this took half a minute of the thread that has to send in time.
test('a long queue is no slower than a short one', () => {
  const queue = new Queue<number>();
  const many = 300_000;
  for (let n = 0; n < many; n += 1) queue.push(n);
  for (let n = 0; n < many; n += 1) expect(queue.shift() === n || n).toBe(true);
});
