import type { Role } from '#contracts/access-token.ts';
import type { Account } from '#contracts/http/identity.ts';

export interface StoredAccount extends Account {
  readonly passwordHash: string;
}

/** What becomes of a refresh token. */
export type Rotation =
  | { readonly outcome: 'rotated'; readonly account: Account }
  /** There is none, or its session is over. */
  | { readonly outcome: 'refused' }
  /** It was used before: its session is over from now on. */
  | { readonly outcome: 'reused'; readonly accountId: string; readonly sessionId: string };

/** Where accounts, sessions and attempts are kept. All of it rejects with `dependency-unavailable` when that is away. */
export interface IdentityStore {
  /** Changes nothing when the name is taken. */
  createAccount(username: string, passwordHash: string): Promise<void>;
  findAccount(username: string): Promise<StoredAccount | undefined>;
  accountOf(id: string): Promise<Account | undefined>;
  /** @returns the account as it is then; undefined when there is none */
  assignRoles(username: string, roles: readonly Role[]): Promise<Account | undefined>;
  /**
   * Notes an attempt to sign in before its password is looked at, so that attempts at the same time count as well.
   *
   * @returns how long the name is locked, in milliseconds; 0 when this attempt may be made
   */
  beginAttempt(nameHash: Buffer): Promise<number>;
  /** The attempt was no failure: what failed before is forgotten. */
  forgetAttempts(nameHash: Buffer): Promise<void>;
  openSession(accountId: string, tokenHash: Buffer, lifetimeMs: number): Promise<void>;
  /** Puts the next token in the place of one that was not used, all or nothing. */
  rotate(tokenHash: Buffer, nextHash: Buffer): Promise<Rotation>;
  /** Ends the session that a token belongs to, if there is one. */
  endSession(tokenHash: Buffer): Promise<void>;
  /** Removes what is over. @returns whether there is more */
  prune(): Promise<boolean>;
}
