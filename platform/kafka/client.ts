import { type Admin, type ISocketFactory, Kafka, logLevel } from 'kafkajs';
import type { Logger } from '../telemetry/logger.ts';
import type { TlsIdentity } from '../tls/identity.ts';
import { skipEmptyQueueChecks } from './empty-queue-checks.ts';
import { socketFactory } from './socket-factory.ts';

export type { Admin, Kafka } from 'kafkajs';

export interface KafkaOptions {
  /** As host:port. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Plaintext without. */
  readonly tls?: TlsIdentity | undefined;
  /** Makes the connections, for tests that come between; by default to the broker's address. */
  readonly socketFactory?: ISocketFactory;
}

/** A client whose retries are bounded: what takes longer is an error that its caller deals with. */
export function createKafka(options: KafkaOptions, log: Logger): Kafka {
  skipEmptyQueueChecks();
  return new Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    ...(options.tls ? { ssl: options.tls.liveClientOptions() } : {}),
    socketFactory: socketFactory(options.socketFactory),
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    logLevel: logLevel.INFO,
    // Several lines for each of its own retries; whatever fails for good reaches the caller, who reports it once.
    logCreator:
      () =>
      ({ namespace, log: { message, error, broker, groupId } }) =>
        log.debug({ kafka: namespace, error, broker, groupId }, message),
  });
}

/** Rejects unless the cluster answers and has the topics: for readiness. Connects when necessary. */
export async function pingKafka(admin: Admin, topics: readonly string[]): Promise<void> {
  await admin.connect();
  await admin.fetchTopicMetadata({ topics: [...topics] });
}
