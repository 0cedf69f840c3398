import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file, name });
const samples = unit('scripts/contracts/samples.test.ts');

/** Versions understand each other, and the documents say what is so (docs/adr/0020). */
export const contracts: Family = {
  name: 'contracts',
  mutations: [
    {
      name: 'commands of 0.1 are understood',
      guard: 'what Kafka holds from the version before can be applied',
      file: 'contracts/events/order-commands.ts',
      find: "paymentMethod: paymentMethod.default('counter'),",
      replace: 'paymentMethod,',
      test: samples('consumer > reads dev.gocoffee.order.place.v1/0.1.0/served.json'),
    },
    {
      name: 'receipts of 0.1 are understood',
      guard: 'a repeat of an order that the version before accepted gets its answer',
      file: 'services/producer/receipts.ts',
      find: '  command: placeOrder,\n',
      replace: "  command: placeOrder.extend({ paymentMethod: z.enum(['counter', 'crypto']) }),\n",
      test: samples('receipts of the producer > reads dev.gocoffee.order.place.v1/0.1.0/served.json'),
    },
    {
      name: 'events of 0.1 are understood',
      guard: 'reconciliation sees what the version before told',
      file: 'contracts/events/order-events.ts',
      find: 'commandId: z.uuid().optional(),',
      replace: 'commandId: z.uuid(),',
      test: samples('reconcile > reads dev.gocoffee.order.accepted.v1/0.1.0/served.json'),
    },
    {
      name: 'samples are what is sent',
      guard: 'a change of what is encoded shows in the samples',
      file: 'services/consumer/domain/events.ts',
      find: '...(reason === undefined ? {} : { reason }),',
      replace: '',
      test: samples(
        'the recorded samples > of this version are what it encodes today (./coffee contracts records them)',
      ),
    },
    {
      name: 'every type has a sample',
      guard: 'a new kind of message is recorded before it is sent',
      file: 'contracts/messages.ts',
      find: 'type: orderRefundDueType,',
      replace: "type: 'dev.gocoffee.order.refund-owed.v1',",
      test: samples('the recorded samples > of this version have every type'),
    },
    {
      name: 'readers expect later fields',
      guard: 'a field that is added breaks nobody who validates by the document',
      file: 'platform/schema/json-schema.ts',
      find: 'delete made.additionalProperties;',
      replace: '{}',
      test: unit('platform/kafka/asyncapi.test.ts')('closes what is strict and nothing else'),
    },
    {
      name: 'documents have the direction of the message',
      guard: 'what is received may lack what older versions do not write',
      file: 'platform/kafka/asyncapi.ts',
      find: "action === 'send' ? 'output' : 'input'",
      replace: "action === 'send' ? 'output' : 'output'",
      test: unit('platform/kafka/asyncapi.test.ts')(
        'requires of what is received less than it promises of what is sent',
      ),
    },
  ],
};
