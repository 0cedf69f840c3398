import type { Database } from '#platform/database/database.ts';
import { pause } from '#platform/lifecycle/abort.ts';
import type { KafkaAccess } from '../stack/kafka.ts';
import type { ChainEvidence } from './chain-evidence.ts';
import { type Comparison, compare } from './compare.ts';
import type { Finding } from './evidence.ts';
import { KafkaEvidence } from './kafka-evidence.ts';
import { readPayments } from './payment-evidence.ts';
import { readPostgres } from './postgres-evidence.ts';
import type { ReadJournal } from './read-journal.ts';

export interface ReconcileOptions {
  readonly journal: ReadJournal;
  readonly kafka: KafkaAccess;
  readonly database: Database;
  /** Asks the chain itself. */
  readonly chain: Pick<ChainEvidence, 'read'>;
  /** False where no agents run: the tables of their stock ledger say nothing there. */
  readonly agents?: boolean;
  /** How long to wait for what is still moving, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told how many orders are still moving, for progress. */
  readonly onMoving?: (count: number) => void;
}

const pollMs = 1_000;

/**
 * Compares what clients were told with Kafka and PostgreSQL, and again until nothing moves any more or the time is
 * up. What still moves then counts as stuck.
 *
 * @throws UserError when Kafka can't be read to its end
 */
export async function reconcile(options: ReconcileOptions): Promise<Comparison> {
  const { journal, database, signal } = options;
  const deadline = performance.now() + options.timeoutMs;
  const left = (): number => Math.max(5_000, deadline - performance.now());
  await using kafka = await KafkaEvidence.read(options.kafka);
  await kafka.readCommands(left(), signal);
  const { commands, acts } = kafka.commandsUntilNow();
  // Receipts are older than this reading of Kafka; commands, then rows, then events: see `Evidence`.
  for (;;) {
    // Payments before orders: what is settled may not have reached the order book yet, and is moving then.
    const payments = await readPayments(database);
    const chainPayments = await options.chain.read(payments);
    const rows = await readPostgres(database);
    await kafka.catchUp(left(), signal);
    const comparison = compare({
      receipts: journal.receipts,
      commandReceipts: journal.commandReceipts,
      commands,
      acts,
      accepted: kafka.accepted,
      states: kafka.states,
      refusals: kafka.refusals,
      deadLetters: kafka.deadLetters,
      payments,
      chainPayments,
      ...rows,
      ...(options.agents === false ? { consumed: undefined } : {}),
    });
    if (comparison.moving.length === 0) return comparison;
    if (performance.now() > deadline) {
      const late = comparison.moving.map(
        (orderId): Finding => ({
          category: 'stuck',
          rule: 'still moving when the time was up',
          orderId,
          look: 'repeat with a longer --timeout',
        }),
      );
      return { ...comparison, findings: [...comparison.findings, ...late] };
    }
    options.onMoving?.(comparison.moving.length);
    await pause(pollMs, signal);
    signal.throwIfAborted();
  }
}
