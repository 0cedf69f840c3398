import { randomUUID } from 'node:crypto';
import type { Role } from '#contracts/access-token.ts';
import type { Account } from '#contracts/http/identity.ts';
import type { IdentityStore, Rotation, StoredAccount } from '../identity/identity-store.ts';

interface Session {
  readonly id: string;
  readonly accountId: string;
  readonly unused: Set<string>;
  readonly used: Set<string>;
  ended: boolean;
}

/** Accounts and sessions in memory. */
export class FakeIdentityStore implements IdentityStore {
  readonly accounts = new Map<string, StoredAccount>();
  readonly sessions: Session[] = [];
  /** How often each name failed since it last succeeded. */
  readonly failures = new Map<string, number>();
  /** The answer to the next attempts. */
  lockedMs = 0;
  failure: Error | undefined;

  async createAccount(username: string, passwordHash: string): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.accounts.has(username)) return;
    this.accounts.set(username, { id: randomUUID(), username, passwordHash, roles: ['customer'] });
  }

  async findAccount(username: string): Promise<StoredAccount | undefined> {
    if (this.failure) throw this.failure;
    return this.accounts.get(username);
  }

  async accountOf(id: string): Promise<Account | undefined> {
    const found = [...this.accounts.values()].find((account) => account.id === id);
    return found && { id: found.id, username: found.username, roles: found.roles };
  }

  async assignRoles(username: string, roles: readonly Role[]): Promise<Account | undefined> {
    const found = this.accounts.get(username);
    if (!found) return undefined;
    const account = { ...found, roles: [...roles] };
    this.accounts.set(username, account);
    return { id: account.id, username, roles: account.roles };
  }

  async beginAttempt(nameHash: Buffer): Promise<number> {
    if (this.failure) throw this.failure;
    const name = nameHash.toString('hex');
    this.failures.set(name, (this.failures.get(name) ?? 0) + 1);
    return this.lockedMs;
  }

  async forgetAttempts(nameHash: Buffer): Promise<void> {
    this.failures.delete(nameHash.toString('hex'));
  }

  async openSession(accountId: string, tokenHash: Buffer): Promise<void> {
    const unused = new Set([tokenHash.toString('hex')]);
    this.sessions.push({ id: randomUUID(), accountId, unused, used: new Set(), ended: false });
  }

  async rotate(tokenHash: Buffer, nextHash: Buffer): Promise<Rotation> {
    const token = tokenHash.toString('hex');
    const session = this.#sessionOf(token);
    const account = session && (await this.accountOf(session.accountId));
    if (!session || session.ended || !account) return { outcome: 'refused' };
    if (session.used.has(token)) {
      session.ended = true;
      return { outcome: 'reused', accountId: session.accountId, sessionId: session.id };
    }
    session.unused.delete(token);
    session.used.add(token);
    session.unused.add(nextHash.toString('hex'));
    return { outcome: 'rotated', account };
  }

  async endSession(tokenHash: Buffer): Promise<void> {
    const session = this.#sessionOf(tokenHash.toString('hex'));
    if (session) session.ended = true;
  }

  async prune(): Promise<boolean> {
    return false;
  }

  #sessionOf(token: string): Session | undefined {
    return this.sessions.find(({ unused, used }) => unused.has(token) || used.has(token));
  }
}
