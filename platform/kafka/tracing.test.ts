import {
  type Context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { LinkedSampler, samplerFromEnvironment } from '../telemetry/sampler.ts';
import type { IncomingMessage } from './messages.ts';
import { contextFromHeaders, endSpan, startPublishSpan, traceBatch, traceHeaders } from './tracing.ts';

const exporter = new InMemorySpanExporter();
beforeAll(() => {
  // Roots are not sampled here, as with a low ratio: what is seen is seen because a message was sampled.
  const sampler = new LinkedSampler(samplerFromEnvironment('parentbased_always_off'));
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  trace.setGlobalTracerProvider(new TracerProvider({ sampler, spanProcessors }));
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
beforeEach(() => exporter.reset());

const traceIds = { sampled: 'a'.repeat(32), other: 'b'.repeat(32) };
const spanId = '1'.repeat(16);
const parent = (traceId: string, traceFlags: TraceFlags): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags });

const message = (headers: Record<string, string>): IncomingMessage => ({
  topic: 'orders.v1',
  partition: 3,
  offset: '7',
  key: 'an-order',
  value: undefined,
  headers,
  timestampMs: 0,
});
const sampled = message({ traceparent: `00-${traceIds.sampled}-${spanId}-01` });
const unsampled = message({ traceparent: `00-${traceIds.other}-${spanId}-00` });
const untraced = message({});
const spans = () => exporter.getFinishedSpans();

it('processes each sampled message in its own trace, linked to the batch that links back', async () => {
  await traceBatch('consumer', [sampled, unsampled, untraced], async () => undefined);
  const [process, batch] = spans();
  expect(spans()).toHaveLength(2);
  expect(process).toMatchObject({ name: 'process orders.v1', kind: SpanKind.CONSUMER });
  expect(process?.spanContext().traceId).toBe(traceIds.sampled);
  expect(process?.parentSpanContext?.spanId).toBe(spanId);
  expect(process?.links.map(({ context }) => context.spanId)).toEqual([batch?.spanContext().spanId]);
  expect(batch).toMatchObject({ name: 'process batch orders.v1' });
  expect(batch?.parentSpanContext).toBeUndefined();
  expect(batch?.links.map(({ context }) => context.traceId)).toEqual([traceIds.sampled]);
  expect(batch?.attributes['messaging.batch.message_count']).toBe(3);
});

it('gives each message the context that what is made from it belongs to', async () => {
  await traceBatch('consumer', [sampled, unsampled, untraced], (contexts) => {
    const traceOf = (of: IncomingMessage) => trace.getSpanContext(contexts.get(of) ?? ROOT_CONTEXT)?.traceId;
    expect([traceOf(sampled), traceOf(unsampled), traceOf(untraced)]).toEqual([
      traceIds.sampled,
      traceIds.other,
      undefined,
    ]);
    return Promise.resolve();
  });
});

it('leaves no span of a batch in which nothing is sampled', async () => {
  await traceBatch('consumer', [unsampled, untraced], async () => undefined);
  expect(spans()).toEqual([]);
});

it('shows a failure in every span, and passes it on', async () => {
  const failing = traceBatch('consumer', [sampled], () => Promise.reject(new Error('database is away')));
  await expect(failing).rejects.toThrow('database is away');
  expect(spans().map(({ status }) => status)).toEqual([
    { code: SpanStatusCode.ERROR, message: 'database is away' },
    { code: SpanStatusCode.ERROR, message: 'database is away' },
  ]);
});

it('sends a message in a span of its own, whose context goes with it', () => {
  const outgoing = { topic: 'orders.v1', key: 'an-order', value: '{}', headers: {} };
  const { span, context } = startPublishSpan(outgoing, parent(traceIds.sampled, TraceFlags.SAMPLED));
  endSpan(span);
  expect(spans()).toEqual([expect.objectContaining({ name: 'send orders.v1', kind: SpanKind.PRODUCER })]);
  const received = trace.getSpanContext(contextFromHeaders(traceHeaders(context)));
  expect(received).toMatchObject({ traceId: traceIds.sampled, spanId: span.spanContext().spanId });
});

it('takes headers that are no trace context for none', () => {
  for (const traceparent of [
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `ff-${traceIds.sampled}-${spanId}-01`,
  ]) {
    expect(trace.getSpanContext(contextFromHeaders({ traceparent })), traceparent).toBeUndefined();
  }
});
