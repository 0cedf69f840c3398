import { expect, test } from 'vitest';
import { spansOf } from './otlp-spans.ts';

const span = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  name: 'POST /v1/orders',
  startTimeUnixNano: '1772359200000000000',
  endTimeUnixNano: '1772359200004500000',
};
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'producer' } }] };

test('takes what is left out of an OTLP document for empty', () => {
  expect(spansOf({})).toEqual([]);
  // A resource that Jaeger names without a span of the trace.
  const resourceSpans = [{ resource }, { resource, scopeSpans: [{ scope: {} }] }];
  expect(spansOf({ resourceSpans })).toEqual([]);
  const withOne = [...resourceSpans, { resource, scopeSpans: [{ spans: [span] }] }];
  expect(spansOf({ resourceSpans: withOne })).toMatchObject([
    { service: 'producer', durationMs: 4.5, parentId: undefined, failed: false, attributes: {}, links: [] },
  ]);
});

test('is told by an error of what is no span', () => {
  const without = { ...span, spanId: undefined };
  expect(() => spansOf({ resourceSpans: [{ scopeSpans: [{ spans: [without] }] }] })).toThrow('spanId');
});
