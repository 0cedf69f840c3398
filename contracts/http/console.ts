import { z } from 'zod';
import { role } from '../access-token.ts';

/** Who looks at the console, and what there is beside it. */
export const consoleSession = z.object({
  subject: z.string(),
  roles: z.array(role),
  environment: z.string(),
  /** Of the process on the developer's machine that starts and breaks containers; null where there is none. */
  agentUrl: z.string().nullable(),
  grafanaUrl: z.string().nullable(),
});
export type ConsoleSession = z.infer<typeof consoleSession>;

const partHealth = z.enum(['up', 'down', 'unknown']);
const measured = z.number().nullable();

export const mapNode = z.object({
  id: z.string(),
  kind: z.enum(['entrance', 'service', 'topic', 'store', 'chain']),
  health: partHealth,
});

/** What goes from one part to another; null is what is not measured there, or not now. */
export const mapEdge = z.object({
  from: z.string(),
  to: z.string(),
  perSecond: measured,
  /** 0 to 1. */
  errorShare: measured,
  p95Ms: measured,
  /** Messages that wait on this edge. */
  lag: measured,
});

export const systemMap = z.object({
  asOf: z.iso.datetime(),
  nodes: z.array(mapNode),
  edges: z.array(mapEdge),
});
export type SystemMap = z.infer<typeof systemMap>;

const traceId = z.string().regex(/^[0-9a-f]{32}$/, 'is no trace id');
const attributes = z.record(z.string(), z.string());

export const consoleSpan = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentId: z.string().nullable(),
  service: z.string(),
  name: z.string(),
  /** Milliseconds since the epoch, with fractions. */
  startMs: z.number(),
  durationMs: z.number(),
  failed: z.boolean(),
  attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })),
});
export type ConsoleSpan = z.infer<typeof consoleSpan>;

export const traceParams = z.strictObject({ id: traceId });
export const trace = z.object({ traceId: z.string(), spans: z.array(consoleSpan) });

export const traceSummary = z.object({
  traceId: z.string(),
  /** Of its first span. */
  name: z.string(),
  service: z.string(),
  startMs: z.number(),
  durationMs: z.number(),
  spans: z.int(),
  failed: z.boolean(),
  services: z.array(z.string()),
});
export type TraceSummary = z.infer<typeof traceSummary>;

const name = z.string().min(1).max(200);

export const traceQuery = z.strictObject({
  service: name,
  operation: name.optional(),
  minDurationMs: z.coerce.number().int().min(0).max(86_400_000).optional(),
  /** How far back. */
  minutes: z.coerce.number().int().min(1).max(1_440).default(60),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type TraceQuery = z.infer<typeof traceQuery>;
export const tracePage = z.object({ traces: z.array(traceSummary) });

export const logQuery = z.strictObject({
  service: name.optional(),
  /** A line must contain it. */
  text: z.string().max(200).optional(),
  traceId: traceId.optional(),
  minutes: z.coerce.number().int().min(1).max(1_440).default(60),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type LogQuery = z.infer<typeof logQuery>;

export const logLine = z.object({
  at: z.iso.datetime(),
  service: z.string(),
  level: z.string(),
  message: z.string(),
  traceId: z.string().nullable(),
  fields: attributes,
});
export type LogLine = z.infer<typeof logLine>;
export const logPage = z.object({
  /** Who was asked: Loki, or the containers of a Compose stack by Docker. */
  source: z.enum(['loki', 'containers']),
  lines: z.array(logLine),
  /** Whether everything within the time could be looked at. */
  complete: z.boolean(),
});
export type LogPage = z.infer<typeof logPage>;

export const metricQuery = z.strictObject({
  /** PromQL. */
  expression: z.string().min(1).max(2_000),
  minutes: z.coerce.number().int().min(1).max(10_080).default(15),
  /** Points of each series at most. */
  points: z.coerce.number().int().min(2).max(600).default(120),
});
export type MetricQuery = z.infer<typeof metricQuery>;

export const metricSeries = z.object({
  labels: attributes,
  /** Milliseconds since the epoch and the value; null where it is no number. */
  points: z.array(z.tuple([z.number(), z.number().nullable()])),
});
export type MetricSeries = z.infer<typeof metricSeries>;
export const metricAnswer = z.object({ series: z.array(metricSeries) });

export const kafkaTopic = z.object({
  name: z.string(),
  partitions: z.array(
    z.object({
      id: z.int(),
      leader: z.int(),
      replicas: z.int(),
      inSync: z.int(),
      /** Of the oldest message that is kept. */
      begin: z.int(),
      /** That the next message gets. */
      end: z.int(),
    }),
  ),
});

export const kafkaGroup = z.object({
  id: z.string(),
  state: z.string(),
  members: z.int(),
  topics: z.array(z.object({ topic: z.string(), lag: z.int() })),
});

export const kafkaOverview = z.object({ topics: z.array(kafkaTopic), groups: z.array(kafkaGroup) });
export type KafkaOverview = z.infer<typeof kafkaOverview>;

export const kafkaMessage = z.object({
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
  at: z.iso.datetime(),
  key: z.string().nullable(),
  headers: attributes,
  /** As text; cut off after 16 KiB. */
  value: z.string().nullable(),
});
export type KafkaMessage = z.infer<typeof kafkaMessage>;

const topicName = z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/, 'is no name of a topic');
export const topicParams = z.strictObject({ topic: topicName });
export const messageQuery = z.strictObject({
  partition: z.coerce.number().int().min(0).max(10_000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const messagePage = z.object({ messages: z.array(kafkaMessage) });

export const orderParams = z.strictObject({ id: z.uuid() });
export const orderEventQuery = z.strictObject({
  /** When the order was placed: messages from before are not looked at. */
  since: z.iso.datetime(),
  /** When it changed last, of one that has ended: it is not looked for in what came minutes later. */
  until: z.iso.datetime().optional(),
});
export const orderEventPage = z.object({
  events: z.array(kafkaMessage),
  /** What of it could not be processed. */
  deadLetters: z.array(kafkaMessage),
  /** Whether everything since then could be looked at in time. */
  complete: z.boolean(),
});
export type OrderEventPage = z.infer<typeof orderEventPage>;

export const consoleAlert = z.object({
  state: z.enum(['pending', 'firing']),
  labels: attributes,
  annotations: attributes,
  activeAt: z.iso.datetime({ offset: true }),
});
export type ConsoleAlert = z.infer<typeof consoleAlert>;
export const alertPage = z.object({ alerts: z.array(consoleAlert) });

/** A change of an order, as the feed tells of it. */
export const feedEvent = z.object({
  id: z.string(),
  orderId: z.string(),
  type: z.string(),
  at: z.string(),
  traceId: z.string().nullable(),
  data: z.unknown(),
});
export type FeedEvent = z.infer<typeof feedEvent>;
