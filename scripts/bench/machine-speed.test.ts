import { expect, test } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { MachineSpeed } from './machine-speed.ts';

test('tells what its piece of work took in a time, and nothing of one in which it was not measured', async () => {
  const from = Date.now();
  using speed = new MachineSpeed();
  const known = (): number | undefined => {
    try {
      return speed.workMs(from, Date.now() + 1);
    } catch {
      return undefined;
    }
  };
  expect(known()).toBeUndefined();
  expect(await poll(known, { deadlineMs: 10_000 })).toBeGreaterThan(0);
  expect(() => speed.workMs(from - 1_000, from)).toThrow(/was not measured/);
});
