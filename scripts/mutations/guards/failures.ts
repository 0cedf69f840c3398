import type { Family, NamedTest } from '../mutation.ts';

const handler = 'services/consumer/delivery/handle-batch.ts';
const test = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/consumer/delivery/handle-batch.test.ts',
  name,
});
const unforeseen = 'a failure that nobody foresaw';

/** A message that can't be applied blocks nobody and is not lost; whatever else fails is waited for. */
export const failures: Family = {
  name: 'failures',
  mutations: [
    {
      name: 'poison is buried',
      guard: 'a bad message goes to the dead letters instead of blocking its partition (decision 6)',
      file: handler,
      find: 'await bury(parts, message, command, contexts);',
      replace: 'throw command;',
      test: {
        project: 'integration',
        file: 'e2e/flow/poison.test.ts',
        name: 'buries a message with no JSON',
      },
    },
    {
      name: 'poison is not dropped',
      guard: 'a bad message is kept among the dead letters (decision 6)',
      file: handler,
      find: 'if (command instanceof PoisonMessageError) await bury(parts, message, command, contexts);',
      replace: 'if (command instanceof PoisonMessageError) continue;',
      test: {
        project: 'integration',
        file: 'e2e/flow/poison.test.ts',
        name: 'buries a message with an unknown type',
      },
    },
    {
      name: 'dead letter before the offset',
      guard: 'the dead letter is in Kafka before the offset moves (decision 6)',
      file: handler,
      find: 'await context.with(origin, () => parts.publish(toDeadLetter(message, error, parts.group)));',
      replace:
        'context.with(origin, () => parts.publish(toDeadLetter(message, error, parts.group))).catch(() => undefined);',
      test: test('does not let the offset move while the dead letters are away'),
    },
    {
      name: 'unknown is not buried at once',
      guard: 'what nobody foresaw is tried for minutes before an acknowledged order is buried (decision 6)',
      file: handler,
      find: '(halve || (commands.length === 1 && outOfPatience))',
      replace: 'commands.length > 0',
      test: test(`${unforeseen} > is tried for minutes before an acknowledged order is buried`),
    },
    {
      name: 'unknown is isolated',
      guard: 'what nobody foresaw does not hold up the others of its batch (decision 6)',
      file: handler,
      find: 'commands.length > 1 && attempt + 1 >= triesBeforeHalving',
      replace: 'attempt < 0',
      test: test(`${unforeseen} > lets the others of its batch go on`),
    },
    {
      name: 'patience ends',
      guard: 'a partition goes on after minutes, whatever fails in it (decision 6)',
      file: handler,
      find: 'commands.length === 1 && outOfPatience',
      replace: 'commands.length === 0 && outOfPatience',
      test: test(`${unforeseen} > is buried when patience ends, so that its partition goes on`),
    },
    {
      name: 'an outage buries nothing',
      guard: 'while a part is away the batch waits; no order is buried (decision 6)',
      file: handler,
      find: "if (kind === 'message' ||",
      replace: "if (kind !== 'unknown' ||",
      test: test('a part that is away > is waited for, keeping the membership; nothing is buried'),
    },
    {
      name: 'heartbeat while waiting',
      guard: 'a batch that waits keeps its membership (decision 6)',
      file: handler,
      find: 'await batch.heartbeat();',
      replace: '',
      test: test('a part that is away > is waited for, keeping the membership; nothing is buried'),
    },
    {
      name: 'a lost partition ends the batch',
      guard: 'a zombie stops at its next heartbeat (decision 6)',
      file: handler,
      find: 'await batch.heartbeat();',
      replace: 'await batch.heartbeat().catch(() => undefined);',
      test: test('a part that is away > ends the batch when its partition was taken away'),
    },
    {
      name: 'refused data is found by halving',
      guard: 'one command that the database refuses takes none of its neighbours along (decision 6)',
      file: handler,
      find: 'if (only && commands.length === 1) {',
      replace: 'if (only) {',
      test: test('data that the database refuses > takes none of its neighbours along, wherever it stands'),
    },
    {
      name: 'a deadlock is no fault of the message',
      guard: 'an order is not buried because another transaction was in the way (decision 6)',
      file: 'services/consumer/delivery/failure.ts',
      find: "const outsideClasses = new Set(['08', '25', '28', '3D', '40',",
      replace: "const outsideClasses = new Set(['08', '25', '28', '3D',",
      test: {
        project: 'unit',
        file: 'services/consumer/delivery/failure.test.ts',
        name: '40P01 is a failure of kind outside',
      },
    },
    {
      name: 'one spelling of an id',
      guard: 'a repeat finds itself among the commands of its order, however its id is spelled (decision 5)',
      file: 'services/consumer/domain/commands.ts',
      find: '.transform((id) => id.toLowerCase())',
      replace: '',
      test: {
        project: 'unit',
        file: 'services/consumer/domain/commands.test.ts',
        name: 'reads an id as PostgreSQL writes it: a repeat must find itself, however it is spelled',
      },
    },
    {
      name: 'only keyed commands',
      guard:
        'one partition orders everything about an order: a command under another key is refused (decision 4)',
      file: 'services/consumer/domain/commands.ts',
      find: 'key === orderId && ',
      replace: 'key !== undefined && ',
      test: {
        project: 'unit',
        file: 'services/consumer/domain/commands.test.ts',
        name: 'can never apply > another key than its order',
      },
    },
    {
      name: 'one spelling of a key',
      guard: 'an order has one partition: its id in capitals would have another (decision 4)',
      file: 'services/consumer/domain/commands.ts',
      find: ' && key === key.toLowerCase()',
      replace: '',
      test: {
        project: 'unit',
        file: 'services/consumer/domain/commands.test.ts',
        name: 'can never apply > an order id in capitals: the same order would have two keys, and so two partitions',
      },
    },
    {
      name: 'type and data agree',
      guard: 'what the type of a command says is what is done (decision 18)',
      file: 'services/consumer/domain/commands.ts',
      find: 'act.action !== action',
      replace: 'act.action.length === 0',
      test: {
        project: 'unit',
        file: 'services/consumer/domain/commands.test.ts',
        name: 'can never apply > an action that its type does not say',
      },
    },
    {
      name: 'a lost race is no fault of the message',
      guard: 'an order is not buried because another member of the group was faster (decisions 5 and 6)',
      file: 'services/consumer/delivery/failure.ts',
      find: 'error instanceof ConcurrentChangeError',
      replace: 'error instanceof EvalError',
      test: {
        project: 'unit',
        file: 'services/consumer/delivery/failure.test.ts',
        name: 'another member that was faster is a failure of kind outside',
      },
    },
  ],
};
