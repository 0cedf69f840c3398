import { z } from 'zod';
import { messageOf } from '#platform/errors/app-error.ts';
import { jsonSchema } from '#platform/schema/json-schema.ts';
import {
  type Answer,
  addUsage,
  ModelError,
  type ModelTask,
  noUsage,
  type Provider,
  type Usage,
} from './model-task.ts';
import { type ChatMessage, promptOf } from './prompt.ts';

export interface OpenAiOptions {
  /** As `http://ollama:11434/v1`, without the last slash. */
  readonly baseUrl: string;
  readonly model: string;
  /** Ollama and vLLM ask for none. */
  readonly apiKey?: string | undefined;
  /** For one answer. */
  readonly timeoutMs: number;
  /** How often it may correct an answer that is not valid. */
  readonly corrections: number;
}

/** As much of an answer as is used; the rest is the server's own. https://platform.openai.com/docs/api-reference/chat */
const completion = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), tool_calls: z.array(z.unknown()).nullish() }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).optional(),
});

interface Reply {
  readonly content: string;
  readonly model: string;
  readonly usage: Usage;
  /** Why it can't be taken, whatever its content. */
  readonly flaw: string | undefined;
}

// Characters of English text in a token, for servers that count none.
const charactersPerToken = 4;

/** A model behind the chat completions of OpenAI's API, as Ollama, vLLM and others offer them. */
export class OpenAiProvider implements Provider {
  readonly name = 'openai';
  readonly model: string;
  readonly #options: OpenAiOptions;

  constructor(options: OpenAiOptions) {
    this.#options = options;
    this.model = options.model;
  }

  async answer<I, O>(task: ModelTask<I, O>, input: I): Promise<Answer<O>> {
    const messages = promptOf(task, input);
    let usage = noUsage;
    let flaw = '';
    for (let attempt = 0; attempt <= this.#options.corrections; attempt += 1) {
      const reply = await this.#ask(task, messages, usage);
      usage = addUsage(usage, reply.usage);
      const judged = reply.flaw === undefined ? judge(task, input, reply.content) : { flaw: reply.flaw };
      if ('value' in judged) return { value: judged.value, model: reply.model, usage };
      flaw = judged.flaw;
      messages.push(
        { role: 'assistant', content: reply.content },
        { role: 'user', content: `That is not valid: ${flaw}. Answer again with one valid JSON object.` },
      );
    }
    throw new ModelError(`${task.name}: ${this.model} gave no valid answer: ${flaw}`, usage);
  }

  async #ask<I, O>(task: ModelTask<I, O>, messages: readonly ChatMessage[], before: Usage): Promise<Reply> {
    const { baseUrl, model, apiKey, timeoutMs } = this.#options;
    const schema = { name: task.name, strict: true, schema: jsonSchema(task.output, 'input') };
    try {
      const response = await fetch(`${baseUrl}/chat/completions`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({
          model,
          messages,
          temperature: 0,
          seed: 1,
          response_format: { type: 'json_schema', json_schema: schema },
        }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
      return replyOf(completion.parse(await response.json()), messages, model);
    } catch (cause) {
      throw new ModelError(`${task.name}: ${model} did not answer: ${messageOf(cause)}`, before, { cause });
    }
  }
}

function replyOf(
  { choices, model, usage }: z.infer<typeof completion>,
  messages: readonly ChatMessage[],
  asked: string,
): Reply {
  const { message, finish_reason } = choices[0] as z.infer<typeof completion>['choices'][number];
  const content = message.content ?? '';
  const length = messages.reduce((sum, { content: text }) => sum + text.length, 0);
  return {
    content,
    model: model ?? asked,
    usage: usage
      ? { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens }
      : {
          inputTokens: Math.ceil(length / charactersPerToken),
          outputTokens: Math.ceil(content.length / charactersPerToken),
        },
    // Nobody gave it a tool: who asks for one follows somebody else.
    flaw: message.tool_calls?.length
      ? 'it asks for a tool, and there is none'
      : finish_reason === 'length'
        ? 'it is cut off'
        : undefined,
  };
}

function judge<I, O>(task: ModelTask<I, O>, input: I, content: string): { value: O } | { flaw: string } {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    return { flaw: `it is no JSON (${messageOf(error)})` };
  }
  const parsed = task.output.safeParse(json);
  if (!parsed.success) return { flaw: z.prettifyError(parsed.error) };
  const flaw = task.check?.(input, parsed.data);
  return flaw === undefined ? { value: parsed.data } : { flaw };
}
