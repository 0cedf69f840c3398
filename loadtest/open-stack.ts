import type { Database } from '#platform/database/database.ts';
import type { Admin } from '#platform/kafka/client.ts';
import { readAuthority } from '../scripts/stack/authority.ts';
import { connectDatabase } from '../scripts/stack/database.ts';
import { readHostSecrets } from '../scripts/stack/host-secrets.ts';
import { connectKafka, kafkaAccess } from '../scripts/stack/kafka.ts';
import { chosenServices } from '../scripts/stack/profiles.ts';
import { readSettings, type StackSettings } from '../scripts/stack/settings.ts';
import type { RunningStack } from './circumstances.ts';
import type { LagSources } from './observe/lag.ts';

/** Everything that a run talks to, closed after it. */
export interface Stack extends LagSources, RunningStack {
  readonly admin: Admin;
  readonly database: Database;
  readonly settings: StackSettings;
  readonly authority: string | undefined;
  readonly tokenSecret: string;
}

/** @param parts are disposed when the run is over. */
export async function openStack(parts: AsyncDisposableStack, signal: AbortSignal): Promise<Stack> {
  const settings = await readSettings();
  const { tokenSecret } = await readHostSecrets(settings, signal);
  const database = await connectDatabase(settings, signal);
  parts.defer(() => database.destroy());
  const admin = connectKafka(await kafkaAccess(settings, signal), 'coffee-loadtest').admin();
  await admin.connect();
  parts.defer(() => admin.disconnect());
  const [authority, services] = await Promise.all([readAuthority(settings, signal), chosenServices(signal)]);
  return { settings, authority, tokenSecret, database, admin, services };
}
