import { openTls } from '#platform/config/tls.ts';
import { activateColour, type Colour } from '#platform/database/active-colour.ts';
import { createDatabase } from '#platform/database/database.ts';
import { retryUntilAborted } from '#platform/lifecycle/abort.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { MigrateConfig } from './config.ts';
import { databaseOptions, waiting } from './prepare.ts';

// A PostgreSQL that is replaced is back by then; what is refused for good is told.
const patienceMs = 120_000;

/** Lets one colour work and the other one wait (ADR 0046): as soon as PostgreSQL is there. @throws what it says at last */
export async function activate(
  config: MigrateConfig,
  colour: Colour,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const database = createDatabase(databaseOptions(config, openTls(config)));
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    let last: unknown;
    const done = await retryUntilAborted(
      async () => {
        await activateColour(database, colour);
        return true;
      },
      patience,
      (error, attempt) => {
        last = error;
        waiting(log, 'postgres')(error, attempt);
      },
    );
    if (!done) throw last ?? new Error('it was stopped before it could ask PostgreSQL');
    log.info({ colour }, 'active');
  } finally {
    await database.destroy();
  }
}
