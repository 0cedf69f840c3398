import type { Family, NamedTest } from '../mutation.ts';

const orderBookFile = 'services/consumer/database/order-book.ts';
const sortOut = 'services/consumer/domain/sort-out.ts';
const test = (name: string): NamedTest => ({
  project: 'integration',
  file: 'services/consumer/tests/order-book.test.ts',
  name,
});
const sortOutTest = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/consumer/domain/sort-out.test.ts',
  name,
});
const laterConflict = test(
  'another request under the id of an order > in a later batch is kept as a conflict; the first stays',
);
// Not a transaction: each statement commits by itself, in any connection of the pool.
const pool = 'database as unknown as Transaction';

/** Effects happen once and together: inbox, state and outbox. */
export const orderBook: Family = {
  name: 'order book',
  mutations: [
    {
      name: 'inbox recognises repeats',
      guard: 'a message takes effect once: only the inbox recognises the repeat of a conflict (decision 5)',
      file: sortOut,
      find: '!fresh.has(command.id) || ',
      replace: '',
      test: test('records and tells a conflict once, however often its message comes'),
    },
    {
      name: 'inbox takes repeats',
      guard: 'a repeat does not fail its batch for ever (decision 5)',
      file: orderBookFile,
      find: 'on conflict do nothing returning message_id',
      replace: 'returning message_id',
      test: test('does nothing for a message that it has taken in before'),
    },
    {
      name: 'repeats within a batch',
      guard: 'a message that stands twice in a batch takes effect once (decision 5)',
      file: sortOut,
      find: ' || seen.has(command.id)',
      replace: '',
      test: sortOutTest('drops what has taken effect before, and a repeat within the batch'),
    },
    {
      name: 'one transaction',
      guard: 'inbox, state and outbox commit together (decision 5)',
      file: orderBookFile,
      find: 'return database.transaction(async (transaction) => {',
      replace: `return Promise.resolve(${pool}).then(async (transaction) => {`,
      test: test('leaves nothing of a batch in which one command can not be stored'),
    },
    {
      name: 'inbox in the transaction',
      guard: 'a message counts as taken in only with its effect (decision 5)',
      file: orderBookFile,
      find: 'await takeIn(transaction,',
      replace: `await takeIn(${pool},`,
      test: test('leaves nothing of a batch in which one command can not be stored'),
    },
    {
      name: 'outbox in the transaction',
      guard: 'an event is there only with the state that it tells of (decision 5)',
      file: orderBookFile,
      find: 'await insertOutbox(transaction,',
      replace: `await insertOutbox(${pool},`,
      test: test('leaves nothing of a batch whose commit fails'),
    },
    {
      name: 'the first command wins',
      guard: 'the first command in the partition makes the order; no other changes it (decision 3)',
      file: orderBookFile,
      find: 'on conflict (order_id) do nothing',
      replace: 'on conflict (order_id) do update set fingerprint = excluded.fingerprint',
      test: laterConflict,
    },
    {
      name: 'the first of a batch wins',
      guard: 'the order within the partition decides who is first (decision 3)',
      file: sortOut,
      find: 'if (candidates.has(command.place.orderId)) followers',
      replace: 'if (candidates.size < 0) followers',
      test: sortOutTest('lets the first fresh command of each order open it, the others follow'),
    },
    {
      name: 'conflicts are recorded',
      guard: 'a differing repeat is recorded, never lost silently (decision 3)',
      file: orderBookFile,
      find: 'await recordConflicts(transaction, conflicts);',
      replace: '',
      test: laterConflict,
    },
    {
      name: 'a repeat is no conflict',
      guard: 'the same request under another message id is the same order (decision 3)',
      file: orderBookFile,
      find: '?.fingerprint !== place.fingerprint',
      replace: ' !== undefined',
      test: test('does nothing for the same request under another message id'),
    },
    {
      name: 'events have ids of their own effect',
      guard: 'the same effect is never told under two ids (decision 5)',
      file: 'services/consumer/domain/events.ts',
      find: "uuidv5('accepted:1', place.orderId)",
      replace: 'uuidv5(acceptedAt, place.orderId)',
      test: {
        project: 'unit',
        file: 'services/consumer/domain/events.test.ts',
        name: 'tells of an accepted order in the shape of the contract, always under the same id',
      },
    },
  ],
};
