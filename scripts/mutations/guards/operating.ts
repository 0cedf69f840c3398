import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file, name });
const replay = 'scripts/dlq/replay.ts';
const replayTest = unit('scripts/dlq/replay.test.ts');
const book = 'scripts/dlq/letter-book.ts';
const bookTest = unit('scripts/dlq/letter-book.test.ts');
const selection = 'scripts/dlq/selection.ts';
const selectionTest = unit('scripts/dlq/selection.test.ts');
const purgeTest = unit('scripts/dlq/purge.test.ts');
const deadLetterTest = unit('platform/kafka/dead-letter.test.ts');
const records = 'scripts/fault/records.ts';
const recordsTest = unit('scripts/fault/records.test.ts');
const faultTest = (name: string): NamedTest => ({
  project: 'integration',
  file: 'scripts/fault/tests/faults.test.ts',
  name: `whatever happens > ${name}`,
});
const exporter = 'platform/telemetry/retrying-exporter.ts';
const exporterTest = unit('platform/telemetry/retrying-exporter.test.ts');

/** Operators' tools do what they say, once, and tell of it. */
export const operating: Family = {
  name: 'operating',
  mutations: [
    {
      name: 'replay is noted after publishing',
      guard: 'the audit tells of no replay that never was (decision 6)',
      file: replay,
      find: 'await desk.publish(',
      replace: "await desk.audit(letters, { action: 'replay', outcome: 'done' }); await desk.publish(",
      test: replayTest('publishes a partition in order before it notes that'),
    },
    {
      name: 'what is unknown is noted as unknown',
      guard: 'a replay without an acknowledgement is not taken for done (decision 2)',
      file: replay,
      find: "outcome: 'unknown', reason",
      replace: "outcome: 'done', reason",
      test: replayTest('notes what may or may not be written as unknown'),
    },
    {
      name: 'no replay without its audit',
      guard: 'every replay is in the audit',
      file: replay,
      find: "await desk.audit(letters, { action: 'replay', outcome: 'done' });",
      replace: "await desk.audit(letters, { action: 'replay', outcome: 'done' }).catch(() => undefined);",
      test: replayTest('does not claim a replay whose audit failed'),
    },
    {
      name: 'replay under the same id',
      guard: 'what was replayed before is recognised (decisions 5 and 6)',
      file: 'platform/kafka/dead-letter.ts',
      find: '!name.startsWith(ownPrefix)',
      replace: "!name.startsWith(ownPrefix) && name !== 'ce_id'",
      test: deadLetterTest('the way back > is the original message, marked as a replay'),
    },
    {
      name: 'replay is idempotent',
      guard: 'however often a letter is replayed, it has its effect once (decisions 5 and 6)',
      file: 'services/consumer/domain/fold-batch.ts',
      find: 'order.fingerprint === place.fingerprint || this.#isAnswered(command)',
      replace: 'order.version < 0',
      test: {
        project: 'integration',
        file: 'e2e/flow/dead-letter-replay.test.ts',
        name: 'makes each order once, however often all dead letters are replayed',
      },
    },
    {
      name: 'replay goes back only',
      guard: 'a header of a letter does not choose any topic to publish to',
      file: 'platform/kafka/dead-letter.ts',
      find: 'deadLetterName(topic) !== letter.topic',
      replace: 'deadLetterName(topic) === topic',
      test: deadLetterTest('the way back > does not lead to the origin payments.v1'),
    },
    {
      name: 'what was replayed is left out',
      guard: 'a replay is not repeated unless that is asked for',
      file: book,
      find: "done('replay') ? 'replayed' : 'new'",
      replace: "done('purge') ? 'replayed' : 'new'",
      test: bookTest('the state of a letter > is replayed after a replay'),
    },
    {
      name: 'what was refused is not done',
      guard: 'a letter whose replay failed is offered again',
      file: book,
      find: " && outcome === 'done'",
      replace: '',
      test: bookTest('the state of a letter > is new after a replay that may not be written'),
    },
    {
      name: 'what failed again shows',
      guard: 'a letter that came back is not taken for mended',
      file: book,
      find: "if (this.#returned.has(letter.position)) return 'returned';",
      replace: '',
      test: bookTest('the state of a letter > is returned whose replay failed'),
    },
    {
      name: 'only what was given up is deleted',
      guard: 'Kafka deletes from the beginning of a partition: nothing goes that nobody gave up',
      file: book,
      find: "this.stateOf(letter) !== 'purged'",
      replace: "this.stateOf(letter) === 'new'",
      test: bookTest('what may be deleted > is not what was only replayed'),
    },
    {
      name: 'only what was listed is purged',
      guard: 'who confirms a purge has seen exactly these letters',
      file: selection,
      find: 'yes === digestOf(letters)',
      replace: 'yes.length === digestOf(letters).length',
      test: selectionTest('a purge > is refused when other letters have come since they were listed'),
    },
    {
      name: 'the digest is of the letters',
      guard: 'another choice of letters has another digest',
      file: selection,
      find: 'letters.map(({ position }) => position)',
      replace: 'letters.map(({ code }) => code)',
      test: selectionTest('has another digest when a letter is another one'),
    },
    {
      name: 'a purge is noted first',
      guard: 'nothing is deleted that the audit does not tell of',
      file: 'scripts/dlq/purge.ts',
      find: "await desk.audit(letters, { action: 'purge', outcome: 'done' });",
      replace: "await desk.audit(letters, { action: 'purge', outcome: 'done' }).catch(() => undefined);",
      test: purgeTest('deletes nothing when it could not be noted'),
    },
    {
      name: 'one fault a container',
      guard: 'undoing one fault does not leave another one behind',
      file: records,
      find: "'wx'",
      replace: "'w'",
      test: recordsTest('records > let a container have one fault at a time'),
    },
    {
      name: 'faults of killed processes are undone',
      guard: 'no fault outlives the process that made it for longer than to the next command',
      file: records,
      find: '!isAlive(record.pid) || ',
      replace: '',
      test: recordsTest('a fault is left behind > true when its process is gone'),
    },
    {
      name: 'a fault is undone when it is over',
      guard: 'the network of a container is as before',
      file: 'scripts/fault/undo.ts',
      find: 'await takeBack(current);',
      replace: '',
      test: faultTest('a second fault on the same container is refused'),
    },
    {
      name: 'a fault that failed is undone',
      guard: 'nothing is left of a fault that could not be made',
      file: 'scripts/fault/inject.ts',
      find: 'await undo(record, records, { made: false });\n    throw error;',
      replace: 'throw error;',
      test: faultTest('a fault that can not be made leaves nothing behind'),
    },
    {
      name: 'every chain is taken away',
      guard: 'undoing a network fault leaves no rule behind',
      file: 'scripts/fault/network-script.ts',
      find: ' -D $',
      replace: ' -C $',
      test: unit('scripts/fault/network-script.test.ts')(
        'the undoing > takes away every chain and proxy of partition',
      ),
    },
    {
      name: 'a slow disk is measured',
      guard: 'a fault that has no effect is not reported as one',
      file: 'scripts/fault/slow-disk.ts',
      find: 'seconds >= least',
      replace: 'least > 0',
      test: unit('scripts/fault/slow-disk.test.ts')(
        'is believed only when writes take as long as the limit says',
      ),
    },
    {
      name: 'a day closes',
      guard:
        'a suite that ends sends no customer home without an answer, and calls none lost that it sent home',
      file: 'scripts/traffic/during-day.ts',
      find: 'closing: closing.signal }, signal, onStart',
      replace: '}, AbortSignal.any([signal, closing.signal]), onStart',
      test: unit('scripts/traffic/during-day.test.ts')(
        'ends with the work, and only when everybody who came before has an answer',
      ),
    },
    {
      name: 'exports are repeated',
      guard: 'what was traced while the collector was away is not lost (decision 11)',
      file: exporter,
      find: 'result.code === ExportResultCode.SUCCESS',
      replace: 'result.code >= ExportResultCode.SUCCESS',
      test: exporterTest('repeats what failed, whole, until it is taken'),
    },
    {
      name: 'spans go through the repeating exporter',
      guard: 'the first requests of a service are traced before the collector is there (decision 11)',
      file: 'platform/telemetry/register.ts',
      find: 'new RetryingExporter(new OTLPTraceExporter(exporterOptions))',
      replace: 'new OTLPTraceExporter(exporterOptions)',
      test: unit('platform/telemetry/register.test.ts')(
        'delivers a span that was made while the collector was away, with TLS off',
      ),
    },
    {
      name: 'exports are given up in time',
      guard: 'a collector that stays away does not pile up exports',
      file: exporter,
      find: '> deadline;',
      replace: '> deadline && attempt > 3;',
      test: exporterTest('gives up in time, with the last result'),
    },
    {
      name: 'exports end with the process',
      guard: 'telemetry does not hold up a shutdown (lifecycle)',
      file: exporter,
      find: ' || signal.aborted',
      replace: '',
      test: exporterTest('does not hold up the end of the process'),
    },
  ],
};
