import { metrics } from '@opentelemetry/api';
import { countDeadLetters } from '#platform/kafka/dead-letter-metric.ts';
import { observeOutboxLag } from '#platform/outbox/metrics.ts';
import type { Relay } from '#platform/outbox/relay.ts';
import type { Usage } from './providers/model-task.ts';

export interface ModelCall {
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  readonly microdollars: number;
  readonly seconds: number;
}

export interface AiGauges {
  /** Runs in front of the engine and in its queue. */
  readonly queued: () => { readonly waiting: number; readonly queued: number };
  readonly relay: Pick<Relay, 'lagMs'>;
}

/** What agents do, what it costs, and how much is waiting. */
export interface AiMetrics {
  agentRan(agent: string, outcome: 'done' | 'failed', seconds: number): void;
  runFinished(definition: string, outcome: string): void;
  modelCalled(call: ModelCall): void;
  fellBack(task: string, reason: string): void;
  adopted(runs: number): void;
  deadLetter(topic: string, code: string): void;
  watch(gauges: AiGauges): void;
}

export function createAiMetrics(): AiMetrics {
  const meter = metrics.getMeter('gocoffee.ai');
  const tasks = meter.createCounter('coffee.ai.tasks', {
    unit: '{task}',
    description: 'Steps that agents have done, by agent and outcome: done, failed',
  });
  const durations = meter.createHistogram('coffee.ai.task.duration', {
    unit: 's',
    description: 'How long an agent took for a step',
  });
  const runs = meter.createCounter('coffee.ai.runs', {
    unit: '{run}',
    description: 'Runs that have ended, by definition and outcome: completed, rejected, failed, stopped',
  });
  // https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/
  const operations = meter.createHistogram('gen_ai.client.operation.duration', {
    unit: 's',
    description: 'How long a model took',
  });
  const tokens = meter.createHistogram('gen_ai.client.token.usage', {
    unit: '{token}',
    description: 'Tokens of one question to a model, by type: input, output',
  });
  const cost = meter.createCounter('coffee.ai.cost', {
    unit: 'USD',
    description: 'What models have cost',
  });
  const fallbacks = meter.createCounter('coffee.ai.fallbacks', {
    unit: '{answer}',
    description:
      'Answers that came from the local provider in the place of a model, by reason: budget, breaker, error',
  });
  const adoptions = meter.createCounter('coffee.ai.adopted', {
    unit: '{run}',
    description: 'Runs that were taken over from an executor that was lost',
  });
  return {
    agentRan: (agent, outcome, seconds) => {
      tasks.add(1, { 'gen_ai.agent.name': agent, outcome });
      durations.record(seconds, { 'gen_ai.agent.name': agent, outcome });
    },
    runFinished: (definition, outcome) => runs.add(1, { definition, outcome }),
    modelCalled: ({ provider, model, usage, microdollars, seconds }) => {
      const attributes = {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider,
        'gen_ai.request.model': model,
      };
      operations.record(seconds, attributes);
      tokens.record(usage.inputTokens, { ...attributes, 'gen_ai.token.type': 'input' });
      tokens.record(usage.outputTokens, { ...attributes, 'gen_ai.token.type': 'output' });
      cost.add(microdollars / 1_000_000, { 'gen_ai.request.model': model });
    },
    fellBack: (task, reason) => fallbacks.add(1, { task, reason }),
    adopted: (count) => adoptions.add(count),
    deadLetter: countDeadLetters(meter),
    watch: ({ queued, relay }) => {
      meter
        .createObservableGauge('coffee.ai.queue.depth', {
          unit: '{run}',
          description: 'Runs that nobody works on yet, by place: waiting, queued',
        })
        .addCallback((result) => {
          const { waiting, queued: inEngine } = queued();
          result.observe(waiting, { place: 'waiting' });
          result.observe(inEngine, { place: 'queued' });
        });
      observeOutboxLag(meter, relay);
    },
  };
}
