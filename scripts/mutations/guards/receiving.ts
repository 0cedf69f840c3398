import type { Family, NamedTest } from '../mutation.ts';

const consumer = 'platform/kafka/batch-consumer.ts';
const test = (name: string): NamedTest => ({
  project: 'integration',
  file: 'platform/kafka/tests/batch-consumer.test.ts',
  name,
});
const handled = 'await this.#handle(messages, heartbeat);';
const failing = test(
  'brings the messages again after a failure of any kind, more often than kafkajs retries',
);

/** Offsets move behind what was handled and nothing else: at-least-once delivery. */
export const receiving: Family = {
  name: 'receiving',
  mutations: [
    {
      name: 'a joined batch is done when its handler is',
      guard: 'no offset moves before its messages took effect (decision 6)',
      file: 'platform/kafka/joined-batches.ts',
      find: 'await this.#handle(messages, first.context);',
      replace: 'void this.#handle(messages, first.context);',
      test: {
        project: 'unit',
        file: 'platform/kafka/joined-batches.test.ts',
        name: 'nobody is told of success before it is there',
      },
    },
    {
      name: 'what fails together is handled apart',
      guard: 'what can not be handled of one partition holds up no other (decision 6)',
      file: 'platform/kafka/joined-batches.ts',
      find: 'if (others.length === 0) return first.reject(error);',
      replace: 'if (others.length >= 0) return joined.forEach(({ reject }) => reject(error));',
      test: {
        project: 'unit',
        file: 'platform/kafka/joined-batches.test.ts',
        name: 'what fails together is handled apart, and only what fails again comes again',
      },
    },
    {
      name: 'a seek is made before it is asked again',
      guard: 'no message is taken for removed that nobody has looked for (decision 7)',
      file: 'platform/kafka/joined-batches.ts',
      find: 'error instanceof SeekError ? error.partition : undefined',
      replace: 'undefined',
      test: {
        project: 'unit',
        file: 'platform/kafka/joined-batches.test.ts',
        name: 'a partition that is to be read from elsewhere does not come again before that',
      },
    },
    {
      name: 'apart at once',
      guard: 'a joined batch is taken apart when one partition is elsewhere, not tried again',
      file: 'platform/kafka/handle-batch.ts',
      find: 'error instanceof SeekError || error instanceof ApartError',
      replace: 'error instanceof SeekError',
      test: {
        project: 'unit',
        file: 'platform/kafka/handle-batch.test.ts',
        name: 'hands ApartError on without trying again',
      },
    },
    {
      name: 'offset after the handler',
      guard: 'the offset moves only after the transaction of the batch (decision 5)',
      file: consumer,
      find: handled,
      replace: `resolveOffset(batch.lastOffset()); await this.#commit(payload); ${handled}`,
      test: failing,
    },
    {
      name: 'no offset after a failure',
      guard: 'what was not handled comes again (decision 5)',
      file: consumer,
      find: handled,
      replace: 'await this.#handle(messages, heartbeat).catch(() => undefined);',
      test: failing,
    },
    {
      name: 'joins again after every failure',
      guard: 'a consumer never gives up, whatever its handler throws (decision 6)',
      file: consumer,
      find: 'this.#joining = this.#rejoin();',
      replace: 'return;',
      test: failing,
    },
    {
      name: 'no automatic offsets',
      guard: 'a batch that ends early resolves only what was handled (decision 5)',
      file: consumer,
      find: 'eachBatchAutoResolve: false,',
      replace: 'eachBatchAutoResolve: true,',
      test: test('lets the batch under way end when it stops, and the next member goes on behind it'),
    },
    {
      name: 'heartbeats while the handler waits',
      guard: 'a handler that waits for a part that is away keeps its membership (decision 6)',
      file: consumer,
      find: 'heartbeat().catch(',
      replace: 'Promise.resolve().catch(',
      test: test('keeps its membership while its handler waits for longer than the session time-out'),
    },
    {
      name: 'session time-out',
      guard: 'the partitions of a dead member are taken over within seconds (decision 6)',
      file: consumer,
      find: 'sessionTimeout: 10_000,',
      replace: 'sessionTimeout: 30_000,',
      test: test('leaves its partitions to the other member within 25 s when it dies'),
    },
    {
      name: 'bounded batches',
      guard: 'a transaction takes a bounded number of messages (performance model)',
      file: consumer,
      find: 'slice(start, start + size)',
      replace: 'slice(start)',
      test: test('hands over every message in order and moves the offset behind them'),
    },
    {
      name: 'a seek is followed',
      guard: 'a partition is read from where its handler says (decision 7)',
      file: consumer,
      find: 'this.#consumer.seek({ topic, partition, offset });',
      replace: '',
      test: test(
        'reads on from the offset that its handler names, back or ahead, and moves none for the others',
      ),
    },
  ],
};
