import { describe, expect, test } from 'vitest';
import { sharedMachine } from './measure.ts';
import { planOf } from './plan.ts';

describe('all benchmarks', () => {
  // Guard: what is measured beside a stack says nothing of a part by itself.
  test('run on an idle machine first, then beside a stack that is started for them', () => {
    expect(planOf(undefined, [])).toEqual([
      ...['accept', 'core', 'streams', 'edge', 'up'],
      ...['telemetry', 'inner-loop'],
    ]);
  });

  test('are refused while a stack is up', () => {
    expect(() => planOf(undefined, ['kafka'])).toThrow('A stack is up (1 services)');
  });
});

describe('one benchmark', () => {
  test('of the stack needs one', () => {
    expect(() => planOf('telemetry', [])).toThrow('needs a running stack');
    expect(planOf('telemetry', ['kafka'])).toEqual(['telemetry']);
  });

  test('of a part by itself says when a stack is up beside it', () => {
    expect(planOf('core', ['kafka'])).toEqual(['core']);
    expect(sharedMachine('alone', ['kafka', 'postgres'])).toContain('(2 services)');
    expect(sharedMachine('alone', [])).toBeUndefined();
    expect(sharedMachine('stack', ['kafka'])).toBeUndefined();
    expect(sharedMachine('beside', ['kafka'])).toBeUndefined();
  });
});
