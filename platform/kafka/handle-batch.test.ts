import { Writable } from 'node:stream';
import { context, propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { AwaitedContextManager } from '../telemetry/context-manager.ts';
import { quietLog } from '../testing/recording-log.ts';
import type { BatchContext } from './batch-consumer.ts';
import { ApartError, SeekError } from './batch-errors.ts';
import { createBatchHandler } from './handle-batch.ts';
import type { IncomingMessage } from './messages.ts';

propagation.setGlobalPropagator(new W3CTraceContextPropagator());
context.setGlobalContextManager(new AwaitedContextManager().enable());

const traceId = 'a'.repeat(32);
const messageOf = (offset: string, flags: string): IncomingMessage => ({
  topic: 'orders.v1',
  partition: 3,
  offset,
  key: 'an-order',
  value: undefined,
  headers: {
    ce_type: 'dev.gocoffee.order.place.v1',
    traceparent: `00-${traceId}-${'1'.repeat(16)}-${flags}`,
  },
  timestampMs: 0,
});
const batch: BatchContext = { signal: new AbortController().signal, heartbeat: () => Promise.resolve() };

// From a trace to its logs; of what is not traced a line each would cost more than it tells.
it('logs each message that is traced, in its trace, when it was processed', async () => {
  const lines: unknown[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString('utf8')));
      done();
    },
  });
  // As the pino instrumentation does it.
  const mixin = (): object => ({ trace_id: trace.getActiveSpan()?.spanContext().traceId });
  const handle = createBatchHandler({
    group: 'consumer',
    decode: (message) => ({ message }),
    apply: () => {
      expect(lines).toEqual([]);
      return Promise.resolve();
    },
    publish: () => Promise.resolve(),
    onApplied: () => undefined,
    onDeadLetter: () => undefined,
    log: pino({ base: null, timestamp: false, mixin }, stream),
  });
  await handle([messageOf('7', '01'), messageOf('8', '00')], batch);
  expect(lines).toEqual([
    {
      level: 30,
      trace_id: traceId,
      topic: 'orders.v1',
      partition: 3,
      offset: '7',
      type: 'dev.gocoffee.order.place.v1',
      msg: 'message processed',
    },
  ]);
});

// Guard: what is not tried again at once is where the joined batch is taken apart (joined-batches.ts).
it.each([
  new ApartError('one of several is elsewhere'),
  new SeekError({ partition: 3, offset: '5' }, 'not here'),
])('hands $name on without trying again', async (error) => {
  const apply = vi.fn(() => Promise.reject(error));
  const handle = createBatchHandler({
    group: 'streams',
    decode: (message) => ({ message }),
    apply,
    publish: () => Promise.resolve(),
    onApplied: () => undefined,
    onDeadLetter: () => undefined,
    log: quietLog(),
  });
  await expect(handle([messageOf('7', '00'), messageOf('8', '00')], batch)).rejects.toBe(error);
  expect(apply).toHaveBeenCalledTimes(1);
});
