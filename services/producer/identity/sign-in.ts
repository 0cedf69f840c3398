import { createHash, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { Account, credentials, registration, Tokens } from '#contracts/http/identity.ts';
import { AppError, messageOf } from '#platform/errors/app-error.ts';
import type { TokenSigner } from '#platform/identity/token-signer.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { refreshTokenReusedMessage, signInFailedMessage } from './identity-events.ts';
import type { IdentityStore } from './identity-store.ts';
import type { IdentityMetrics } from './metrics.ts';
import type { Passwords } from './passwords.ts';

export interface SignInParts {
  readonly store: IdentityStore;
  readonly passwords: Pick<Passwords, 'hash' | 'matches'>;
  readonly signer: Pick<TokenSigner, 'sign'>;
  /** Of an access token, in milliseconds. */
  readonly accessLifetimeMs: number;
  /** From signing in until signing in again, in milliseconds. */
  readonly sessionLifetimeMs: number;
  readonly pseudonym: (text: string) => string;
  readonly publish: (message: OutgoingMessage) => Promise<void>;
  readonly metrics: IdentityMetrics;
  readonly log: Logger;
  readonly now: () => Date;
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const newToken = (): string => randomBytes(32).toString('base64url');

/**
 * Lets people in. Nothing that it answers, and no time that it takes, says whether there is an account of a name (OWASP
 * Authentication Cheat Sheet).
 */
export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /** Makes an account for a customer, unless the name is taken; that shows when she signs in. */
  async register({ username, password }: z.output<typeof registration>): Promise<void> {
    const { store, passwords, metrics } = this.#parts;
    await store.createAccount(username, await passwords.hash(password));
    metrics.registered();
  }

  /**
   * @param address of the client.
   * @throws AppError `credentials-wrong`, `too-many-attempts`, `overloaded`, `dependency-unavailable`.
   */
  async signIn({ username, password }: z.output<typeof credentials>, address: string): Promise<Tokens> {
    const { store, passwords, metrics, sessionLifetimeMs } = this.#parts;
    const name = hashOf(username);
    const lockedMs = await store.beginAttempt(name);
    if (lockedMs > 0) {
      this.#failed(username, address, 'locked');
      throw new AppError('too-many-attempts', 'Too many attempts were made with this name: wait.', {
        retryAfterSeconds: Math.ceil(lockedMs / 1_000),
      });
    }
    const account = await store.findAccount(username);
    if (!(await passwords.matches(password, account?.passwordHash)) || !account) {
      this.#failed(username, address, 'wrong-credentials');
      throw new AppError('credentials-wrong', 'Name or password is wrong.');
    }
    await store.forgetAttempts(name);
    const refreshToken = newToken();
    await store.openSession(account.id, hashOf(refreshToken), sessionLifetimeMs);
    metrics.signedIn('succeeded');
    return this.#tokensFor(account, refreshToken);
  }

  /**
   * Another pair of tokens for a refresh token, which is used up by it. One that was used before ends its session: one of
   * the two who came with it has stolen it (RFC 9700, section 4.14.2).
   *
   * @throws AppError `token-invalid`, `dependency-unavailable`.
   */
  async refresh(refreshToken: string): Promise<Tokens> {
    const { store, metrics, now } = this.#parts;
    const next = newToken();
    const rotation = await store.rotate(hashOf(refreshToken), hashOf(next));
    metrics.refreshed(rotation.outcome);
    if (rotation.outcome === 'rotated') return this.#tokensFor(rotation.account, next);
    if (rotation.outcome === 'reused') {
      const { accountId, sessionId } = rotation;
      this.#tell(refreshTokenReusedMessage({ accountId, sessionId, occurredAt: now().toISOString() }));
    }
    throw new AppError('token-invalid', 'The refresh token is not valid any more. Sign in again.');
  }

  /** Ends the session of a refresh token. What is no token is no session, either. */
  signOut(refreshToken: string): Promise<void> {
    return this.#parts.store.endSession(hashOf(refreshToken));
  }

  async #tokensFor({ id, roles }: Account, refreshToken: string): Promise<Tokens> {
    const { signer, accessLifetimeMs } = this.#parts;
    const accessToken = await signer.sign(id, roles);
    return {
      accessToken,
      tokenType: 'Bearer',
      expiresIn: Math.floor(accessLifetimeMs / 1_000),
      refreshToken,
    };
  }

  #failed(username: string, address: string, reason: 'wrong-credentials' | 'locked'): void {
    const { metrics, pseudonym, now } = this.#parts;
    metrics.signedIn(reason);
    const data = { name: pseudonym(username), address: pseudonym(address), reason };
    this.#tell(signInFailedMessage({ ...data, occurredAt: now().toISOString() }));
  }

  /** Nobody waits for it: an answer that takes longer would tell as much as one that says more. */
  #tell(message: OutgoingMessage): void {
    const { publish, metrics, log } = this.#parts;
    publish(message).catch((error: unknown) => {
      metrics.eventLost();
      log.warn({ type: message.headers.ce_type, error: messageOf(error) }, 'event of identity lost');
    });
  }
}
