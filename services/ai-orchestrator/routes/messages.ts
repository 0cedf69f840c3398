import { context } from '@opentelemetry/api';
import { v5 as uuidv5 } from 'uuid';
import {
  type AgentMessage,
  broadcastRequest,
  message,
  messagePage,
  messageQuery,
  sendMessageRequest,
} from '#contracts/http/agents.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import { traceHeaders } from '#platform/kafka/tracing.ts';
import { keepMessages, listMessages } from '../database/messages.ts';
import { insertRuns } from '../database/runs.ts';
import { answeringWith } from '../domain/answering.ts';
import type { Workflows } from '../engine/workflows.ts';
import { type AgentParts, allAgents } from './agents.ts';
import { idempotencyKeyHeaders } from './idempotency-key.ts';
import { lastOfPage, noStore, noStoreHeader } from './paging.ts';

const tags = ['messages'];
// Made once at random: the name space of messages.
const namespace = '8b5d4a4e-7b1f-4a53-8b9c-3f0c3c2f5d77';
const idOf = (key: string, to: string): string => uuidv5(`${key}/${to}`, namespace);

interface Sending {
  readonly subject: string;
  readonly body: Record<string, unknown>;
}

/** Keeps messages, and asks for the runs in which agents of the house answer theirs: once for the key. */
function send(
  { database, builtIn }: AgentParts,
  { subject, body }: Sending,
  { key, to }: { readonly key: string; readonly to: readonly string[] },
): Promise<AgentMessage[]> {
  const trace = traceHeaders(context.active());
  return database.transaction(async (transaction) => {
    const messages = to.map((agent) => {
      const id = idOf(key, agent);
      return { id, to: agent, subject, body, runId: builtIn.has(agent) ? id : null };
    });
    const kept = await keepMessages(transaction, messages);
    // A repeat with another body gets the first one's answer.
    const answers = kept.flatMap(({ runId, to: agent, body: input, sentAt }) =>
      runId === null
        ? []
        : [{ id: runId, definition: answeringWith(agent, sentAt), input, trigger: 'message', trace }],
    );
    await insertRuns(transaction, answers);
    return kept;
  });
}

/** `POST /v1/messages` */
export const sendMessageRoute = (parts: AgentParts, workflows: Pick<Workflows, 'requireRoom'>): Route =>
  route({
    method: 'post',
    path: '/v1/messages',
    summary: 'Send a message to an agent',
    description:
      'Remote agents are called with it until they have it. Agents of the house answer in a run; what they ask for is told there and not carried out.',
    tags,
    access: ['operator'],
    headers: idempotencyKeyHeaders,
    body: sendMessageRequest,
    problems: ['not-found', 'idempotency-key-missing'],
    responses: { 202: { description: 'It will be there, once for the key', schema: message } },
    handler: async ({ headers, body: { to, ...sending } }) => {
      const agent = (await allAgents(parts)).find(({ id }) => id === to);
      if (!agent) throw new AppError('not-found', `There is no agent ${to}.`);
      requireInput(parts, to, sending.body);
      await workflows.requireRoom();
      const [kept] = await send(parts, sending, { key: headers['idempotency-key'], to: [to] });
      if (!kept) throw new Error('the message was not kept');
      return { status: 202, body: kept };
    },
  });

function requireInput({ builtIn }: AgentParts, agent: string, body: unknown): void {
  const parsed = builtIn.get(agent)?.input.safeParse(body);
  const fields = parsed?.error?.issues.map(({ path, message: flaw }) => ({
    field: ['body', 'body', ...path].join('.'),
    message: flaw,
  }));
  if (!fields) return;
  throw new AppError('validation-failed', `${fields[0]?.field}: ${fields[0]?.message}`, { fields });
}

/** `POST /v1/messages/broadcast` */
export const broadcastRoute = (parts: AgentParts, workflows: Pick<Workflows, 'requireRoom'>): Route =>
  route({
    method: 'post',
    path: '/v1/messages/broadcast',
    summary: 'Send a message to all agents, or to all that have a capability',
    description: 'Of the agents of the house, to those that take such a body.',
    tags,
    access: ['operator'],
    headers: idempotencyKeyHeaders,
    body: broadcastRequest,
    problems: ['idempotency-key-missing'],
    responses: { 202: { description: 'They will be there, once for the key', schema: messagePage } },
    handler: async ({ headers, body: { capability, ...sending } }) => {
      const takes = (id: string): boolean =>
        parts.builtIn.get(id)?.input.safeParse(sending.body).success !== false;
      const agents = (await allAgents(parts))
        .filter(({ capabilities }) => capability === undefined || capabilities.includes(capability))
        .filter(({ id }) => takes(id));
      await workflows.requireRoom();
      const to = agents.map(({ id }) => id);
      const messages = await send(parts, sending, { key: headers['idempotency-key'], to });
      return { status: 202, body: { messages, nextBefore: null } };
    },
  });

/** `GET /v1/messages` */
export const listMessagesRoute = ({ database }: AgentParts): Route =>
  route({
    method: 'get',
    path: '/v1/messages',
    summary: 'List messages, newest first',
    tags,
    access: ['operator'],
    query: messageQuery,
    responses: { 200: { description: 'A page of messages', schema: messagePage, headers: noStoreHeader } },
    handler: async ({ query }) => {
      const messages = await listMessages(database, query);
      const nextBefore = lastOfPage(messages, query.limit)?.id ?? null;
      return { status: 200, headers: noStore, body: { messages, nextBefore } };
    },
  });
