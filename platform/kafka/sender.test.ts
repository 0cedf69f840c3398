import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { quietLog } from '#platform/testing/recording-log.ts';
import { createKafka } from './client.ts';
import { Sender } from './sender.ts';

// Guard: before the first connection it is certain that nothing was sent, so the order's key is free again.
it('says that nothing was sent before it was connected once', async () => {
  const log = quietLog();
  await using sender = new Sender(createKafka({ brokers: ['127.0.0.1:1'], clientId: 'test' }, log), log);
  const message = { topic: 'orders.v1', key: 'an-order', value: '{}', headers: {} };
  await expect(sender.send([{ message, context: ROOT_CONTEXT }])).rejects.toMatchObject({
    code: 'dependency-unavailable',
    retryAfterSeconds: 2,
  });
});
