import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect, inject, it } from 'vitest';
import { KafkaProxy } from '#platform/testing/kafka-proxy.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { TopicRecorder } from '#platform/testing/topic-recorder.ts';
import { createKafka } from '../client.ts';
import { Sender } from '../sender.ts';

/**
 * Guard: `idempotent: false` in sender.ts (design.md, decision 2). kafkajs' idempotent producer acknowledges messages
 * here that the broker has dropped as duplicates, because it reuses the sequence number of a failed request.
 */
it('has every acknowledged message in the log, however often the broker’s answers are cut', async () => {
  const [host = '', port] = inject('broker').split(':');
  await using proxy = await KafkaProxy.start(() => ({ host, port: Number(port) }));
  const log = quietLog();
  const direct = createKafka({ brokers: [inject('broker')], clientId: 'observer' }, log);
  const topic = `cut-answers-${randomUUID()}`;
  const admin = direct.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1 }] });
  await admin.disconnect();
  await using recorder = await TopicRecorder.start(direct, [topic], 'beginning');
  const { socketFactory } = proxy;
  const kafka = createKafka({ brokers: [inject('broker')], clientId: 'test', socketFactory }, log);
  await using sender = new Sender(kafka, log);

  const acknowledged: string[] = [];
  const rejected: string[] = [];
  const send = async (key: string): Promise<void> => {
    try {
      await sender.send([{ message: { topic, key, value: 'x', headers: {} }, context: ROOT_CONTEXT }]);
      acknowledged.push(key);
    } catch {
      rejected.push(key);
    }
  };
  const connected = async (): Promise<boolean> => {
    await send('first');
    return acknowledged.length > 0;
  };
  await poll(connected, { what: 'the sender to be connected' });
  // Each time a whole request with all its retries fails, as when the network is gone for a while.
  for (let round = 0; round < 8; round += 1) {
    proxy.cutProduceAnswers(() => true);
    await send(`cut-${round}`);
    proxy.cutProduceAnswers(() => false);
    await send(`after-${round}`);
  }
  // And now with several requests under way.
  proxy.cutProduceAnswers((request) => request % 3 === 0);
  const streams = [1, 2, 3, 4].map(async (stream) => {
    for (let count = 0; count < 15; count += 1) await send(`stream-${stream}-${count}`);
  });
  await Promise.all(streams);
  proxy.cutProduceAnswers(() => false);
  await send('last');

  // Enough was acknowledged for the test to mean something: whatever came after an undisturbed connection.
  expect(acknowledged).toEqual(expect.arrayContaining(['first', 'after-0', 'after-7', 'last']));
  await recorder.atLeast(1, topic, 'last');
  const logged = new Set((await recorder.upToNow(topic)).map(({ key }) => key));
  expect(acknowledged.filter((key) => !logged.has(key))).toEqual([]);
  // The answers really were cut after the append: what was rejected is in the log nevertheless.
  expect(rejected.filter((key) => key.startsWith('cut-')).some((key) => logged.has(key))).toBe(true);
});
