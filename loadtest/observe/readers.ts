import type { Messaging } from '#platform/kafka/asyncapi.ts';
import { aiMessaging } from '../../services/ai-orchestrator/messaging.ts';
import { consumerMessaging } from '../../services/consumer/messaging.ts';
import { streamsMessaging } from '../../services/streams/messaging.ts';
import { web3PaymentMessaging } from '../../services/web3-payment/messaging.ts';

const messagingOf: Readonly<Record<string, Messaging>> = {
  consumer: consumerMessaging,
  streams: streamsMessaging,
  'web3-payment': web3PaymentMessaging,
  'ai-orchestrator': aiMessaging,
};

/** A service that reads from Kafka. Its consumer group has its name, unless its configuration says otherwise. */
export interface Reader {
  readonly service: string;
  readonly topics: readonly string[];
}

/** Those of the named services that read from Kafka, with what they say that they receive. */
export const readersOf = (services: readonly string[]): readonly Reader[] =>
  Object.entries(messagingOf)
    .filter(([service]) => services.includes(service))
    .map(([service, { receives }]) => ({
      service,
      topics: [...new Set(receives.map(({ topic }) => topic.name))],
    }));
