import { z } from 'zod';
import { slug } from './workflow-definitions.ts';

/** A part that does steps of workflows: ours are `built-in`, `remote` ones are called at their address. */
export const agent = z.object({
  id: slug,
  name: z.string(),
  kind: z.enum(['built-in', 'remote']),
  capabilities: z.array(slug),
  /** Of remote agents. */
  url: z.url().nullable(),
  /** JSON schemas of what it takes and gives; null when a remote one does not tell. */
  input: z.record(z.string(), z.unknown()).nullable(),
  output: z.record(z.string(), z.unknown()).nullable(),
});
export type Agent = z.infer<typeof agent>;

export const agentPage = z.object({ agents: z.array(agent), nextAfter: z.string().nullable() });

/** Calls are signed (Standard Webhooks) with the secret that an operator gave to both sides. */
export const registerAgentRequest = z.strictObject({
  id: slug,
  name: z.string().min(1).max(100),
  capabilities: z.array(slug).min(1).max(20),
  url: z.url({ protocol: /^https?$/ }).max(500),
});
export type RegisterAgentRequest = z.infer<typeof registerAgentRequest>;

export const agentQuery = z.strictObject({
  capability: slug.optional(),
  after: slug.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type AgentQuery = z.infer<typeof agentQuery>;

const messageBody = z.strictObject({
  subject: z.string().min(1).max(200),
  body: z.record(z.string(), z.unknown()).default({}),
});

/** An agent of the house takes the body for its input. */
export const sendMessageRequest = messageBody.extend({ to: slug });
/** To every agent that has the capability, to all without one; of the house to those that take such a body. */
export const broadcastRequest = messageBody.extend({ capability: slug.optional() });

export const message = messageBody.extend({
  id: z.uuid(),
  to: slug,
  sentAt: z.iso.datetime(),
  /** When its agent had it: at once for built-in ones. */
  deliveredAt: z.iso.datetime().nullable(),
  /** The run in which an agent of the house answers; null for remote ones. */
  runId: z.uuid().nullable(),
});
export type AgentMessage = z.infer<typeof message>;

export const messagePage = z.object({ messages: z.array(message), nextBefore: z.uuid().nullable() });
export const messageQuery = z.strictObject({
  to: slug.optional(),
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type MessageQuery = z.infer<typeof messageQuery>;
