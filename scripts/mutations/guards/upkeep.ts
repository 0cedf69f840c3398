import type { Family, NamedTest } from '../mutation.ts';

const test = (name: string): NamedTest => ({
  project: 'integration',
  file: 'services/consumer/tests/upkeep.test.ts',
  name,
});
const openOrders = 'services/consumer/database/open-orders.ts';
const exclusively = 'platform/database/exclusively.ts';
const spares = test('expiry > spares what is paid, and what is not due');
const oneJob = test('does nothing while another replica does the same job, but another job');
const younger = test(
  'removal by age > removes published events, refusals and conflicts that are old enough, and nothing younger',
);

/** Orders expire once and in their partition; what is removed by age is needed by nobody. */
export const upkeep: Family = {
  name: 'upkeep',
  mutations: [
    {
      name: 'expiry is asked for once',
      guard: 'what waits in the outbox is not asked for again (decision 4)',
      file: 'services/consumer/upkeep/expire-orders.ts',
      find: '.filter((orderId) => !pending.has(commandIdOf(orderId)))',
      replace: '.filter((orderId) => !pending.has(orderId))',
      test: test('expiry > is asked for once, by a command that expires the order'),
    },
    {
      name: 'expiry spares what is paid',
      guard: 'only an order that waits for its payment expires',
      file: openOrders,
      find: " and o.status in ('accepted', 'awaiting-payment')",
      replace: '',
      test: spares,
    },
    {
      name: 'expiry spares what is not due',
      guard: 'an order has its whole time for its payment',
      file: openOrders,
      find: 'open.payment_due_at < now() and ',
      replace: '',
      test: spares,
    },
    {
      name: "PostgreSQL's clock",
      guard: 'a producer whose clock is wrong neither expires orders nor keeps them for ever',
      file: 'services/consumer/database/orders.ts',
      find: "now() + payment_window_ms * interval '1 millisecond'",
      replace: "placed_at + payment_window_ms * interval '1 millisecond'",
      test: {
        project: 'integration',
        file: 'e2e/flow/lifecycle.test.ts',
        name: 'payment that does not come > is not judged by the clock of a producer that is a day ahead',
      },
    },
    {
      name: 'the payment window counts',
      guard: 'an order waits for its payment as long as it was told to',
      file: 'services/consumer/database/orders.ts',
      find: "now() + payment_window_ms * interval '1 millisecond'",
      replace: "now() + least(payment_window_ms, 0) * interval '1 millisecond'",
      test: spares,
    },
    {
      name: 'one replica does a job',
      guard: 'replicas do not ask for the same expiries, nor wait for the same rows',
      file: exclusively,
      find: 'rows[0]?.mine ?',
      replace: 'rows.length > 0 ?',
      test: oneJob,
    },
    {
      name: 'jobs have locks of their own',
      guard: 'a long removal does not hold up the expiry of orders',
      file: exclusively,
      find: 'hashtext(?)',
      replace: 'hashtext(?) * 0',
      test: oneJob,
    },
    {
      name: 'keeps what is not published',
      guard: 'a long outage of Kafka loses no event (decision 5)',
      file: 'platform/outbox/outbox.ts',
      find: 'from oldest where published_at < now()',
      replace: "from oldest where coalesce(published_at, now() - interval '99 years') < now()",
      test: test('removal by age > keeps what is not published, however old it is'),
    },
    {
      name: 'keeps refusals',
      guard: 'it can be looked up for weeks why a command was refused',
      file: 'services/consumer/upkeep/prune.ts',
      find: "'command_refusals', retention.outcomesMs",
      replace: "'command_refusals', -retention.outcomesMs",
      test: younger,
    },
    {
      name: 'keeps conflicts',
      guard: 'a second request under a used key is never lost silently (decision 3)',
      file: 'services/consumer/upkeep/prune.ts',
      find: "'order_conflicts', retention.outcomesMs",
      replace: "'order_conflicts', -retention.outcomesMs",
      test: younger,
    },
    {
      name: 'goes on while there is more',
      guard: 'removal keeps up with whatever comes in',
      file: 'services/consumer/upkeep/prune.ts',
      find: '=== mostAtOnce) more = true',
      replace: '=== -1) more = true',
      test: test('removal by age > says that there is more when it has removed all that it may at once'),
    },
    {
      name: 'answers are remembered longer than Kafka keeps messages',
      guard: 'no setting makes the order book forget what Kafka may deliver again (decision 5)',
      file: 'services/consumer/config.ts',
      find: '(ms) => ms > deliveredForMs',
      replace: '(ms) => ms > 0',
      test: {
        project: 'unit',
        file: 'services/consumer/config.test.ts',
        name: 'refuses to forget messages that Kafka may deliver again',
      },
    },
  ],
};
