import type { Family, NamedTest } from '../mutation.ts';

const sender = 'platform/kafka/sender.ts';
const batching = 'platform/kafka/batching-producer.ts';
const batchingTest = (name: string): NamedTest => ({
  project: 'unit',
  file: 'platform/kafka/batching-producer.test.ts',
  name,
});

/** An acknowledgement says that every in-sync replica has the message, and an error says what is known. */
export const sending: Family = {
  name: 'sending',
  mutations: [
    {
      name: 'no idempotent producer',
      guard: "kafkajs' idempotent producer loses acknowledged messages (decision 2, ADR 1)",
      file: sender,
      find: 'idempotent: false,',
      replace: 'idempotent: true, maxInFlightRequests: 1,',
      test: {
        project: 'integration',
        file: 'platform/kafka/tests/cut-answers.test.ts',
        name: 'has every acknowledged message in the log, however often the broker’s answers are cut',
      },
    },
    {
      name: 'closed connections are let go',
      guard: 'a broker that stays away makes no listeners pile up',
      file: 'platform/kafka/socket-factory.ts',
      find: 'socket.unref = () => socket;',
      replace: 'void socket;',
      test: {
        project: 'unit',
        file: 'platform/kafka/socket-factory.test.ts',
        name: 'leaves nothing on a closed connection, however often it is given up',
      },
    },
    {
      name: 'retries of our own',
      guard:
        "kafkajs' retries skip a broker that has answered, also for partitions that moved to it (ADR 14)",
      file: sender,
      find: 'retry: { retries: 0 },',
      replace: '',
      test: {
        project: 'unit',
        file: 'platform/kafka/sender-retries.test.ts',
        name: 'sends what a broker did not take to its new leader, also when that one has answered already',
      },
    },
    {
      name: 'acks of all replicas',
      guard: '202 means that every in-sync replica has the order (decisions 1 and 2)',
      file: sender,
      find: 'acks: -1,',
      replace: 'acks: 1,',
      test: {
        project: 'integration',
        file: 'e2e/flow/durability.test.ts',
        name: 'orders are acknowledged by every in-sync replica',
      },
    },
    {
      name: 'not connected yet',
      guard: 'before the first connection it is certain that nothing was sent (decision 2)',
      file: sender,
      find: 'if (!this.#connected) {',
      replace: 'if (this.#stopped.signal.aborted) {',
      test: {
        project: 'unit',
        file: 'platform/kafka/sender.test.ts',
        name: 'says that nothing was sent before it was connected once',
      },
    },
    {
      name: 'waits for the acknowledgement',
      guard: 'a caller is answered after the acknowledgement, not before it (decision 1)',
      file: batching,
      find: 'await this.#sender.send(',
      replace: 'void this.#sender.send(',
      test: batchingTest(
        'lets concurrent callers share a produce request and answers each after the acknowledgement',
      ),
    },
    {
      name: 'bounded queue',
      guard: 'what waits for Kafka is bounded; more is refused at once (decision 1)',
      file: batching,
      find: 'if (this.pending >= this.#options.maxPending) {',
      replace: 'if (this.pending < 0) {',
      test: batchingTest('refuses what does not fit into its queue'),
    },
    {
      name: 'bounded requests',
      guard: 'produce requests under way are bounded (decision 1)',
      file: batching,
      find: ' && this.#inFlight < this.#options.maxInFlight',
      replace: '',
      test: batchingTest('sends a full batch at once and holds back what exceeds the requests under way'),
    },
    {
      name: 'late is unknown',
      guard: 'what is under way at the deadline may have been written: never "nothing was sent" (decision 2)',
      file: batching,
      find: 'if (waiting === -1) {',
      replace: 'if (waiting < -1) {',
      test: batchingTest(
        'when Kafka does not acknowledge > says so as well when the answer is late, whatever comes of it',
      ),
    },
    {
      name: 'failed is unknown',
      guard: 'a failed request may have been written: never "nothing was sent" (decision 2)',
      file: batching,
      find: "new AppError('outcome-unknown',",
      replace: "new AppError('dependency-unavailable',",
      test: batchingTest(
        'when Kafka does not acknowledge > says that the outcome is unknown, to every caller of the request',
      ),
    },
    {
      name: 'expired is not sent',
      guard: 'what a caller was told was not sent is not sent later (decision 2)',
      file: batching,
      find: 'this.#queue.splice(waiting, 1);',
      replace: '',
      test: batchingTest(
        'when Kafka does not acknowledge > says that nothing was sent to who still waited in the queue',
      ),
    },
    {
      name: 'drains at its end',
      guard: 'a stop answers every caller that waits (lifecycle)',
      file: batching,
      find: 'if (this.pending === 0) return;',
      replace: 'if (this.pending >= 0) return;',
      test: batchingTest('answers every caller before its disposal ends'),
    },
  ],
};
