import { connectDatabase } from '../stack/database.ts';
import { kafkaAccess } from '../stack/kafka.ts';
import type { StackSettings } from '../stack/settings.ts';
import { ChainEvidence } from './chain-evidence.ts';
import { readJournal } from './read-journal.ts';
import { reconcile } from './reconcile.ts';
import { type Report, reportOf } from './report.ts';

export interface JournalOptions {
  /** The journal's file. */
  readonly path: string;
  readonly settings: StackSettings;
  /** False where no agents run: nobody keeps a stock ledger there, though the tables of one may be there. */
  readonly agents?: boolean;
  /** How long to wait for what is still moving, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Reconciles a journal with a running stack. @throws UserError when it can't be read, or Kafka, or PostgreSQL */
export async function reconcileJournal(options: JournalOptions): Promise<Report> {
  const { path, settings, agents, timeoutMs, signal } = options;
  const journal = await readJournal(path);
  const database = await connectDatabase(settings, signal);
  try {
    const kafka = await kafkaAccess(settings, signal);
    return reportOf(
      await reconcile({
        journal,
        kafka,
        database,
        chain: new ChainEvidence(settings, signal),
        ...(agents === undefined ? {} : { agents }),
        timeoutMs,
        signal,
      }),
      journal,
    );
  } finally {
    await database.destroy();
  }
}
