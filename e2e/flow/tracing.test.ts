import { expect, it } from 'vitest';
import { orderEventsTopic } from '#contracts/topics.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '#platform/testing/otlp-receiver.ts';
import { poll } from '#platform/testing/poll.ts';
import { startChild } from './child-service.ts';
import { postOrder } from './orders.ts';
import { useStage } from './stage.ts';

const stage = useStage();

const exportTo = (receiver: OtlpReceiver): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  OTEL_BSP_SCHEDULE_DELAY: '200',
  OTEL_BLRP_SCHEDULE_DELAY: '200',
  OTEL_METRIC_EXPORT_INTERVAL: '500',
  OTEL_METRIC_EXPORT_TIMEOUT: '400',
  LOG_LEVEL: 'debug',
});

// Guards: trace headers in messages and outbox rows, process spans, links (design.md, decision 8).
it('shows an order as one trace from the request to its event, with the work of its batch linked', async () => {
  await using receiver = await startOtlpReceiver();
  await using producer = await startChild('producer', {
    ...stage().environment('producer'),
    ...exportTo(receiver),
  });
  await using consumer = await startChild('consumer', {
    ...stage().environment('consumer'),
    ...exportTo(receiver),
  });
  await using streams = await startChild('streams', {
    ...stage().environment('streams'),
    ...exportTo(receiver),
  });
  const { body } = await postOrder(producer.url);
  const [event] = await stage().recorder.atLeast(1, orderEventsTopic.name, body.id);
  const traceId = event?.headers.traceparent?.split('-')[1];

  const inTrace = (service: string, name: string): ReceivedSpan | undefined =>
    receiver.spans.find((span) => span.traceId === traceId && span.service === service && span.name === name);
  const chain = await poll(
    () => {
      const spans = [
        receiver.spans.find(
          (span) => span.traceId === traceId && span.service === 'producer' && !span.parentSpanId,
        ),
        inTrace('producer', 'send orders.v1'),
        inTrace('consumer', 'process orders.v1'),
        inTrace('consumer', 'send order-events.v1'),
        inTrace('streams', 'process orders.v1'),
        inTrace('streams', 'process order-events.v1'),
      ];
      return spans.every((span) => span !== undefined) && spans;
    },
    { what: 'all spans of the trace' },
  );
  const [request, sent, processed, told, , analysed] = chain;
  expect(request?.name).toMatch(/^POST/);
  expect(sent?.parentSpanId).toBe(request?.spanId);
  expect(processed?.parentSpanId).toBe(sent?.spanId);
  expect(told?.parentSpanId).toBe(processed?.spanId);
  // One of the events' sends: there are several, and this one may come after the others.
  await poll(
    () =>
      receiver.spans.find(
        ({ name, spanId }) => name === 'send order-events.v1' && spanId === analysed?.parentSpanId,
      ),
    { what: 'the send that the analysis belongs to' },
  );

  const link = processed?.links[0];
  const batch = await poll(() => receiver.spans.find(({ spanId }) => spanId === link?.spanId), {
    what: 'the batch',
  });
  expect(batch).toMatchObject({
    name: 'process batch orders.v1',
    service: 'consumer',
    traceId: link?.traceId,
  });
  expect(batch.traceId).not.toBe(traceId);
  expect(batch.links).toEqual(expect.arrayContaining([expect.objectContaining({ traceId })]));
  await poll(
    () => receiver.spans.find((span) => span.traceId === batch.traceId && /insert/i.test(span.name)),
    {
      what: "the batch's database spans",
    },
  );

  // Metrics come from the SDK, logs name their trace, probes leave no trace.
  await poll(() =>
    [
      'producer: orders.accepted',
      'consumer: coffee.orders.commands',
      'streams: coffee.streams.events',
      'streams: coffee.streams.lag',
      'streams: coffee.streams.watermark.age',
    ].every((name) => receiver.metrics.has(name)),
  );
  await poll(() => receiver.logs.find((log) => log.service === 'producer' && log.traceId === traceId), {
    what: "a log line of the order's trace",
  });
  expect(receiver.spans.filter(({ name }) => /readyz|livez/.test(name))).toEqual([]);
  expect(await streams.stop('SIGTERM')).toBe(0);
  expect(await consumer.stop('SIGTERM')).toBe(0);
  expect(await producer.stop('SIGTERM')).toBe(0);
}, 120_000);
