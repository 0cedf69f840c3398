import { createDatabase } from '#platform/database/database.ts';
import { TokenSigner } from '#platform/identity/token-signer.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { Periodic } from '#platform/lifecycle/periodic.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import type { ProducerConfig } from '../config.ts';
import { PostgresIdentityStore } from './database/postgres-identity-store.ts';
import { pseudonymOf } from './identity-events.ts';
import type { IdentityStore } from './identity-store.ts';
import { createIdentityMetrics, type IdentityMetrics } from './metrics.ts';
import { Passwords } from './passwords.ts';
import { SignIn } from './sign-in.ts';

export interface IdentityParts {
  readonly config: ProducerConfig;
  /** In the place of PostgreSQL. */
  readonly store?: IdentityStore | undefined;
  readonly metrics?: IdentityMetrics | undefined;
  readonly publish: (message: OutgoingMessage) => Promise<void>;
  readonly tls: TlsIdentity | undefined;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Who has an account, and who is signed in. */
export interface IdentityModule {
  readonly store: IdentityStore;
  readonly signIn: SignIn;
}

const pruningIntervalMs = 10 * 60_000;

/**
 * Wires the module, with a role of its own in PostgreSQL. Undefined where tokens are another issuer's (RS256): then nobody
 * signs in here.
 */
export function createIdentity(
  parts: IdentityParts,
  stack: AsyncDisposableStack,
): IdentityModule | undefined {
  const { config, tls, log, publish, now } = parts;
  const { JWT_ALGORITHM: algorithm, JWT_SECRET: secret = '', JWT_ISSUER, JWT_AUDIENCE } = config.identity;
  if (algorithm !== 'HS256') return undefined;
  const store = parts.store ?? connect(config, tls, stack);
  const signer = new TokenSigner({
    secret,
    issuer: JWT_ISSUER,
    audience: JWT_AUDIENCE,
    lifetimeMs: config.accessLifetimeMs,
  });
  const signIn = new SignIn({
    store,
    passwords: new Passwords(),
    signer,
    accessLifetimeMs: config.accessLifetimeMs,
    sessionLifetimeMs: config.sessionLifetimeMs,
    pseudonym: (text) => pseudonymOf(secret, text),
    publish,
    metrics: parts.metrics ?? createIdentityMetrics(),
    log,
    now,
  });
  const work = (): Promise<boolean> => store.prune();
  stack.use(new Periodic({ name: 'pruning of sessions', intervalMs: pruningIntervalMs, work }, log));
  return { store, signIn };
}

function connect(
  config: ProducerConfig,
  tls: TlsIdentity | undefined,
  stack: AsyncDisposableStack,
): IdentityStore {
  const database = createDatabase({ ...config.identityDatabase, tls });
  stack.defer(() => database.destroy());
  return new PostgresIdentityStore(database);
}
