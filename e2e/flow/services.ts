import { ordersTopic } from '#contracts/topics.ts';
import { serve } from '#platform/http/serve.ts';
import { BatchingProducer } from '#platform/kafka/batching-producer.ts';
import { pingKafka } from '#platform/kafka/client.ts';
import { Sender } from '#platform/kafka/sender.ts';
import type { Health } from '#platform/lifecycle/health.ts';
import { poll } from '#platform/testing/poll.ts';
import { type LogLine, recordingLog } from '#platform/testing/recording-log.ts';
import { loadConsumerConfig } from '../../services/consumer/config.ts';
import {
  type ConsumerContext,
  type ConsumerOverrides,
  createConsumerContext,
} from '../../services/consumer/context.ts';
import { createProducerApp } from '../../services/producer/app.ts';
import { loadProducerConfig } from '../../services/producer/config.ts';
import { createContext, type Overrides, type ProducerContext } from '../../services/producer/context.ts';
import type { Stage } from './stage.ts';

export interface RunningProducer extends AsyncDisposable {
  readonly url: string;
  readonly context: ProducerContext;
  readonly lines: readonly LogLine[];
}

/**
 * The real producer on a free port, with Kafka through the stage's proxy; ready when it resolves.
 *
 * @param host that it listens on.
 */
export async function startProducer(
  stage: Stage,
  overrides: Pick<Overrides, 'now'> = {},
  environment: Record<string, string> = {},
  host = '127.0.0.1',
): Promise<RunningProducer> {
  await using parts = new AsyncDisposableStack();
  const { log, lines } = recordingLog();
  const config = loadProducerConfig({ ...stage.environment('producer'), ...environment });
  const admin = stage.kafka.admin();
  parts.defer(() => admin.disconnect());
  const batching = parts.use(new BatchingProducer(parts.use(new Sender(stage.kafka, log))));
  const publisher = {
    publish: (message: Parameters<typeof batching.publish>[0]) => batching.publish(message),
    ping: () => pingKafka(admin, [ordersTopic.name]),
  };
  const context = parts.use(createContext(config, { publisher, log, ...overrides }));
  const { health } = context;
  const options = { host, port: 0, drainDelayMs: 0, health, log };
  const server = parts.use(await serve(createProducerApp(context), options));
  await ready(health, 'the producer');
  const owned = parts.move();
  return {
    url: `http://${host}:${server.port}`,
    context,
    lines,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The real consumer without its HTTP server; a member of its group when it resolves. */
export async function startConsumer(
  stage: Stage,
  overrides: ConsumerOverrides = {},
  environment: Record<string, string> = {},
): Promise<ConsumerContext> {
  const config = loadConsumerConfig({ ...stage.environment('consumer'), ...environment });
  const { log } = recordingLog();
  const context = createConsumerContext(config, { log, kafka: stage.kafka, ...overrides });
  await ready(context.health, 'the consumer');
  return context;
}

/** Resolves when all dependencies are there; the error says which one was not. */
function ready(health: Health, who: string): Promise<true> {
  const ask = (): true => {
    const { status, dependencies } = health.report;
    if (status !== 'ready') throw new Error(JSON.stringify(dependencies));
    return true;
  };
  return poll(ask, { what: `${who} to be ready` });
}
