import type { Database } from '#platform/database/database.ts';
import { TokenSigner } from '#platform/identity/token-signer.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { Periodic } from '#platform/lifecycle/periodic.ts';
import { openDatabase, type Service } from '#platform/service/service.ts';
import type { ProducerConfig } from '../config.ts';
import { PostgresIdentityStore } from './database/postgres-identity-store.ts';
import { pseudonymOf } from './identity-events.ts';
import type { IdentityStore } from './identity-store.ts';
import { createIdentityMetrics, type IdentityMetrics } from './metrics.ts';
import { Passwords } from './passwords.ts';
import { SignIn } from './sign-in.ts';

export interface IdentityParts {
  readonly service: Service & { readonly config: ProducerConfig };
  /** In the place of PostgreSQL. */
  readonly store?: IdentityStore | undefined;
  readonly metrics?: IdentityMetrics | undefined;
  readonly publish: (message: OutgoingMessage) => Promise<void>;
  readonly now: () => Date;
}

/** Who has an account, and who is signed in. */
export interface IdentityModule {
  readonly store: IdentityStore;
  readonly signIn: SignIn;
}

const pruningIntervalMs = 10 * 60_000;

/**
 * Wires the module, with a role of its own in PostgreSQL. Undefined where tokens are another issuer's (RS256): then
 * nobody signs in here.
 */
export function createIdentity({
  service,
  publish,
  now,
  ...overrides
}: IdentityParts): IdentityModule | undefined {
  const { config, log, parts } = service;
  const { JWT_SECRET: secret = '', JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config;
  if (config.JWT_ALGORITHM !== 'HS256') return undefined;
  const store = overrides.store ?? new PostgresIdentityStore(openIdentityDatabase(service));
  const lifetimeMs = config.ACCESS_TOKEN_LIFETIME;
  const signIn = new SignIn({
    store,
    passwords: new Passwords(),
    signer: new TokenSigner({ secret, issuer, audience, lifetimeMs }),
    accessLifetimeMs: lifetimeMs,
    sessionLifetimeMs: config.SESSION_LIFETIME,
    pseudonym: (text) => pseudonymOf(secret, text),
    publish,
    metrics: overrides.metrics ?? createIdentityMetrics(),
    log,
    now,
  });
  const work = (): Promise<boolean> => store.prune();
  parts.use(new Periodic({ name: 'pruning of sessions', intervalMs: pruningIntervalMs, work }, log));
  return { store, signIn };
}

const openIdentityDatabase = (service: IdentityParts['service']): Database =>
  openDatabase({
    ...service,
    name: 'identity',
    config: {
      ...service.config,
      DATABASE_USER: service.config.IDENTITY_DATABASE_USER,
      DATABASE_PASSWORD: service.config.IDENTITY_DATABASE_PASSWORD,
      DATABASE_POOL_SIZE: service.config.IDENTITY_DATABASE_POOL_SIZE,
    },
  });
