import { context, ROOT_CONTEXT, type Span, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  createAlwaysRecordSampler,
  type ReadableSpan,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { FailedSpans, failedSpanAttribute } from './failed-spans.ts';

/** A tracer whose spans nobody has sampled, and what is exported of them all the same. */
function tracing(root: AlwaysOffSampler | AlwaysOnSampler = new AlwaysOffSampler(), now?: () => number) {
  const exported: ReadableSpan[] = [];
  const provider = new TracerProvider({
    sampler: createAlwaysRecordSampler(root),
    spanProcessors: [new FailedSpans({ onEnd: (span) => exported.push(span) }, now)],
  });
  return { tracer: provider.getTracer('test'), exported };
}

const below = (span: Span) => trace.setSpan(ROOT_CONTEXT, span);
const fail = (span: Span): void => {
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no milk' });
  span.end();
};
const told = (spans: readonly ReadableSpan[]) =>
  spans.map(({ name, attributes }) => [name, attributes[failedSpanAttribute]]);

it('exports a span that failed although its trace was not sampled, with its parents, and says so', () => {
  const { tracer, exported } = tracing();
  const request = tracer.startSpan('POST /v1/orders', {}, ROOT_CONTEXT);
  const query = tracer.startSpan('insert', {}, below(request));
  const other = tracer.startSpan('select', {}, below(request));
  other.end();
  fail(query);
  request.end();
  expect(told(exported)).toEqual([
    ['insert', 'error'],
    ['POST /v1/orders', 'error of a child'],
  ]);
  expect(exported.map((span) => span.spanContext().traceFlags & TraceFlags.SAMPLED)).toEqual([1, 1]);
  expect(exported[0]?.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
});

it('leaves alone what went well, and what was sampled anyway', () => {
  const unsampled = tracing();
  unsampled.tracer.startSpan('fine', {}, ROOT_CONTEXT).end();
  expect(unsampled.exported).toEqual([]);
  const sampled = tracing(new AlwaysOnSampler());
  fail(sampled.tracer.startSpan('sampled', {}, ROOT_CONTEXT));
  expect(sampled.exported).toEqual([]);
});

it('takes 50 a second of those that are alike at most, and of each that it takes the parents', () => {
  let now = 0;
  const { tracer, exported } = tracing(new AlwaysOffSampler(), () => now);
  const failWithin = (): void => {
    const request = tracer.startSpan('POST /v1/orders', {}, ROOT_CONTEXT);
    fail(tracer.startSpan('insert', {}, below(request)));
    request.end();
  };
  for (let count = 0; count < 1_000; count += 1) failWithin();
  const named = (name: string) => exported.filter((span) => span.name === name).length;
  expect([named('insert'), named('POST /v1/orders')]).toEqual([50, 50]);
  now = 500;
  for (let count = 0; count < 1_000; count += 1) failWithin();
  expect([named('insert'), named('POST /v1/orders')]).toEqual([75, 75]);
  // Another failure is not lost among them.
  fail(tracer.startSpan('select', {}, ROOT_CONTEXT));
  const refused = (status: number) => ({ attributes: { 'http.response.status_code': status } });
  for (let count = 0; count < 1_000; count += 1)
    fail(tracer.startSpan('GET /v1/menu', refused(503), ROOT_CONTEXT));
  fail(tracer.startSpan('GET /v1/menu', refused(500), ROOT_CONTEXT));
  expect([named('select'), named('GET /v1/menu')]).toEqual([1, 51]);
});

it('waits for no parent of another process', () => {
  const { tracer, exported } = tracing();
  const remote = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 0,
    isRemote: true,
  };
  fail(tracer.startSpan('process orders.v1', {}, trace.setSpanContext(context.active(), remote)));
  expect(told(exported)).toEqual([['process orders.v1', 'error']]);
});
