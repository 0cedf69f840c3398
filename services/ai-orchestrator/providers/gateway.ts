import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleAll, type IPolicy } from 'cockatiel';
import { messageOf } from '#platform/errors/app-error.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { Run } from '../engine/run-definition.ts';
import type { AiMetrics } from '../metrics.ts';
import { localProvider } from './local.ts';
import { type Answer, ModelError, type ModelTask, type Provider, type Usage } from './model-task.ts';
import { questionKey } from './prompt.ts';

/** What models cost, in millionths of a dollar for a million tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
}

/** What was spent, and answers that are known. */
export interface ModelBook {
  readonly spent: (runId: string) => Promise<{ readonly tokens: number; readonly microdollars: number }>;
  readonly record: (call: RecordedCall) => Promise<void>;
  readonly known: (key: string) => Promise<unknown>;
  readonly keep: (key: string, answer: unknown) => Promise<void>;
}

export interface RecordedCall extends Usage {
  readonly runId: string;
  readonly model: string;
  readonly microdollars: number;
}

export interface GatewayParts {
  /** Undefined: everything is answered locally. */
  readonly remote: Provider | undefined;
  readonly prices: Prices;
  readonly book: ModelBook;
  readonly metrics: Pick<AiMetrics, 'modelCalled' | 'fellBack'>;
  readonly log: Logger;
  /** A model that fails so often in a row is left alone for a while. */
  readonly breaker?: { readonly failures: number; readonly restMs: number };
}

const tracer = trace.getTracer('gocoffee.ai');

/** The one way to a model: by budget, breaker and cache, and locally where the model can't or may not answer. */
export class ModelGateway {
  readonly #parts: GatewayParts;
  readonly #breaker: IPolicy;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    const { failures, restMs } = parts.breaker ?? { failures: 5, restMs: 30_000 };
    this.#breaker = circuitBreaker(handleAll, {
      halfOpenAfter: restMs,
      breaker: new ConsecutiveBreaker(failures),
    });
  }

  /** @throws ModelError when even the local rules have no answer. */
  async ask<I, O>(run: Run, task: ModelTask<I, O>, input: I): Promise<O> {
    const { remote } = this.#parts;
    if (!remote) return (await this.#traced(localProvider, task, () => this.#local(task, input))).value;
    const key = questionKey(remote.model, task, input);
    const known = task.output.safeParse(await this.#parts.book.known(key));
    if (known.success) return known.data;
    const reason = await this.#overBudget(run);
    if (reason) return this.#fallBack(task, input, reason);
    try {
      const answer = await this.#traced(remote, task, () =>
        this.#breaker.execute(() => this.#paid(run, remote, task, input)),
      );
      await this.#parts.book.keep(key, answer.value);
      return answer.value;
    } catch (error) {
      const open = error instanceof BrokenCircuitError;
      if (!open) this.#parts.log.warn({ task: task.name, error: messageOf(error) }, 'model failed');
      return this.#fallBack(task, input, open ? 'breaker' : 'error');
    }
  }

  async #overBudget({ id, definition }: Run): Promise<'budget' | undefined> {
    const { tokens, microdollars } = await this.#parts.book.spent(id);
    const { budget } = definition;
    return tokens >= budget.tokens || microdollars >= budget.microdollars ? 'budget' : undefined;
  }

  /** Records what it took, also when the answer was of no use. */
  async #paid<I, O>(run: Run, remote: Provider, task: ModelTask<I, O>, input: I): Promise<Answer<O>> {
    try {
      const answer = await remote.answer(task, input);
      await this.#record(run, answer.model, answer.usage);
      return answer;
    } catch (error) {
      if (error instanceof ModelError) await this.#record(run, remote.model, error.usage);
      throw error;
    }
  }

  async #record({ id }: Run, model: string, usage: Usage): Promise<void> {
    const { prices, book } = this.#parts;
    const cost = (usage.inputTokens * prices.input + usage.outputTokens * prices.output) / 1_000_000;
    await book.record({ runId: id, model, ...usage, microdollars: Math.ceil(cost) });
  }

  async #fallBack<I, O>(task: ModelTask<I, O>, input: I, reason: string): Promise<O> {
    this.#parts.metrics.fellBack(task.name, reason);
    return (await this.#traced(localProvider, task, () => this.#local(task, input))).value;
  }

  #local<I, O>(task: ModelTask<I, O>, input: I): Promise<Answer<O>> {
    return localProvider.answer(task, input);
  }

  /** A span by the GenAI conventions. https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ */
  #traced<I, O>(
    provider: Provider,
    task: ModelTask<I, O>,
    work: () => Promise<Answer<O>>,
  ): Promise<Answer<O>> {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': provider.name,
      'gen_ai.request.model': provider.model,
      'gen_ai.output.type': 'json',
      'coffee.ai.task': task.name,
    };
    const startedAt = performance.now();
    return tracer.startActiveSpan(
      `chat ${provider.model}`,
      { kind: SpanKind.CLIENT, attributes },
      async (span) => {
        try {
          const answer = await work();
          this.#told(span, provider, answer.model, answer.usage, startedAt);
          return answer;
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
          span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
          const usage = error instanceof ModelError ? error.usage : undefined;
          if (usage) this.#told(span, provider, provider.model, usage, startedAt);
          throw error;
        } finally {
          span.end();
        }
      },
    );
  }

  #told(span: Span, provider: Provider, model: string, usage: Usage, startedAt: number): void {
    span.setAttributes({
      'gen_ai.response.model': model,
      'gen_ai.usage.input_tokens': usage.inputTokens,
      'gen_ai.usage.output_tokens': usage.outputTokens,
    });
    const { input, output } = this.#parts.prices;
    const paid = provider === localProvider ? 0 : usage.inputTokens * input + usage.outputTokens * output;
    this.#parts.metrics.modelCalled({
      provider: provider.name,
      model,
      usage,
      microdollars: paid / 1_000_000,
      seconds: (performance.now() - startedAt) / 1_000,
    });
  }
}
