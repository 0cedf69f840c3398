import {
  aiTasksTopic,
  analyticsDeadLetterTopic,
  analyticsTopic,
  deadLetterAuditTopic,
  identityEventsTopic,
  orderEventsDeadLetterTopic,
  orderEventsTopic,
  ordersDeadLetterTopic,
  ordersTopic,
  paymentsDeadLetterTopic,
  paymentsTopic,
} from '#contracts/topics.ts';
import type { Acl } from '#platform/kafka/acls.ts';

const topic = (user: string, { name }: { name: string }, ...operations: Acl['operation'][]): Acl[] =>
  operations.map((operation) => ({ user, resource: 'topic', name, operation }));

/**
 * What each part may do in Kafka; whatever is not here is refused. Reading and writing imply describing. Users are the
 * common names of certificates: services/bootstrap/parts.ts.
 * https://kafka.apache.org/documentation/#operations_resources_and_protocols
 */
export const acls: readonly Acl[] = [
  ...topic('producer', ordersTopic, 'write'),
  ...topic('producer', identityEventsTopic, 'write'),

  ...topic('consumer', ordersTopic, 'read'),
  { user: 'consumer', resource: 'group', name: 'consumer', operation: 'read' },
  // The outbox holds events, and the commands by which orders expire.
  ...topic('consumer', ordersTopic, 'write'),
  ...topic('consumer', orderEventsTopic, 'write'),
  ...topic('consumer', ordersDeadLetterTopic, 'write'),

  // What settles orders and gives their money back.
  ...topic('consumer', paymentsTopic, 'read'),
  ...topic('consumer', paymentsDeadLetterTopic, 'write'),

  ...topic('streams', ordersTopic, 'read'),
  ...topic('streams', orderEventsTopic, 'read'),
  ...topic('streams', paymentsTopic, 'read'),
  ...topic('streams', identityEventsTopic, 'read'),
  { user: 'streams', resource: 'group', name: 'streams', operation: 'read' },
  ...topic('streams', analyticsTopic, 'write'),
  ...topic('streams', orderEventsDeadLetterTopic, 'write'),

  ...topic('ai-orchestrator', orderEventsTopic, 'read'),
  ...topic('ai-orchestrator', analyticsTopic, 'read'),
  { user: 'ai-orchestrator', resource: 'group', name: 'ai-orchestrator', operation: 'read' },
  ...topic('ai-orchestrator', aiTasksTopic, 'write'),
  ...topic('ai-orchestrator', orderEventsDeadLetterTopic, 'write'),
  ...topic('ai-orchestrator', analyticsDeadLetterTopic, 'write'),

  ...topic('web3-payment', orderEventsTopic, 'read'),
  { user: 'web3-payment', resource: 'group', name: 'web3-payment', operation: 'read' },
  ...topic('web3-payment', paymentsTopic, 'write'),
  ...topic('web3-payment', orderEventsDeadLetterTopic, 'write'),
  // The collector measures: it sees what there is, and reads no message.
  { user: 'otel-collector', resource: 'cluster', name: 'kafka-cluster', operation: 'describe' },
  { user: 'otel-collector', resource: 'topic', name: '*', operation: 'describe' },
  { user: 'otel-collector', resource: 'topic', name: '*', operation: 'describe-configs' },
  { user: 'otel-collector', resource: 'group', name: '*', operation: 'describe' },

  // The console shows what there is, messages too, under groups of its own that it removes. It writes nothing.
  { user: 'console', resource: 'cluster', name: 'kafka-cluster', operation: 'describe' },
  { user: 'console', resource: 'topic', name: '*', operation: 'read' },
  { user: 'console', resource: 'group', name: '*', operation: 'describe' },
  { user: 'console', resource: 'group', name: 'console-', prefixed: true, operation: 'read' },
  { user: 'console', resource: 'group', name: 'console-', prefixed: true, operation: 'delete' },

  // The command line: reconciliation reads everything, under groups of its own that it removes.
  ...topic('host', ordersTopic, 'read'),
  ...topic('host', orderEventsTopic, 'read'),
  ...topic('host', identityEventsTopic, 'read'),
  ...topic('host', paymentsTopic, 'read'),
  { user: 'host', resource: 'group', name: 'coffee-', prefixed: true, operation: 'read' },
  { user: 'host', resource: 'group', name: 'coffee-', prefixed: true, operation: 'delete' },
  // ./coffee loadtest: how far each service is behind, without a right to be a member, and how durable an order is.
  { user: 'host', resource: 'group', name: '*', operation: 'describe' },
  ...topic('host', analyticsTopic, 'describe'),
  ...topic('host', ordersTopic, 'describe-configs'),
  // ./coffee dlq: letters are read, replayed to where they came from and purged, and each of that is audited.
  ...topic('host', ordersDeadLetterTopic, 'read', 'delete'),
  ...topic('host', ordersTopic, 'write'),
  // Those of events are not replayed: only the order book says what has happened.
  ...topic('host', orderEventsDeadLetterTopic, 'read', 'delete'),
  ...topic('host', analyticsDeadLetterTopic, 'read', 'delete'),
  ...topic('host', paymentsDeadLetterTopic, 'read', 'delete'),
  ...topic('host', paymentsTopic, 'write'),
  ...topic('host', deadLetterAuditTopic, 'read', 'write'),
];
