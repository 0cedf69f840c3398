interface SampleSpan {
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly service: string;
  readonly link?: readonly [trace: string, span: string];
  readonly system?: string;
}

export const orderTraceId = 'a'.repeat(32);
export const batchTraceId = 'b'.repeat(32);

/** One trace from the request to the consumer, and the batch's trace that it links to. */
export const completeTrace: readonly SampleSpan[] = [
  { trace: orderTraceId, id: '01', parent: 'ff', name: 'POST /v1/orders', service: 'producer' },
  { trace: orderTraceId, id: '02', parent: '01', name: 'send orders.v1', service: 'producer' },
  {
    trace: orderTraceId,
    id: '03',
    parent: '02',
    name: 'process orders.v1',
    service: 'consumer',
    link: [batchTraceId, '11'],
  },
  {
    trace: batchTraceId,
    id: '11',
    name: 'process batch orders.v1',
    service: 'consumer',
    link: [orderTraceId, '02'],
  },
  { trace: batchTraceId, id: '12', parent: '11', name: 'transaction', service: 'consumer' },
  {
    trace: batchTraceId,
    id: '13',
    parent: '12',
    name: 'pg.query:INSERT coffee',
    service: 'consumer',
    system: 'postgresql',
  },
];

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** The spans of one trace as Jaeger's query API gives them; `undefined` when there are none. */
export function otlpOf(traceId: string, spans: readonly SampleSpan[] = completeTrace) {
  const own = spans.filter(({ trace }) => trace === traceId);
  if (own.length === 0) return undefined;
  return {
    resourceSpans: own.map((span, index) => ({
      resource: { attributes: [attribute('service.name', span.service)] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: span.trace,
              spanId: span.id,
              parentSpanId: span.parent ?? '',
              name: span.name,
              startTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(index) * 2_500_000n),
              endTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(index) * 2_500_000n + 1_500_000n),
              ...(span.system ? { attributes: [attribute('db.system.name', span.system)] } : {}),
              ...(span.link ? { links: [{ traceId: span.link[0], spanId: span.link[1] }] } : {}),
            },
          ],
        },
      ],
    })),
  };
}
