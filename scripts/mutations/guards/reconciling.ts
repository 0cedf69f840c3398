import type { Family, Mutation, NamedTest } from '../mutation.ts';

const test = (what: string): NamedTest => ({
  project: 'unit',
  file: 'scripts/reconcile/compare-findings.test.ts',
  name: `finds ${what}`,
});
const lifecycleTest = (name: string): NamedTest => ({
  project: 'unit',
  file: 'scripts/reconcile/lifecycle-rules.test.ts',
  name,
});

/** Each rule about acceptance with what only it finds. */
const acceptanceRules: readonly [rule: string, finds: string][] = [
  ['notInKafka', 'no command'],
  ['deadLettered', 'a dead letter'],
  ['notInPostgres', 'a command that the consumer passed without effect'],
  ['notTheFirstCommand', 'a row with the fingerprint of a later command'],
  ['notAsInReceipt', 'a receipt with another total'],
  ['conflictNotRecorded', 'a conflicting command that was passed, not recorded'],
  ['noAcceptedEvent', 'no event and no outbox row'],
  ['eventDiffers', 'an event with another total'],
  ['acceptedTwice', 'two accepted events'],
  ['unpublished', 'an outbox row unpublished for 60 s'],
];

/** Each rule about the life of an order with what only it finds. */
const lifecycleRules: readonly [rule: string, finds: string][] = [
  ['commandNotInKafka', 'a command that a client holds a receipt for and Kafka lacks'],
  ['commandWithoutOutcome', 'a command that the consumer passed without an outcome'],
  ['versionMissing', 'a change without its event'],
  ['versionTwice', 'two changes under one version'],
  ['outOfOrder', 'events out of order'],
  ['notAllowed', 'a change that is not in the table'],
  ['stateDiffers', 'an order that differs from its event'],
  ['servedUnpaid', 'what was served unpaid'],
  ['restsHalfway', 'an order that waits for a barista for 60 s'],
  ['notConsumed', 'an order that was begun and whose ingredients nobody has taken'],
];

const withoutRule = (file: string, rule: string, finds: string, named: NamedTest): Mutation => ({
  name: `rule ${rule}`,
  guard: `reconciliation finds ${finds} (decision 16)`,
  file,
  // In the list of rules; the rule itself is called `const rule: Rule`.
  find: `\n  ${rule},\n`,
  replace: '\n',
  test: named,
});

/** Reconciliation is a program that can say no (decision 16). */
export const reconciling: Family = {
  name: 'reconciling',
  mutations: [
    ...acceptanceRules.map(([rule, finds]) =>
      withoutRule('scripts/reconcile/acceptance-rules.ts', rule, finds, test(finds)),
    ),
    ...lifecycleRules.map(([rule, finds]) =>
      withoutRule('scripts/reconcile/lifecycle-rules.ts', rule, finds, lifecycleTest(`finds ${finds}`)),
    ),
    {
      name: 'one order a key',
      guard: 'reconciliation finds two orders under one key (decisions 3 and 16)',
      file: 'scripts/reconcile/compare.ts',
      find: '[...ordersUnderOneKey(evidence.receipts)]',
      replace: '[]',
      test: test('two orders under one key'),
    },
    {
      name: 'patience ends',
      guard: 'what has not moved for a minute is stuck (decision 16)',
      file: 'scripts/reconcile/rule.ts',
      find: 'now - since > stuckAfterMs',
      replace: 'now - since > 10 * stuckAfterMs',
      test: test('a command that nobody has processed for 60 s'),
    },
    {
      name: 'a redelivery is no finding',
      guard: 'at-least-once delivery is not taken for a second change (decisions 5 and 16)',
      file: 'scripts/reconcile/lifecycle-rules.ts',
      find: '!seen.has(orderVersion) && seen.add(orderVersion)',
      replace: 'seen.add(orderVersion)',
      test: lifecycleTest('finds nothing wrong with a redelivered event, whenever it comes'),
    },
    {
      name: 'what waits in the outbox is not lost',
      guard: 'an event that is not published yet is not reported as lost (decision 16)',
      file: 'scripts/reconcile/lifecycle-rules.ts',
      find: '[...states, ...outbox]',
      replace: 'states',
      test: lifecycleTest('finds nothing wrong with a change that waits in the outbox'),
    },
    {
      name: 'payment has its time',
      guard: 'an order that waits for its payment is not stuck before that is due (decision 16)',
      file: 'scripts/reconcile/lifecycle-rules.ts',
      find: 'awaits && situation.now < due',
      replace: 'awaits && situation.now < 0',
      test: lifecycleTest('waits for nothing while an order may still be paid'),
    },
  ],
};
