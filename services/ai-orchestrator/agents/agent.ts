import type { z } from 'zod';
import type { Database } from '#platform/database/database.ts';
import type { ModelTask } from '../providers/model-task.ts';

/** What an agent may use: it reads the house's data and may ask a model; it carries nothing out. */
export interface AgentTools {
  readonly database: Database;
  readonly ask: <I, O>(task: ModelTask<I, O>, input: I) => Promise<O>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface AgentDefinition<I extends z.ZodType, O extends z.ZodType> {
  readonly id: string;
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly input: I;
  readonly output: O;
  readonly run: (input: z.output<I>, tools: AgentTools) => Promise<z.input<O>>;
}

/** An agent whatever its types are. */
export interface BuiltInAgent {
  readonly id: string;
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** @throws ZodError when input or output are not what they should be. */
  readonly run: (input: unknown, tools: AgentTools) => Promise<unknown>;
}

/** Declares an agent: input and output are checked, so that a step gives what the next one expects. */
export function agent<I extends z.ZodType, O extends z.ZodType>(
  definition: AgentDefinition<I, O>,
): BuiltInAgent {
  return {
    ...definition,
    run: async (input, tools) =>
      definition.output.parse(await definition.run(definition.input.parse(input), tools)),
  };
}
