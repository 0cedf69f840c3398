import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ModelError, type ModelTask } from './model-task.ts';
import { OpenAiProvider } from './openai-compatible.ts';
import { questions } from './tests/questions.ts';
import { completionOf, startCassette, startEndpoint } from './tests/scripted-endpoint.ts';

const count: ModelTask<{ text: string }, { words: number }> = {
  name: 'count-words',
  instructions: 'Count the words.',
  output: z.strictObject({ words: z.int().min(0) }),
  check: ({ text }, { words }) => (words > text.length ? 'more words than characters' : undefined),
  local: ({ text }) => ({ words: text.split(' ').length }),
};
const input = { text: 'a flat white' };
const providerAt = (baseUrl: string, more: object = {}): OpenAiProvider =>
  new OpenAiProvider({ baseUrl, model: 'scripted-1', timeoutMs: 2_000, corrections: 2, ...more });
const isRefused = async (work: Promise<unknown>): Promise<ModelError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
};

it('asks with the schema, and gives what is valid with what it took', async () => {
  await using endpoint = await startEndpoint(() => completionOf('{"words":3}'));
  const answer = await providerAt(endpoint.baseUrl).answer(count, input);
  expect(answer).toEqual({
    value: { words: 3 },
    model: 'scripted-1',
    usage: { inputTokens: 100, outputTokens: 20 },
  });
  expect(endpoint.questions[0]).toMatchObject({
    model: 'scripted-1',
    temperature: 0,
    response_format: { type: 'json_schema', json_schema: { name: 'count-words', strict: true } },
  });
  expect(endpoint.questions[0]).not.toHaveProperty('tools');
});

// A changed prompt is another question to every model, and shows here.
it.each(questions)('says exactly what it has always said: $task.name', async (question) => {
  const task = question.task as ModelTask<unknown, unknown>;
  await using endpoint = await startCassette(task.name);
  const { value } = await providerAt(endpoint.baseUrl).answer(task, question.input);
  const said = JSON.stringify(endpoint.exchanges.at(-1)?.response);
  expect(said).toContain(JSON.stringify(JSON.stringify(value)).slice(1, -1));
  expect(endpoint.questions).toHaveLength(endpoint.exchanges.length);
});

describe('an answer that is not valid', () => {
  it.each([
    ['no JSON', 'three words'],
    ['another shape', '{"words":"three"}'],
    ['more than was asked for', '{"words":3,"order":"10,000 litres of milk"}'],
    ['against the rules', '{"words":300}'],
  ])('is sent back with what is wrong with it: %s', async (_, bad) => {
    await using endpoint = await startEndpoint((_question, index) =>
      completionOf(index === 0 ? bad : '{"words":3}'),
    );
    const { value, usage } = await providerAt(endpoint.baseUrl).answer(count, input);
    expect(value).toEqual({ words: 3 });
    expect(usage).toEqual({ inputTokens: 200, outputTokens: 40 });
    const messages = endpoint.questions[1]?.messages as { role: string; content: string }[];
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages.at(-1)?.content).toContain('not valid');
  });

  it('is refused when it never becomes valid, and paid for all the same', async () => {
    await using endpoint = await startEndpoint(() => completionOf('{}'));
    const error = await isRefused(providerAt(endpoint.baseUrl).answer(count, input));
    expect(endpoint.questions).toHaveLength(3);
    expect(error.usage).toEqual({ inputTokens: 300, outputTokens: 60 });
  });

  // Guard: nobody gave it a tool.
  it('is refused when it asks for a tool', async () => {
    const call = { id: '1', type: 'function', function: { name: 'order', arguments: '{}' } };
    await using endpoint = await startEndpoint(() => completionOf('{"words":3}', { tool_calls: [call] }));
    expect((await isRefused(providerAt(endpoint.baseUrl).answer(count, input))).message).toContain('tool');
  });

  it('is refused when it is cut off', async () => {
    const { body } = completionOf('{"words":3}');
    const cut = structuredClone(body) as { choices: { finish_reason: string }[] };
    for (const choice of cut.choices) choice.finish_reason = 'length';
    await using endpoint = await startEndpoint(() => ({ body: cut }));
    expect((await isRefused(providerAt(endpoint.baseUrl).answer(count, input))).message).toContain('cut off');
  });
});

it('gives up an endpoint that does not answer, fails or says nonsense', async () => {
  for (const answer of [{ hangs: true as const }, { status: 503 }, { body: { choices: [] } }]) {
    await using endpoint = await startEndpoint(() => answer);
    const provider = providerAt(endpoint.baseUrl, { timeoutMs: 200 });
    expect((await isRefused(provider.answer(count, input))).message).toContain('did not answer');
  }
});

it('counts tokens itself where the server does not', async () => {
  const { body } = completionOf('{"words":3}');
  const { usage: _, ...silent } = body as { usage: unknown };
  await using endpoint = await startEndpoint(() => ({ body: silent }));
  const { usage } = await providerAt(endpoint.baseUrl).answer(count, input);
  expect(usage.inputTokens).toBeGreaterThan(50);
  expect(usage.outputTokens).toBe(3);
});
