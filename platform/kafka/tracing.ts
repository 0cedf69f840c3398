import {
  type Context,
  context,
  isSpanContextValid,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { messageOf } from '../errors/app-error.ts';
import type { IncomingMessage, OutgoingMessage } from './messages.ts';

const tracer = trace.getTracer('gocoffee.kafka');

/** W3C trace context of `from` as headers. */
export function traceHeaders(from: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(from, headers);
  return headers;
}

/** The context that trace headers (of a message, or of an outbox row) describe. */
export const contextFromHeaders = (headers: Readonly<Record<string, string>>): Context =>
  propagation.extract(ROOT_CONTEXT, headers);

/**
 * Starts the producer span of a message. Names and attributes follow the semantic conventions for messaging.
 * https://opentelemetry.io/docs/specs/semconv/messaging/kafka/
 */
export function startPublishSpan(
  message: OutgoingMessage,
  parent: Context,
): { span: Span; context: Context } {
  const span = tracer.startSpan(
    `send ${message.topic}`,
    {
      kind: SpanKind.PRODUCER,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
        'messaging.destination.name': message.topic,
        'messaging.kafka.message.key': message.key,
      },
    },
    parent,
  );
  return { span, context: trace.setSpan(parent, span) };
}

export function endSpan(span: Span, error?: unknown): void {
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
  span.end();
}

/** The context of each message's `process` span, for what is made from the message: outbox rows, dead letters. */
export type MessageContexts = ReadonlyMap<IncomingMessage, Context>;

/**
 * Runs `work` on a batch inside a span of its own trace that links to the messages; each sampled message gets a
 * `process` span in its own trace that links to the batch's span, so that the database work can be reached from
 * every order (design.md, decision 8).
 */
export async function traceBatch<T>(
  group: string,
  messages: readonly IncomingMessage[],
  work: (contexts: MessageContexts) => Promise<T>,
): Promise<T> {
  const topic = messages[0]?.topic ?? 'nothing';
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': topic,
    'messaging.consumer.group.name': group,
  };
  const partitions = new Set(messages.map(({ partition }) => partition));
  const parents = new Map(messages.map((message) => [message, contextFromHeaders(message.headers)]));
  const batchSpan = tracer.startSpan(
    `process batch ${topic}`,
    {
      kind: SpanKind.CONSUMER,
      root: true,
      links: sampledLinks(parents.values()),
      attributes: {
        ...attributes,
        'messaging.batch.message_count': messages.length,
        // Of several there is no one id.
        ...(partitions.size === 1
          ? { 'messaging.destination.partition.id': String(messages[0]?.partition) }
          : {}),
      },
    },
    ROOT_CONTEXT,
  );
  const spans: Span[] = [];
  const contexts = new Map<IncomingMessage, Context>();
  for (const [message, parent] of parents) {
    if (!isSampled(parent)) {
      contexts.set(message, parent);
      continue;
    }
    const span = tracer.startSpan(
      `process ${topic}`,
      {
        kind: SpanKind.CONSUMER,
        links: [{ context: batchSpan.spanContext() }],
        attributes: {
          ...attributes,
          'messaging.kafka.offset': Number(message.offset),
          'messaging.destination.partition.id': String(message.partition),
          'messaging.kafka.message.key': message.key ?? '',
        },
      },
      parent,
    );
    spans.push(span);
    contexts.set(message, trace.setSpan(parent, span));
  }
  try {
    const result = await context.with(trace.setSpan(ROOT_CONTEXT, batchSpan), () => work(contexts));
    for (const span of [...spans, batchSpan]) endSpan(span);
    return result;
  } catch (error) {
    for (const span of [...spans, batchSpan]) endSpan(span, error);
    throw error;
  }
}

export function isSampled(parent: Context): boolean {
  const spanContext = trace.getSpanContext(parent);
  return spanContext !== undefined && (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
}

function sampledLinks(parents: Iterable<Context>): Link[] {
  const links: Link[] = [];
  for (const parent of parents) {
    const spanContext = trace.getSpanContext(parent);
    if (spanContext && isSpanContextValid(spanContext) && isSampled(parent))
      links.push({ context: spanContext });
  }
  return links;
}
