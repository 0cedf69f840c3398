import type { Verifier } from './admit.ts';
import type { Identity } from './identity.ts';

// A signature costs more than the rest of what is done to let a request in. Not for longer than this: keys change.
const rememberedMs = 60_000;
const mostRemembered = 10_000;

/** Verifies each token once in a while, and remembers for a minute what came of it, never beyond its end. */
export class RememberingVerifier implements Verifier {
  readonly #verifier: Verifier;
  readonly #now: () => number;
  /** By token; the oldest first. */
  readonly #known = new Map<string, { readonly identity: Identity; readonly until: number }>();

  constructor(verifier: Verifier, now: () => number = Date.now) {
    this.#verifier = verifier;
    this.#now = now;
  }

  /** @throws as the verifier does: what was refused is not remembered. */
  async verify(token: string): Promise<Identity> {
    const known = this.#known.get(token);
    if (known && known.until > this.#now()) return known.identity;
    const identity = await this.#verifier.verify(token);
    const until = Math.min(identity.expiresAt, this.#now() + rememberedMs);
    this.#known.delete(token);
    this.#known.set(token, { identity, until });
    if (this.#known.size > mostRemembered) this.#forgetOldest();
    return identity;
  }

  #forgetOldest(): void {
    for (const token of this.#known.keys()) {
      this.#known.delete(token);
      return;
    }
  }
}
