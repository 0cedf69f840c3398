import { logPage } from '#contracts/http/console.ts';
import {
  agentChaos,
  agentFault,
  agentFaults,
  agentReports,
  agentResources,
  agentTraffic,
  chaosRequest,
  commandOutcome,
  containerLogQuery,
  faultRequest,
  replayRequest,
  resourceParams,
  trafficRequest,
} from '#contracts/http/console-agent.ts';
import { AppError, messageOf } from '#platform/errors/app-error.ts';
import { type Application, createApp } from '#platform/http/app.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { Verifier } from '#platform/identity/admit.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { agentTitle } from './agent-process.ts';
import type { Chaos } from './chaos.ts';
import type { Faults } from './faults.ts';
import type { Logs } from './logs.ts';
import type { Reports } from './reports.ts';
import type { Resources } from './resources.ts';
import { lastLines, type RunCoffee } from './run-coffee.ts';
import type { Traffic } from './traffic.ts';

export interface AgentContext {
  readonly log: Logger;
  readonly verifier: Verifier;
  readonly resources: Resources;
  readonly logs: Logs;
  readonly faults: Faults;
  readonly chaos: Chaos;
  readonly traffic: Traffic;
  readonly reports: Reports;
  readonly runCoffee: RunCoffee;
  /** Of the pages that may ask. */
  readonly origins: readonly string[];
  /** Aborted when the agent ends. */
  readonly signal: AbortSignal;
}

const access = ['operator'] as const;
const done = { 204: { description: 'It is done' } } as const;

/** @throws AppError `dependency-unavailable` with what Docker, or whatever is asked for it, says. */
async function docker<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('dependency-unavailable', messageOf(error), { cause: error });
  }
}

function resourceRoutes({ resources, logs, signal }: AgentContext): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/resources',
      summary: 'The containers of the stack',
      tags: ['resources'],
      access,
      responses: { 200: { description: 'By name', schema: agentResources } },
      problems: ['dependency-unavailable'],
      handler: async () => ({ status: 200, body: { resources: await docker(() => resources.list(signal)) } }),
    }),
    route({
      method: 'post',
      path: '/v1/resources/:name/:action',
      summary: 'Start, stop or restart a container',
      tags: ['resources'],
      access,
      params: resourceParams,
      responses: done,
      problems: ['not-found', 'dependency-unavailable'],
      handler: async ({ params: { name, action } }) => {
        await docker(() => resources.act(name, action, signal));
        return { status: 204 };
      },
    }),
    route({
      method: 'get',
      path: '/v1/logs',
      summary: 'Log lines of the containers, newest first',
      description: 'Records of the services; of a part that is named, every line.',
      tags: ['resources'],
      access,
      query: containerLogQuery,
      responses: { 200: { description: 'Those that match', schema: logPage } },
      problems: ['not-found', 'dependency-unavailable'],
      handler: async ({ query }) => ({ status: 200, body: await docker(() => logs.find(query, signal)) }),
    }),
  ];
}

function faultRoutes({ faults, chaos }: AgentContext): Route[] {
  const common = { path: '/v1/faults', tags: ['faults'], access } as const;
  return [
    route({
      ...common,
      method: 'get',
      summary: 'What is and was broken on purpose, newest first',
      description: 'Through the agent since it started, and by others: ./coffee fault and chaos.',
      responses: { 200: { description: 'Newest first', schema: agentFaults } },
      problems: ['dependency-unavailable'],
      handler: async () => ({ status: 200, body: { faults: await docker(() => faults.list()) } }),
    }),
    route({
      ...common,
      method: 'post',
      summary: 'Break a part for a time',
      body: faultRequest,
      responses: { 202: { description: 'It is being broken', schema: agentFault } },
      problems: ['name-taken', 'not-found', 'dependency-unavailable'],
      handler: async ({ body }) => {
        if (chaos.running)
          throw new AppError('name-taken', 'Chaos is on, and breaks parts itself; stop it first.');
        return { status: 202, body: await docker(() => faults.start(body)) };
      },
    }),
    route({
      ...common,
      method: 'delete',
      summary: 'Mend everything that was broken here, and stop chaos',
      responses: done,
      handler: async () => {
        await Promise.all([faults.clear(), chaos.stop()]);
        return { status: 204 };
      },
    }),
  ];
}

function chaosRoutes({ chaos }: AgentContext): Route[] {
  const common = { path: '/v1/chaos', tags: ['faults'], access } as const;
  return [
    route({
      ...common,
      method: 'get',
      summary: 'Whether there is chaos, what it says, and what the last came to',
      responses: { 200: { description: 'Its state', schema: agentChaos } },
      handler: () => ({ status: 200, body: chaos.state }),
    }),
    route({
      ...common,
      method: 'post',
      summary: 'Let customers order under random faults, then reconcile',
      description: 'Not beside a fault that somebody made: a part has one at a time.',
      body: chaosRequest,
      responses: { 202: { description: 'It starts', schema: agentChaos } },
      problems: ['name-taken', 'dependency-unavailable'],
      handler: async ({ body }) => ({ status: 202, body: await docker(() => chaos.start(body)) }),
    }),
    route({
      ...common,
      method: 'delete',
      summary: 'Stop chaos and undo its faults',
      responses: done,
      handler: async () => {
        await chaos.stop();
        return { status: 204 };
      },
    }),
  ];
}

function trafficRoutes({ traffic }: AgentContext): Route[] {
  const common = { path: '/v1/traffic', tags: ['traffic'], access } as const;
  return [
    route({
      ...common,
      method: 'get',
      summary: 'Whether there is traffic, and what it says',
      responses: { 200: { description: 'Its state', schema: agentTraffic } },
      handler: () => ({ status: 200, body: traffic.state }),
    }),
    route({
      ...common,
      method: 'post',
      summary: 'Start traffic',
      body: trafficRequest,
      responses: { 202: { description: 'It starts', schema: agentTraffic } },
      problems: ['name-taken'],
      handler: ({ body }) => ({ status: 202, body: traffic.start(body) }),
    }),
    route({
      ...common,
      method: 'delete',
      summary: 'Stop traffic',
      responses: done,
      handler: async () => {
        await traffic.stop();
        return { status: 204 };
      },
    }),
  ];
}

function otherRoutes({ reports, runCoffee, signal }: AgentContext): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/reports',
      summary: 'Reports of load and of long suites',
      tags: ['reports'],
      access,
      responses: { 200: { description: 'Newest first', schema: agentReports } },
      handler: async () => ({ status: 200, body: { reports: await reports.list() } }),
    }),
    route({
      method: 'post',
      path: '/v1/dead-letters/replay',
      summary: 'Send dead letters again, as ./coffee dlq replay does',
      tags: ['dead letters'],
      access,
      body: replayRequest,
      responses: { 200: { description: 'What came of it', schema: commandOutcome } },
      handler: async ({ body: { letters } }) => {
        const lines: string[] = [];
        const { code } = await runCoffee(['dlq', 'replay', ...letters], {
          signal,
          onLine: (line) => lines.push(line),
        });
        return { status: 200, body: { succeeded: code === 0, lines: lastLines(lines) } };
      },
    }),
  ];
}

/**
 * What the console's page asks on the developer's own machine. Every route wants an operator's token: whoever else reaches
 * the port, such as another page in the same browser, has none.
 */
export function createAgentApp(context: AgentContext): Application {
  return createApp({
    log: context.log,
    info: {
      title: agentTitle,
      version: '1',
      description: 'Starts, stops and breaks parts of a Compose stack.',
    },
    routes: [
      ...resourceRoutes(context),
      ...faultRoutes(context),
      ...chaosRoutes(context),
      ...trafficRoutes(context),
      ...otherRoutes(context),
    ],
    verifier: context.verifier,
    corsOrigins: context.origins,
    maxInFlight: 50,
  });
}
