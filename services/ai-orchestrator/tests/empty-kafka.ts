import { inject } from 'vitest';
import { aiTasksTopic, analyticsTopic, orderEventsTopic, topics } from '#contracts/topics.ts';
import { createKafka } from '#platform/kafka/client.ts';
import { ensureTopics } from '#platform/kafka/topics.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { emptyTopic } from '#platform/testing/topic-recorder.ts';

/** Kafka with the topics of this service, and nothing in them. */
export async function emptyKafka(log: Logger) {
  const kafka = createKafka({ brokers: [inject('broker')], clientId: 'test' }, log);
  const admin = kafka.admin();
  await admin.connect();
  await ensureTopics(admin, topics, 1);
  await admin.disconnect();
  for (const { name } of [orderEventsTopic, analyticsTopic, aiTasksTopic]) await emptyTopic(kafka, name);
  return kafka;
}
