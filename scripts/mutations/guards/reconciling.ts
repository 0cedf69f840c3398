import type { Family, Mutation, NamedTest } from '../mutation.ts';

const test = (what: string): NamedTest => ({
  project: 'unit',
  file: 'scripts/reconcile/compare-findings.test.ts',
  name: `finds ${what}`,
});

/** Each rule with what only it finds. */
const rules: readonly [rule: string, finds: string][] = [
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
  ['restsHalfway', 'an order halfway for 60 s'],
];

const withoutRule = ([rule, finds]: readonly [string, string]): Mutation => ({
  name: `rule ${rule}`,
  guard: `reconciliation finds ${finds} (decision 16)`,
  file: 'scripts/reconcile/rules.ts',
  // In the list of rules; the rule itself is called `const rule: Rule`.
  find: `\n  ${rule},\n`,
  replace: '\n',
  test: test(finds),
});

/** Reconciliation is a program that can say no (decision 16). */
export const reconciling: Family = {
  name: 'reconciling',
  mutations: [
    ...rules.map(withoutRule),
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
      file: 'scripts/reconcile/rules.ts',
      find: 'now - since > stuckAfterMs',
      replace: 'now - since > 10 * stuckAfterMs',
      test: test('a command that nobody has processed for 60 s'),
    },
  ],
};
