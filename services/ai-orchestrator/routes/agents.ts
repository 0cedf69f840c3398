import { z } from 'zod';
import { type Agent, agent, agentPage, agentQuery, registerAgentRequest } from '#contracts/http/agents.ts';
import { slug } from '#contracts/http/workflow-definitions.ts';
import type { Database } from '#platform/database/database.ts';
import { AppError, messageOf } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import { jsonSchema } from '#platform/schema/json-schema.ts';
import type { BuiltInAgent } from '../agents/agent.ts';
import { ForbiddenAddressError, type OutboundGuard } from '../connectors/outbound-guard.ts';
import { type RemoteAgent, registerAgent, remoteAgents, unregisterAgent } from '../database/agents.ts';
import { lastOfPage, noStore, noStoreHeader } from './paging.ts';

const tags = ['agents'];
const agentId = z.object({ id: slug });

const shownBuiltIn = ({ id, name, capabilities, input, output }: BuiltInAgent): Agent => ({
  id,
  name,
  kind: 'built-in',
  capabilities: [...capabilities],
  url: null,
  input: jsonSchema(input, 'input'),
  output: jsonSchema(output, 'output'),
});

const shownRemote = ({ id, name, capabilities, url }: RemoteAgent): Agent => ({
  id,
  name,
  kind: 'remote',
  capabilities: [...capabilities],
  url,
  input: null,
  output: null,
});

export interface AgentParts {
  readonly database: Database;
  readonly builtIn: ReadonlyMap<string, BuiltInAgent>;
  readonly guard: Pick<OutboundGuard, 'requireCallable'>;
}

/** All agents by name. */
export async function allAgents({ database, builtIn }: Omit<AgentParts, 'guard'>): Promise<Agent[]> {
  const remote = await remoteAgents(database);
  const all = [...[...builtIn.values()].map(shownBuiltIn), ...remote.map(shownRemote)];
  return all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** `GET /v1/agents` */
export const listAgentsRoute = (parts: AgentParts): Route =>
  route({
    method: 'get',
    path: '/v1/agents',
    summary: 'List agents, by name',
    tags,
    access: ['operator'],
    query: agentQuery,
    responses: { 200: { description: 'A page of agents', schema: agentPage, headers: noStoreHeader } },
    handler: async ({ query: { capability, after = '', limit } }) => {
      const agents = (await allAgents(parts))
        .filter(({ capabilities }) => capability === undefined || capabilities.includes(capability))
        .filter(({ id }) => id > after)
        .slice(0, limit);
      const nextAfter = lastOfPage(agents, limit)?.id ?? null;
      return { status: 200, headers: noStore, body: { agents, nextAfter } };
    },
  });

/** `GET /v1/agents/:id` */
export const getAgentRoute = (parts: AgentParts): Route =>
  route({
    method: 'get',
    path: '/v1/agents/:id',
    summary: 'Get an agent, with what it takes and gives',
    tags,
    access: ['operator'],
    params: agentId,
    problems: ['not-found'],
    responses: { 200: { description: 'The agent', schema: agent, headers: noStoreHeader } },
    handler: async ({ params }) => {
      const found = (await allAgents(parts)).find(({ id }) => id === params.id);
      if (!found) throw new AppError('not-found', `There is no agent ${params.id}.`);
      return { status: 200, headers: noStore, body: found };
    },
  });

/** `POST /v1/agents` */
export const registerAgentRoute = ({ database, builtIn, guard }: AgentParts): Route =>
  route({
    method: 'post',
    path: '/v1/agents',
    summary: 'Register an agent of your own, or what has changed about it',
    description:
      'Steps of workflows may name it. It is called by signed requests (Standard Webhooks) with an Idempotency-Key.',
    tags,
    access: ['operator'],
    body: registerAgentRequest,
    problems: ['name-taken'],
    responses: {
      200: { description: 'It was registered before', schema: agent },
      201: { description: 'It is registered', schema: agent },
    },
    handler: async ({ body }) => {
      if (builtIn.has(body.id)) throw new AppError('name-taken', `${body.id} is an agent of the house.`);
      requireCallable(guard, body.url);
      const created = await registerAgent(database, body);
      return { status: created ? 201 : 200, body: shownRemote(body) };
    },
  });

function requireCallable(guard: AgentParts['guard'], url: string): void {
  try {
    guard.requireCallable(new URL(url));
  } catch (error) {
    if (!(error instanceof ForbiddenAddressError)) throw error;
    const field = { field: 'body.url', message: messageOf(error) };
    throw new AppError('validation-failed', `body.url: ${field.message}`, { fields: [field], cause: error });
  }
}

/** `DELETE /v1/agents/:id` */
export const unregisterAgentRoute = ({ database, builtIn }: AgentParts): Route =>
  route({
    method: 'delete',
    path: '/v1/agents/:id',
    summary: 'Unregister an agent',
    description: 'Runs whose next step is its own fail there, and can be retried when it is back.',
    tags,
    access: ['operator'],
    params: agentId,
    problems: ['not-found', 'name-taken'],
    responses: { 204: { description: 'It is gone' } },
    handler: async ({ params: { id } }) => {
      if (builtIn.has(id)) throw new AppError('name-taken', `${id} is an agent of the house.`);
      if (!(await unregisterAgent(database, id))) throw new AppError('not-found', `There is no agent ${id}.`);
      return { status: 204 };
    },
  });
