import type { Family, NamedTest } from '../mutation.ts';

const foldBatch = 'services/streams/domain/fold-batch.ts';
const memory = 'services/streams/domain/memory.ts';
const chainPayments = 'services/streams/domain/chain-payments.ts';
const applyFile = 'services/streams/database/apply-batch.ts';
const closing = 'services/streams/database/close-windows.ts';
const partitions = 'services/streams/database/partitions.ts';
const publish = 'services/streams/delivery/publish.ts';
const positions = 'services/streams/delivery/positions.ts';
const watermark = 'services/streams/domain/watermark.ts';
const within =
  (project: NamedTest['project'], file: string) =>
  (name: string): NamedTest => ({ project, file, name });
const foldTest = within('unit', 'services/streams/domain/fold-batch.test.ts');
const positionTest = within('unit', 'services/streams/delivery/positions.test.ts');
const paymentTest = within('unit', 'services/streams/domain/chain-payments.test.ts');
const watermarkTest = within('unit', 'services/streams/domain/watermark.test.ts');
const applyTest = within('integration', 'services/streams/tests/apply-batch.test.ts');
const closingTest = within('integration', 'services/streams/tests/close-windows.test.ts');
const publishTest = within('integration', 'services/streams/tests/publish.test.ts');
const recomputation = foldTest(
  'makes windows and a side output that are together what a batch recomputation finds',
);
// Not a transaction: each statement commits by itself, in any connection of the pool.
const pool = 'database as never';

/** Windows and the side output are together all that happened, each event once, whoever is killed or overtaken. */
export const streams: Family = {
  name: 'streams',
  mutations: [
    {
      name: 'an order knows its events',
      guard: 'an event counts once, however often it comes (decision 7)',
      file: memory,
      find: 'if (memory.seen.includes(token)) return undefined;',
      replace: '',
      test: recomputation,
    },
    {
      name: 'late goes aside',
      guard: 'a closed window does not change any more (decision 7)',
      file: foldBatch,
      find: "if (at < closedBefore) return 'late';",
      replace: '',
      test: recomputation,
    },
    {
      name: 'late is kept',
      guard: 'windows and the side output are together all that happened (decision 7)',
      file: foldBatch,
      find: 'untimely.push({ ...observation',
      replace: '([] as UntimelyObservation[]).push({ ...observation',
      test: recomputation,
    },
    {
      name: 'a clock that is ahead closes nothing',
      guard: "one machine's wrong clock does not make everybody's events late",
      file: foldBatch,
      find: 'event && event.at <= latest ?',
      replace: 'event ?',
      test: foldTest(
        'puts what comes from a clock that is ahead aside, and does not let it move the watermark',
      ),
    },
    {
      name: 'a stage counts whichever end comes last',
      guard: 'the order in which events come makes no difference (decision 7)',
      file: memory,
      find: '(from !== reached && to !== reached)',
      replace: 'to !== reached',
      test: recomputation,
    },
    {
      name: 'payments that came late are kept',
      guard: 'windows and the side output are together all that happened (decision 7)',
      file: 'services/streams/domain/aggregate.ts',
      find: '[totals, stages, products, payments].some(',
      replace: '[totals, stages, products].some(',
      test: recomputation,
    },
    {
      name: 'a stage is of one payment',
      guard: 'an order with two payments has the durations of both',
      file: memory,
      find: '(of === undefined ? name :',
      replace: '(name !== of ? name :',
      test: recomputation,
    },
    {
      name: 'each payment of an order counts',
      guard: 'a second payment of an order is no repeat of the first',
      file: chainPayments,
      find: 'const token = ',
      replace: 'const token = step || ',
      test: recomputation,
    },
    {
      name: 'one invoice a payment',
      guard: 'an invoice for another token is no other payment',
      file: chainPayments,
      find: "if (step === 'invoiced' && paymentVersion > 1) return undefined;",
      replace: 'void paymentVersion;',
      test: paymentTest('counts where a payment begins and ends, and not the blocks in between'),
    },
    {
      name: 'a surplus pays no order',
      guard: 'an order is in the funnel once, however many payments it has',
      file: chainPayments,
      find: "if (step === 'settled' && !surplus)",
      replace: "if (step === 'settled' || surplus)",
      test: paymentTest('counts a surplus among the payments, and not as an order that is paid'),
    },
    {
      name: 'bins are as narrow as promised',
      guard: 'percentiles are right to 1 % (decision 7)',
      file: 'services/streams/domain/sketch.ts',
      find: '(1 + relativeError) / (1 - relativeError)',
      replace: '(1 + 2 * relativeError) / (1 - 2 * relativeError)',
      test: within(
        'unit',
        'services/streams/domain/sketch.test.ts',
      )('knows each quantile to its relative error'),
    },
    {
      name: 'each window ends once',
      guard: 'no window is left out at the seam of two closings',
      file: 'services/streams/domain/windows.ts',
      find: 'endsAt <= until',
      replace: 'endsAt < until',
      test: within(
        'unit',
        'services/streams/domain/windows.test.ts',
      )('ends each window once, however its time is divided into closings'),
    },
    {
      name: 'a backlog holds windows open',
      guard: 'a partition that is behind makes none of its events late (decision 7)',
      file: watermark,
      find: 'next >= high || low === high',
      replace: 'high >= 0',
      test: watermarkTest('is the latest event of the partition that is behind'),
    },
    {
      name: 'a quiet partition holds up nobody',
      guard: 'windows close although nothing happens in a partition',
      file: watermark,
      find: 'Math.max(takenAt, eventTime) : eventTime',
      replace: 'eventTime : eventTime',
      test: watermarkTest('is now, less the delay, when everything was read'),
    },
    {
      name: 'fence',
      guard: 'a zombie changes nothing (decision 7)',
      file: partitions,
      find: '\n        and stored.next_offset = moves.expected`',
      replace: '`',
      test: applyTest('lets a zombie change nothing'),
    },
    {
      name: 'zero rows are a zombie',
      guard: 'a zombie rolls back (decision 7)',
      file: partitions,
      find: 'if (rowCount === moves.length) return;',
      replace: 'if (rowCount >= 0) return;',
      test: applyTest('lets a zombie change nothing'),
    },
    {
      name: 'redelivered messages are dropped',
      guard: 'what was applied is not applied again (decision 7)',
      file: applyFile,
      find: 'offsetOf(item) >= expected',
      replace: 'offsetOf(item) >= 0',
      test: applyTest('does nothing for messages that come again'),
    },
    {
      name: 'no gaps',
      guard: 'no message is left out silently (decision 7)',
      file: applyFile,
      find: 'if (offsetOf(first) > expected && !skipGap)',
      replace: 'if (offsetOf(first) < 0 && !skipGap)',
      test: applyTest('refuses a batch with a gap before it, unless told that nothing is there'),
    },
    {
      name: 'memory in the transaction',
      guard: 'what counts as seen is in the figures (decision 7)',
      file: applyFile,
      find: 'await remember(transaction,',
      replace: `await remember(${pool},`,
      test: applyTest('one transaction > leaves nothing of a batch when panes can not be written'),
    },
    {
      name: 'the offset in the transaction',
      guard: 'state and offset commit together (decision 7)',
      file: applyFile,
      find: 'await fence(transaction, topic',
      replace: `await fence(${pool}, topic`,
      test: applyTest('one transaction > leaves nothing of a batch when panes can not be written'),
    },
    {
      name: 'panes in the transaction',
      guard: 'figures and offset commit together (decision 7)',
      file: applyFile,
      find: 'await addToPanes(transaction,',
      replace: `await addToPanes(${pool},`,
      test: applyTest('one transaction > leaves nothing of a batch whose side output can not be written'),
    },
    {
      name: 'closing waits for batches',
      guard: 'no batch adds to a pane that is being closed (decision 7)',
      file: 'services/streams/database/clock.ts',
      find: "await transaction.raw('select pg_advisory_xact_lock(?)', [lockKey]);",
      replace: '',
      test: closingTest('waits for a batch under way before it closes'),
    },
    {
      name: 'allowed lateness',
      guard: 'a window waits for what is late, as long as is allowed',
      file: closing,
      find: 'watermark - rules.allowedLatenessMs',
      replace: 'watermark',
      test: closingTest('waits for what is late, as long as is allowed'),
    },
    {
      name: 'partitions apart',
      guard: 'one partition that was read by somebody else does not stop the others (decision 7)',
      file: positions,
      find: 'if (!batch || others.length > 0) throw new ApartError',
      replace: 'if (!batch) throw new ApartError',
      test: positionTest(
        'asks for each of several partitions by itself when one is not where it was thought to be',
      ),
    },
    {
      name: 'all partitions or none',
      guard: 'a zombie of one partition changes nothing of the others (decision 7)',
      file: partitions,
      find: 'if (rowCount === moves.length) return;',
      replace: 'if (rowCount > 0) return;',
      test: applyTest('several partitions > are applied all or not at all'),
    },
    {
      name: 'a zombie seeks',
      guard: 'who was overtaken goes on behind what the other one has done (decision 7)',
      file: positions,
      find: 'if (error instanceof ZombieError) {',
      replace: 'if (error instanceof EvalError) {',
      test: positionTest('reads on from where the database stands when another member was faster'),
    },
    {
      name: 'a gap is looked for',
      guard: 'a database that was restored gets what it is missing (decision 7)',
      file: positions,
      find: '!== error.expected) {',
      replace: '=== error.expected) {',
      test: positionTest('goes back to what is missing'),
    },
    {
      name: 'marks after publishing',
      guard: 'a window is told of at least once',
      file: publish,
      find: 'await sender.send(messages.map((message) => ({ message, context: ROOT_CONTEXT })));',
      replace:
        'await sender.send(messages.map((message) => ({ message, context: ROOT_CONTEXT }))).catch(() => undefined);',
      test: publishTest('tells again, under the same ids, what was not acknowledged'),
    },
    {
      name: 'repeats are recognisable',
      guard: 'a window is told of under one id',
      file: 'services/streams/delivery/analytics-events.ts',
      find: 'data.startsAt}`, windowNamespace)',
      replace: 'data.startsAt}`, windowNamespace) + performance.now()',
      test: publishTest('tells again, under the same ids, what was not acknowledged'),
    },
    {
      name: 'memory outlives the messages',
      guard: 'no setting makes an event count twice that Kafka may deliver again (decision 7)',
      file: 'services/streams/config.ts',
      find: '(ms) => ms > deliveredForMs',
      replace: '(ms) => ms > 0',
      test: within(
        'unit',
        'services/streams/config.test.ts',
      )('refuses to forget orders whose messages Kafka may deliver again'),
    },
  ],
};
