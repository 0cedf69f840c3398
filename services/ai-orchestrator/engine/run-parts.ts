import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Database } from '#platform/database/database.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import { contextFromHeaders, traceHeaders } from '#platform/kafka/tracing.ts';
import type { AgentTools, BuiltInAgent } from '../agents/agent.ts';
import type { RemoteCall } from '../agents/remote.ts';
import type { Connectors } from '../connectors/connectors.ts';
import { applyAction, tellOfAction } from '../database/actions.ts';
import { findRemoteAgent } from '../database/agents.ts';
import { once } from '../database/effects.ts';
import { closeRun } from '../database/ending.ts';
import { closeTask, findTask, openTask } from '../database/tasks.ts';
import { keyOf } from '../delivery/ai-events.ts';
import type { Action } from '../domain/actions.ts';
import type { AiMetrics } from '../metrics.ts';
import type { ModelGateway } from '../providers/gateway.ts';
import type { Durable } from './durable.ts';
import { isTakenAway } from './engine.ts';
import { PermanentError } from './permanent-error.ts';
import { type Ending, type Run, type RunParts, runDefinition, type StepPlace } from './run-definition.ts';

export interface WorkParts {
  readonly database: Database;
  readonly agents: ReadonlyMap<string, BuiltInAgent>;
  readonly callRemote: (call: RemoteCall) => Promise<unknown>;
  readonly models: Pick<ModelGateway, 'ask'>;
  readonly connectors: Connectors;
  readonly metrics: Pick<AiMetrics, 'agentRan' | 'runFinished'>;
}

const tracer = trace.getTracer('gocoffee.ai');

/**
 * Does one run, in the trace of what started it; done again after a crash it has a span of its own in that trace. Names
 * are those of the GenAI conventions. https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-agent-spans/
 */
export async function executeRun(parts: WorkParts, durable: Durable, run: Run): Promise<Ending> {
  const { id, definition, attempt } = run;
  const attributes = {
    'gen_ai.operation.name': 'invoke_workflow',
    'gen_ai.workflow.name': definition.id,
    'coffee.ai.run.id': id,
    'coffee.ai.run.attempt': attempt,
    'coffee.ai.definition.version': definition.version,
  };
  const name = `invoke_workflow ${definition.id}`;
  return spanned(name, SpanKind.INTERNAL, attributes, contextFromHeaders(run.trace), async () => {
    try {
      return await runDefinition(durable, runPartsOf(parts), run);
    } catch (error) {
      // Whoever has it tells of it.
      if (isTakenAway(error)) throw error;
      const ending: Ending = { outcome: 'failed', result: {}, error: messageOf(error) };
      await durable.step('finish', () => finish(parts, run, ending), { attempts: 10 });
      throw error;
    }
  });
}

async function spanned<T>(
  name: string,
  kind: SpanKind,
  attributes: Record<string, string | number>,
  parent: ReturnType<typeof context.active>,
  work: () => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, { kind, attributes }, parent, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  });
}

async function finish(
  { database, metrics }: Pick<WorkParts, 'database' | 'metrics'>,
  run: Run,
  { outcome, result, error }: Ending,
): Promise<void> {
  const end = { id: run.id, status: outcome, result, error };
  const ended = await closeRun(database, end, traceHeaders(context.active()));
  if (ended) metrics.runFinished(run.definition.id, outcome);
}

/** What runs need from the world, made of the service's parts. */
export function runPartsOf(parts: WorkParts): RunParts {
  const { database } = parts;
  return {
    runAgent: (place, agent, input) => invokeAgent(parts, place, agent, input),
    askForApproval: ({ run }, { id, title, actions, dueInSeconds }) =>
      openTask(database, {
        id,
        kind: 'approval',
        title,
        details: { actions },
        assignee: null,
        runId: run.id,
        dueInSeconds,
      }),
    approvalExpired: async (_, id) => {
      await closeTask(database, { id, status: 'expired', note: undefined, by: 'system' });
      const task = await findTask(database, id);
      return task?.status === 'completed';
    },
    carryOut: (place, action) => carryOut(parts, place, action),
    finish: (run, ending) => finish(parts, run, ending),
  };
}

async function invokeAgent(
  parts: WorkParts,
  place: StepPlace,
  agent: string,
  input: unknown,
): Promise<unknown> {
  const attributes = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.id': agent,
    'gen_ai.agent.name': parts.agents.get(agent)?.name ?? agent,
    'coffee.ai.step': place.step,
  };
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1_000;
  return spanned(`invoke_agent ${agent}`, SpanKind.INTERNAL, attributes, context.active(), async () => {
    try {
      const output = await runAgent(parts, place, agent, input);
      parts.metrics.agentRan(agent, 'done', seconds());
      return output;
    } catch (error) {
      parts.metrics.agentRan(agent, 'failed', seconds());
      throw error;
    }
  });
}

async function runAgent(parts: WorkParts, place: StepPlace, id: string, input: unknown): Promise<unknown> {
  const { database, agents, callRemote, models } = parts;
  const builtIn = agents.get(id);
  if (builtIn) {
    const ask: AgentTools['ask'] = (task, question) => models.ask(place.run, task, question);
    return builtIn.run(input, { database, ask, now: Date.now() });
  }
  const remote = await findRemoteAgent(database, id);
  if (!remote) throw new PermanentError(`there is no agent ${id}`);
  return callRemote({ agent: remote, input, key: keyOf(place) });
}

/** Each action is a tool that the engine uses, never the model. */
async function carryOut(parts: WorkParts, place: StepPlace, action: Action): Promise<unknown> {
  const { database, connectors } = parts;
  const attributes = {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': action.kind,
    'coffee.ai.step': place.step,
  };
  return spanned(`execute_tool ${action.kind}`, SpanKind.INTERNAL, attributes, context.active(), async () => {
    // Not in the transaction: a receiver that hangs would hold it open. Its repeat carries the same key.
    if (action.kind === 'notify') await connectors[action.channel].send(action, keyOf(place));
    const trace = traceHeaders(context.active());
    return once(database, { runId: place.run.id, step: place.step }, async (transaction) => {
      await applyAction(transaction, place, action);
      await tellOfAction(transaction, place, action, trace);
      return { kind: action.kind };
    });
  });
}
