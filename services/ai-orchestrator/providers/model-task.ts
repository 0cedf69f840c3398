import type { z } from 'zod';

/** Something that a model is asked, with what may come back. */
export interface ModelTask<I, O> {
  /** `analyse-feedback` */
  readonly name: string;
  /** What to do, for a language model. Ours: nothing of a guest is in it. */
  readonly instructions: string;
  readonly output: z.ZodType<O>;
  /** What else must hold, in words for the model; undefined when all is well. */
  readonly check?: (input: I, output: O) => string | undefined;
  /** The same without a language model: deterministic, without network. */
  readonly local: (input: I) => O | Promise<O>;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface Answer<O> {
  readonly value: O;
  readonly model: string;
  readonly usage: Usage;
}

/** Who answers: `local`, or a language model somewhere. */
export interface Provider {
  /** `gen_ai.provider.name` */
  readonly name: string;
  readonly model: string;
  /** @throws ModelError when no valid answer comes. */
  answer<I, O>(task: ModelTask<I, O>, input: I): Promise<Answer<O>>;
}

/** A model that gives no valid answer. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** What it took all the same: it is paid for. */
  readonly usage: Usage;

  constructor(message: string, usage: Usage, options?: ErrorOptions) {
    super(message, options);
    this.usage = usage;
  }
}

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0 };

export const addUsage = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
});
