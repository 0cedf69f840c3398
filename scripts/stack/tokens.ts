import type { Role } from '#contracts/access-token.ts';
import { TokenSigner } from '#platform/identity/token-signer.ts';
import { UserError } from '../cli/user-error.ts';
import { readHostSecrets, type SecretsSettings } from './host-secrets.ts';

/** The header of somebody who is signed in. */
export type Authorization = { readonly authorization: string };

/** Gives the header of somebody. */
export type Authorize = (subject: string) => Promise<Authorization>;

const lifetimeMs = 15 * 60_000;
// A request under way must not outlive its token.
const renewedBeforeMs = 60_000;

/**
 * Access tokens for people who exist only while a command runs: signed with the platform's own secret, as the producer
 * does it for those who sign in.
 */
export class StackTokens {
  readonly #signer: TokenSigner;
  readonly #made = new Map<
    string,
    { readonly authorization: Promise<Authorization>; readonly until: number }
  >();

  constructor(secret: string) {
    this.#signer = new TokenSigner({ secret, issuer: 'go-coffee', audience: 'go-coffee', lifetimeMs });
  }

  /** A token, and nothing around it. */
  tokenOf(subject: string, ...roles: readonly Role[]): Promise<string> {
    return this.#signer.sign(subject, roles);
  }

  /** The header of somebody, made once in a while. */
  headerOf(subject: string, role: Role): Promise<Authorization> {
    const key = `${role} ${subject}`;
    const known = this.#made.get(key);
    if (known && known.until > Date.now()) return known.authorization;
    const authorization = this.tokenOf(subject, role).then((token) => ({ authorization: `Bearer ${token}` }));
    this.#made.set(key, { authorization, until: Date.now() + lifetimeMs - renewedBeforeMs });
    return authorization;
  }

  /** For requests of people of one role. */
  as(role: Role): Authorize {
    return (subject) => this.headerOf(subject, role);
  }
}

/**
 * What signs tokens for the running stack.
 *
 * @throws UserError when it does not run, or was started by a version that knows no tokens
 */
export async function stackTokens(settings: SecretsSettings, signal?: AbortSignal): Promise<StackTokens> {
  return tokensOf((await readHostSecrets(settings, signal)).tokenSecret);
}

/** @throws UserError for the empty secret of a stack of a version that knew no tokens */
export function tokensOf(secret: string): StackTokens {
  if (secret !== '') return new StackTokens(secret);
  throw new UserError('The stack has no secret for tokens.', './coffee up makes what it lacks.');
}
