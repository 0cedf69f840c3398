import { expect, it } from 'vitest';
import { z } from 'zod';
import { quietLog } from '#platform/testing/recording-log.ts';
import type { Run } from '../engine/run-definition.ts';
import { type GatewayParts, type ModelBook, ModelGateway, type RecordedCall } from './gateway.ts';
import { ModelError, type ModelTask, type Provider } from './model-task.ts';

const task: ModelTask<{ n: number }, { double: number }> = {
  name: 'double',
  instructions: 'Double it.',
  output: z.strictObject({ double: z.int() }),
  local: ({ n }) => ({ double: 2 * n }),
};
const run = {
  id: 'run-1',
  definition: { id: 'test', version: 1, steps: [], budget: { tokens: 1_000, microdollars: 10_000 } },
} as unknown as Run;

class FakeBook implements ModelBook {
  readonly calls: RecordedCall[] = [];
  readonly answers = new Map<string, unknown>();
  readonly spent = (): Promise<{ tokens: number; microdollars: number }> => {
    const sum = (of: (call: RecordedCall) => number): number =>
      this.calls.reduce((total, call) => total + of(call), 0);
    return Promise.resolve({
      tokens: sum(({ inputTokens, outputTokens }) => inputTokens + outputTokens),
      microdollars: sum(({ microdollars }) => microdollars),
    });
  };
  readonly record = (call: RecordedCall): Promise<void> => {
    this.calls.push(call);
    return Promise.resolve();
  };
  readonly known = (key: string): Promise<unknown> => Promise.resolve(this.answers.get(key));
  readonly keep = (key: string, answer: unknown): Promise<void> => {
    this.answers.set(key, answer);
    return Promise.resolve();
  };
}

/** A model that answers 1,000 more than it should, so that its answers can be told from local ones; `fails` it does not. */
function gateway(state: { fails: boolean }, more: Partial<GatewayParts> = {}) {
  const book = new FakeBook();
  const fallbacks: string[] = [];
  let asked = 0;
  const usage = { inputTokens: 300, outputTokens: 100 };
  const remote: Provider = {
    name: 'openai',
    model: 'fake',
    answer: (_task, input) => {
      asked += 1;
      if (state.fails) return Promise.reject(new ModelError('it is away', usage));
      const value = { double: (input as { n: number }).n * 2 + 1_000 };
      return Promise.resolve({ value: value as never, model: 'fake', usage });
    },
  };
  const models = new ModelGateway({
    remote,
    prices: { input: 1_000_000, output: 2_000_000 },
    book,
    metrics: { modelCalled: () => undefined, fellBack: (_task, reason) => fallbacks.push(reason) },
    log: quietLog(),
    ...more,
  });
  return { models, book, fallbacks, asked: () => asked };
}

it('answers locally where there is no model', async () => {
  const { models, book } = gateway({ fails: false }, { remote: undefined });
  expect(await models.ask(run, task, { n: 2 })).toEqual({ double: 4 });
  expect(book.calls).toEqual([]);
});

it('asks the model, writes down what it cost, and knows the answer the next time', async () => {
  const { models, book, asked } = gateway({ fails: false });
  expect(await models.ask(run, task, { n: 2 })).toEqual({ double: 1_004 });
  expect(await models.ask(run, task, { n: 2 })).toEqual({ double: 1_004 });
  expect(asked()).toBe(1);
  expect(book.calls).toEqual([
    { runId: 'run-1', model: 'fake', inputTokens: 300, outputTokens: 100, microdollars: 500 },
  ]);
});

// Guard: budgets of a run.
it('goes on locally when the run has spent its budget', async () => {
  const { models, fallbacks, asked } = gateway({ fails: false });
  for (const n of [1, 2, 3, 4]) await models.ask(run, task, { n });
  expect(asked()).toBe(3);
  expect(fallbacks).toEqual(['budget']);
  const dear = gateway({ fails: false }, { prices: { input: 50_000_000, output: 0 } });
  await dear.models.ask(run, task, { n: 1 });
  expect(await dear.models.ask(run, task, { n: 2 })).toEqual({ double: 4 });
  expect(dear.fallbacks).toEqual(['budget']);
});

it('goes on locally when the model fails, and counts what that cost', async () => {
  const { models, book, fallbacks } = gateway({ fails: true });
  expect(await models.ask(run, task, { n: 2 })).toEqual({ double: 4 });
  expect(fallbacks).toEqual(['error']);
  expect(book.calls).toHaveLength(1);
  expect(book.answers.size).toBe(0);
});

// Guard: the breaker. A model that is away is not waited for again and again.
it('leaves a model alone that fails again and again, and asks it again later', async () => {
  const state = { fails: true };
  const rich = { ...run, definition: { ...run.definition, budget: { tokens: 1e9, microdollars: 1e9 } } };
  const { models, fallbacks, asked } = gateway(state, { breaker: { failures: 2, restMs: 1 } });
  await models.ask(rich, task, { n: 1 });
  await models.ask(rich, task, { n: 2 });
  const { models: resting, ...other } = gateway(state, { breaker: { failures: 2, restMs: 3_600_000 } });
  for (const n of [1, 2, 3, 4]) await resting.ask(rich, task, { n });
  expect(other.asked()).toBe(2);
  expect(other.fallbacks).toEqual(['error', 'error', 'breaker', 'breaker']);
  state.fails = false;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await models.ask(rich, task, { n: 3 })).toEqual({ double: 1_006 });
  expect([fallbacks, asked()]).toEqual([['error', 'error'], 3]);
});
