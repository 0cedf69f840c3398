import { createKafka, type Kafka } from '#platform/kafka/client.ts';
import { createLogger, type Logger } from '#platform/telemetry/logger.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import { readHostSecrets } from './host-secrets.ts';
import type { StackSettings } from './settings.ts';

/** How this command reaches Kafka. */
export interface KafkaAccess {
  /** As host:port. */
  readonly broker: string;
  /** Plaintext without. */
  readonly tls?: TlsIdentity | undefined;
}

/** @throws UserError when the stack does not run */
export async function kafkaAccess(settings: StackSettings, signal?: AbortSignal): Promise<KafkaAccess> {
  // Plaintext needs no certificate: the stack may be of a version that has none.
  const tls = settings.tls ? (await readHostSecrets(settings, signal)).tls : undefined;
  return { broker: settings.kafkaBroker, tls };
}

/** A client that is silent: what fails for good reaches the command. */
export const connectKafka = (
  { broker, tls }: KafkaAccess,
  clientId: string,
  log: Logger = createLogger('coffee', 'silent'),
): Kafka => createKafka({ brokers: [broker], clientId, tls }, log);
