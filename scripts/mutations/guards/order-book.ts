import type { Family, NamedTest } from '../mutation.ts';

const orderBookFile = 'services/consumer/database/order-book.ts';
const ordersFile = 'services/consumer/database/orders.ts';
const foldBatch = 'services/consumer/domain/fold-batch.ts';
const within =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'integration', file, name });
const test = within('services/consumer/tests/order-book.test.ts');
const membersTest = within('services/consumer/tests/concurrent-members.test.ts');
const version01Test = within('services/consumer/tests/version-0-1.test.ts');
const openOrders = 'services/consumer/database/open-orders.ts';
const migrations = 'services/consumer/database/migrations.ts';
const foldTest = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/consumer/domain/fold-batch.test.ts',
  name,
});
const laterConflict = test(
  'another request under the id of an order > in a later batch is kept as a conflict; the first stays',
);
const openedMeanwhile = membersTest(
  'opens nothing in the place of an order that another member has opened meanwhile',
);
const ofOldVersion = version01Test('lists orders that version 0.1 opens, and can serve them');
// Not a transaction: each statement commits by itself, in any connection of the pool.
const pool = 'database as never';

/** Effects happen once and together: commands, state and outbox. */
export const orderBook: Family = {
  name: 'order book',
  mutations: [
    {
      name: 'an order knows its commands',
      guard: 'a command takes effect once (decision 5)',
      file: foldBatch,
      find: 'this.#order(command.orderId)?.followed.includes(command.id) || ',
      replace: '',
      test: test('does nothing for a command that the order has followed before'),
    },
    {
      name: 'an order goes on knowing its commands',
      guard: 'what is known of an order is stored with each change of it (decision 5)',
      file: ordersFile,
      find: ', followed = record.followed',
      replace: '',
      test: test('does nothing for a command that the order has followed before'),
    },
    {
      name: 'repeats within a batch',
      guard: 'a command that stands twice in a batch takes effect once (decision 5)',
      file: foldBatch,
      find: '{ ...moved, followed }',
      replace: '{ ...moved, followed: order.followed }',
      test: test('takes a command once that stands twice in its batch'),
    },
    {
      name: 'conflicts are told once',
      guard: 'the repeat of a conflict has no effect (decisions 3 and 5)',
      file: foldBatch,
      find: ' || this.#isAnswered(command)) return;\n      this.#answered',
      replace: ') return;\n      this.#answered',
      test: test('records and tells a conflict once, however often its message comes'),
    },
    {
      name: 'commands are refused once',
      guard: 'the repeat of a refused command has no effect, whatever has become of its order (decision 5)',
      file: foldBatch,
      find: ' || this.#isAnswered(command)) return;\n    const code',
      replace: ') return;\n    const code',
      test: test(
        'refuses a command once, however often its message comes, and whatever has become of the order',
      ),
    },
    {
      name: 'answers are counted',
      guard: 'what another member has answered meanwhile is not told a second time (decision 5)',
      file: 'platform/database/concurrent-change.ts',
      find: 'written !== decided',
      replace: 'written > decided',
      test: membersTest('answers nothing that another member has answered meanwhile'),
    },
    {
      name: 'one transaction',
      guard: 'commands, state and outbox commit together (decision 5)',
      file: orderBookFile,
      find: 'return database.transaction(async (transaction) => {',
      replace: `return Promise.resolve(${pool}).then(async (transaction) => {`,
      test: test('leaves nothing of a batch whose event can not be stored'),
    },
    {
      name: 'state in the transaction',
      guard: 'a command counts as followed only with its events (decision 5)',
      file: orderBookFile,
      find: 'await insertOrders(transaction,',
      replace: `await insertOrders(${pool},`,
      test: test('leaves nothing of a batch whose event can not be stored'),
    },
    {
      name: 'outbox in the transaction',
      guard: 'an event is there only with the state that it tells of (decision 5)',
      file: orderBookFile,
      find: 'await orderOutbox.insert(transaction,',
      replace: `await orderOutbox.insert(${pool},`,
      test: test('leaves nothing of a batch whose commit fails'),
    },
    {
      name: 'the first command wins',
      guard: 'the first command makes the order; no other does, from whichever member (decision 3)',
      file: ordersFile,
      find: 'on conflict (order_id) do nothing',
      replace: 'on conflict (order_id) do update set fingerprint = excluded.fingerprint',
      test: openedMeanwhile,
    },
    {
      name: 'the first of a batch wins',
      guard: 'the order within the partition decides who is first (decision 3)',
      file: foldBatch,
      find: 'this.#current.get(orderId) ?? this.#known.get(orderId)',
      replace: 'this.#known.get(orderId)',
      test: foldTest(
        'lets the first of two requests under one id open the order, and keeps the second as a conflict',
      ),
    },
    {
      name: 'conflicts are recorded',
      guard: 'a differing repeat is recorded, never lost silently (decision 3)',
      file: orderBookFile,
      find: 'await recordConflicts(transaction, effects.conflicts);',
      replace: '',
      test: laterConflict,
    },
    {
      name: 'a repeat is no conflict',
      guard: 'the same request under another message id is the same order (decision 3)',
      file: foldBatch,
      find: 'order.fingerprint === place.fingerprint',
      replace: 'order.version < 0',
      test: test('does nothing for the same request under another message id'),
    },
    {
      name: 'events have ids of their own effect',
      guard: 'the same effect is never told under two ids (decision 5)',
      file: 'services/consumer/domain/events.ts',
      find: "eventOf('accepted:1',",
      replace: 'eventOf(acceptedAt,',
      test: {
        project: 'unit',
        file: 'services/consumer/domain/events.test.ts',
        name: 'tells of an accepted order in the shape of the contract, always under the same id',
      },
    },
    {
      name: 'a missing insert is noticed',
      guard: 'a batch that could not open its order is tried again, not told of (decision 5)',
      file: ordersFile,
      find: 'requireAll(rowCount, opened.length);',
      replace: '',
      test: openedMeanwhile,
    },
    {
      name: 'version fence',
      guard: 'what was decided on an older version changes nothing (decision 5)',
      file: ordersFile,
      find: ' and o.version = record.before',
      replace: '',
      test: membersTest(
        'changes nothing on the ground of an order that another member has changed meanwhile',
      ),
    },
    {
      name: 'orders are locked',
      guard: 'who decides about an order sees what was decided before, also by another member (decision 5)',
      file: ordersFile,
      find: ' order by order_id for update',
      replace: '',
      test: membersTest('waits for another member that is changing the order, and builds on that'),
    },
    {
      name: 'refusals are recorded',
      guard: 'it is kept why a command changed nothing (decision 4)',
      file: orderBookFile,
      find: 'await recordRefusals(transaction, effects.refused);',
      replace: '',
      test: test('the life of an order > keeps and tells why a command changed nothing'),
    },
    {
      name: 'refusals are told',
      guard: 'every command has an outcome that others can see (decisions 4 and 16)',
      file: foldBatch,
      find: 'this.#tell(command, commandRefusedEvent(command.id, command.act, code, order, this.#now));',
      replace: 'void order;',
      test: foldTest('tells of a refused command with the status that was in the way'),
    },
    {
      name: 'settled orders leave the list',
      guard: 'the list of open orders stays small (performance model)',
      file: openOrders,
      find: 'settled.length > 0',
      replace: 'settled.length < 0',
      test: test('the life of an order > goes to its completion, one command a batch'),
    },
    {
      name: 'late money opens an order again',
      guard: 'money that is due back is on the list of what somebody has to do (decision 16)',
      file: openOrders,
      find: 'refundDue.length > 0',
      replace: 'refundDue.length < 0',
      test: test('the life of an order > is open again when money comes after it has expired'),
    },
    {
      name: 'trigger for version 0.1',
      guard: 'orders that version 0.1 opens beside this one are listed, and so expire (decision 10)',
      file: migrations,
      find: 'create trigger list_open_orders after insert',
      replace: 'create trigger list_open_orders after update',
      test: ofOldVersion,
    },
    {
      name: 'defaults for version 0.1',
      guard: 'version 0.1 goes on opening orders beside this one (decision 10)',
      file: migrations,
      find: "payment_method text not null default 'counter'",
      replace: 'payment_method text not null',
      test: ofOldVersion,
    },
    {
      name: 'the trigger lists open orders only',
      guard: 'an order that is settled in the batch that opens it is on no list (performance model)',
      file: migrations,
      find: "where status not in ('completed', 'refunded') and",
      replace: 'where',
      test: test('the life of an order > goes to its completion, all in one batch'),
    },
    {
      name: 'the migration lists the orders that are there',
      guard: 'orders that version 0.1 left are found and expire as others do (decision 10)',
      file: migrations,
      find: "from orders.orders where status = 'accepted'",
      replace: "from orders.orders where status = 'nothing'",
      test: version01Test('lists the orders that version 0.1 has left, and lets them expire'),
    },
  ],
};
