import { openTls } from '#platform/config/tls.ts';
import { activateColour, type Colour } from '#platform/database/active-colour.ts';
import { createDatabase } from '#platform/database/database.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { MigrateConfig } from './config.ts';
import { databaseOptions } from './prepare.ts';

/** Lets one colour work and the other one wait (ADR 0046). @throws what PostgreSQL says */
export async function activate(config: MigrateConfig, colour: Colour, log: Logger): Promise<void> {
  const database = createDatabase(databaseOptions(config, openTls(config)));
  try {
    await activateColour(database, colour);
    log.info({ colour }, 'active');
  } finally {
    await database.destroy();
  }
}
