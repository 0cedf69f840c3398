import { v5 as uuidv5 } from 'uuid';
import {
  broadcastRequest,
  message,
  messagePage,
  messageQuery,
  sendMessageRequest,
} from '#contracts/http/agents.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import { keepMessages, listMessages } from '../database/messages.ts';
import { type AgentParts, allAgents } from './agents.ts';
import { idempotencyKeyHeaders } from './idempotency-key.ts';
import { lastOfPage, noStore, noStoreHeader } from './paging.ts';

const tags = ['messages'];
// Made once at random: the name space of messages.
const namespace = '8b5d4a4e-7b1f-4a53-8b9c-3f0c3c2f5d77';
const idOf = (key: string, to: string): string => uuidv5(`${key}/${to}`, namespace);

/** `POST /v1/messages` */
export const sendMessageRoute = (parts: AgentParts): Route =>
  route({
    method: 'post',
    path: '/v1/messages',
    summary: 'Send a message to an agent',
    description: 'Remote agents are called with it until they have it.',
    tags,
    access: ['operator'],
    headers: idempotencyKeyHeaders,
    body: sendMessageRequest,
    problems: ['not-found', 'idempotency-key-missing'],
    responses: { 202: { description: 'It will be there, once for the key', schema: message } },
    handler: async ({ headers, body }) => {
      const agent = (await allAgents(parts)).find(({ id }) => id === body.to);
      if (!agent) throw new AppError('not-found', `There is no agent ${body.to}.`);
      const id = idOf(headers['idempotency-key'], body.to);
      const [kept] = await keepMessages(parts.database, [
        { ...body, id, delivered: agent.kind === 'built-in' },
      ]);
      if (!kept) throw new Error('the message was not kept');
      return { status: 202, body: kept };
    },
  });

/** `POST /v1/messages/broadcast` */
export const broadcastRoute = (parts: AgentParts): Route =>
  route({
    method: 'post',
    path: '/v1/messages/broadcast',
    summary: 'Send a message to all agents, or to all that have a capability',
    tags,
    access: ['operator'],
    headers: idempotencyKeyHeaders,
    body: broadcastRequest,
    problems: ['idempotency-key-missing'],
    responses: { 202: { description: 'They will be there, once for the key', schema: messagePage } },
    handler: async ({ headers, body: { capability, ...rest } }) => {
      const agents = (await allAgents(parts)).filter(
        ({ capabilities }) => capability === undefined || capabilities.includes(capability),
      );
      const messages = await keepMessages(
        parts.database,
        agents.map(({ id: to, kind }) => ({
          ...rest,
          to,
          id: idOf(headers['idempotency-key'], to),
          delivered: kind === 'built-in',
        })),
      );
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
