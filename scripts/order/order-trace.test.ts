import { expect, test } from 'vitest';
import { spansOf } from '#platform/telemetry/otlp-spans.ts';
import { judgeTrace } from './order-trace.ts';
import { batchTraceId, completeTrace, orderTraceId, otlpOf } from './sample-trace.ts';
import { traceTree } from './trace-tree.ts';

type Sample = (typeof completeTrace)[number];

function judged(change: (span: Sample) => Sample | undefined) {
  const samples = completeTrace.flatMap((span) => change(span) ?? []);
  const spans = (traceId: string) => {
    const document = otlpOf(traceId, samples);
    return document ? spansOf(document) : [];
  };
  return judgeTrace(orderTraceId, spans(orderTraceId), spans(batchTraceId));
}

const without = (name: string) => (span: Sample) => (span.name === name ? undefined : span);
const changed = (name: string, changes: Partial<Sample>) => (span: Sample) =>
  span.name === name ? { ...span, ...changes } : span;

test('is content with the whole way, the batch by its link', () => {
  expect(judged((span) => span).missing).toEqual([]);
});

// The streams service reads the same topic, and may be faster.
test('is not content with the way to another service than the order book', () => {
  const elsewhere = changed('process orders.v1', { service: 'streams' });
  expect(judged(elsewhere).missing).toEqual(["the consumer's span process orders.v1"]);
});

test.each([
  ['the request', /POST/, without('POST /v1/orders')],
  ['the produced message', /send orders.v1/, without('send orders.v1')],
  ['the processing', /span process orders.v1/, without('process orders.v1')],
  ['the same trace before Kafka', /below POST/, changed('send orders.v1', { parent: '77' })],
  ['the same trace across Kafka', /below send/, changed('process orders.v1', { parent: '77' })],
  [
    'the link',
    /the link/,
    (span: Sample) => {
      const { link: _link, ...rest } = span;
      return span.id === '03' ? rest : span;
    },
  ],
  ['the batch', /linked span/, without('process batch orders.v1')],
  ['the database work', /PostgreSQL/, without('pg.query:INSERT coffee')],
  [
    'PostgreSQL rather than another database',
    /PostgreSQL/,
    changed('pg.query:INSERT coffee', { system: 'redis' }),
  ],
  ['database work of this batch', /PostgreSQL/, changed('transaction', { parent: '77' })],
])('misses %s', (_case, message, change) => {
  expect(judged(change).missing.join()).toMatch(message);
});

test('draws a tree with services, durations and start times, and the batch where it is linked', () => {
  const tree = traceTree(judged((span) => span));
  expect(tree.map((line) => line.replaceAll(/ {2,}/g, ' | ').trim())).toEqual([
    'POST /v1/orders | producer | 1.5 ms | +0.0 ms',
    '└─ send orders.v1 | producer | 1.5 ms | +2.5 ms',
    '| └─ process orders.v1 | consumer | 1.5 ms | +5.0 ms',
    '| └─ ⇢ process batch orders.v1 | consumer | 1.5 ms | +0.0 ms',
    '| └─ transaction | consumer | 1.5 ms | +2.5 ms',
    '| └─ pg.query:INSERT coffee | consumer | 1.5 ms | +5.0 ms',
  ]);
  const indents = tree.map((line) => line.search(/[^ └─⇢]/));
  expect(indents).toEqual([0, 3, 6, 11, 12, 15]);
});
