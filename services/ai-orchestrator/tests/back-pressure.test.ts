import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect, inject, it } from 'vitest';
import { Sender } from '#platform/kafka/sender.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { createAiDatabase, startService } from './ai-service.ts';
import { emptyKafka } from './empty-kafka.ts';
import { anomalyMessage } from './source-messages.ts';

const log = quietLog();

// Guard: back-pressure. What can't be run soon stays in Kafka, where it costs nothing and is not lost.
it('leaves events in Kafka while the engine is full, and acts on them when it has room', async () => {
  // Its own: an engine begins with the limits that the last one has left in the database.
  await using test = await createAiDatabase();
  const kafka = await emptyKafka(log);
  await using sender = new Sender(kafka, log);
  await using service = await startService(test, {
    KAFKA_BROKERS: inject('broker'),
    AI_GROUP: `ai-${randomUUID()}`,
    ENGINE_WORKER_CONCURRENCY: '1',
    ENGINE_GLOBAL_CONCURRENCY: '1',
    ENGINE_MAX_QUEUED: '1',
    ENGINE_MAX_WAITING: '1',
    HEALTH_CHECK_INTERVAL: '1s',
  });
  await service.ask('POST', '/v1/workflows', {
    id: 'long',
    description: 'it takes its time',
    steps: [{ id: 'wait', kind: 'pause', seconds: 3_600 }],
  });
  // One at work, one in the queue of the engine, one in front of it.
  const long: string[] = [];
  for (const key of ['at-work', 'queued', 'waiting']) {
    const { id } = await service.ask<{ id: string }>('POST', '/v1/workflows/long/execute', {}, key);
    long.push(id);
    const status = { 'at-work': 'running', queued: 'queued', waiting: 'waiting' }[key];
    await poll(
      async () => (await service.ask<{ status: string }>('GET', `/v1/runs/${id}`)).status === status,
      { what: `a run to be ${status}` },
    );
  }
  const message = anomalyMessage({ kind: 'velocity', subject: `customer-${randomUUID()}` });
  await poll(() => sender.send([{ message, context: ROOT_CONTEXT }]).then(() => true), { what: 'kafka' });
  const started = async (): Promise<boolean> =>
    (await test.database.withSchema('ai').from('runs').where({ definition: 'unusual-customer' })).length ===
    1;
  await poll(() => service.context.health.report.status === 'ready', { what: 'the group' });
  await expect(poll(started, { deadlineMs: 3_000 })).rejects.toThrow();
  for (const id of long) await service.ask('POST', `/v1/runs/${id}/stop`);
  await poll(started, { what: 'the run of the event' });
});
