import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file, name });
const releases = unit('scripts/contracts/compatibility/releases.test.ts');
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
      name: 'released requests are taken still',
      guard: 'a client of the last release is not refused',
      file: 'contracts/http/orders.ts',
      find: "paymentMethod: paymentMethod.default('counter'),",
      replace: 'paymentMethod,',
      test: releases('this version > breaks nobody who goes by the last release, but where that was decided'),
    },
    {
      name: 'released answers are given still',
      guard: 'a client of the last release finds what it was promised',
      file: 'contracts/http/orders.ts',
      find: '  updatedAt: z.iso.datetime(),',
      replace: '  updatedAt: z.iso.datetime().optional(),',
      test: releases('this version > breaks nobody who goes by the last release, but where that was decided'),
    },
    {
      name: 'released events are sent still',
      guard: 'who reads order-events.v1 finds what was promised',
      file: 'contracts/events/order-events.ts',
      find: '  conflictingFingerprint: z.string(),',
      replace: '  conflictingFingerprint: z.string().optional(),',
      test: releases('this version > breaks nobody who goes by the last release, but where that was decided'),
    },
    {
      name: 'topics keep their partitions',
      guard: 'the order of a key does not end with an upgrade (decision 6)',
      file: 'contracts/topics.ts',
      find: "name: 'order-events.v1',\n  partitions: 12,",
      replace: "name: 'order-events.v1',\n  partitions: 24,",
      test: releases('this version > breaks nobody who goes by the last release, but where that was decided'),
    },
    {
      name: 'what is given is compared the other way round',
      guard: 'answers may only be added to',
      file: 'scripts/contracts/compatibility/openapi-breaks.ts',
      find: "'given'",
      replace: "'taken'",
      test: unit('scripts/contracts/compatibility/document-breaks.test.ts')(
        'an API > is as good when an answer has more',
      ),
    },
    {
      name: 'bounds are compared',
      guard: 'what was taken is not refused because it is too long',
      file: 'scripts/contracts/compatibility/keyword-breaks.ts',
      find: 'inner <= bound',
      replace: 'inner !== bound + 99',
      test: unit('scripts/contracts/compatibility/soundness.test.ts')(
        'whatever was taken is taken, when the comparison finds no break',
      ),
    },
    {
      name: 'keywords that are not understood',
      guard: 'the comparison does not let pass what it can not judge',
      file: 'scripts/contracts/compatibility/keyword-breaks.ts',
      find: '.filter((key) => !known.has(key))',
      replace: '.filter((key) => known.has(key) && key === "")',
      test: unit('scripts/contracts/compatibility/schema-breaks.test.ts')(
        'lets nothing change that it does not understand',
      ),
    },
    {
      name: 'undocumented status',
      guard: 'a status that the document does not have turns the test red that gets it',
      file: 'services/producer/routes/get-order.ts',
      find: "problems: ['not-found', 'dependency-unavailable'],",
      replace: "problems: ['dependency-unavailable'],",
      test: unit('services/producer/read-orders.test.ts')(
        'GET /v1/orders/{id} > knows what it does not know',
      ),
    },
    {
      name: 'undocumented problem',
      guard: 'a code that the document does not have turns the test red that gets it',
      file: 'services/producer/routes/place-order.ts',
      find: "      'outcome-unknown',\n",
      replace: '',
      test: unit('services/producer/place-order.test.ts')(
        'POST /v1/orders > a repeat after an unknown outcome publishes the first price again, as the same event',
      ),
    },
    {
      name: 'undocumented header',
      guard: 'a header that the document does not have turns the test red that gets it',
      file: 'services/producer/routes/place-order.ts',
      find: "          Location: 'Where the order is',\n",
      replace: '',
      test: unit('services/producer/place-order.test.ts')(
        'POST /v1/orders > prices the order, publishes it, and answers 202',
      ),
    },
    {
      name: 'undocumented field',
      guard: 'a field that the document does not have turns the test red that gets it',
      file: 'services/producer/domain/placed-order.ts',
      find: '    version: 1,',
      replace: "    ...{ version: 1, colour: 'red' },",
      test: unit('services/producer/place-order.test.ts')(
        'POST /v1/orders > prices the order, publishes it, and answers 202',
      ),
    },
    {
      name: 'integration tests hold answers against the document',
      guard: 'no test has to think of it',
      file: 'vitest.config.ts',
      find: '          setupFiles: [checkAnswers],\n          // Two cores',
      replace: '          // Two cores',
      test: unit('platform/testing/answer-check.test.ts')(
        'every integration test holds answers against their document',
      ),
    },
    {
      name: 'answers are told of',
      guard: 'every answer is seen, errors included',
      file: 'platform/http/app.ts',
      find: '  app.use(publishAnswers(document));\n',
      replace: '',
      test: unit('platform/testing/answer-check.test.ts')('an answer > with an undocumented status is told'),
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
