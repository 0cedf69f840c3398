import type { StackTokens } from '../../scripts/stack/tokens.ts';

// Of the rate limit of 100 a minute: customers who order once a second and a half on average stay below it.
const requestsOfCustomerPerMinute = 50;

/** How many different customers a load needs so that the limits of each can stay on. */
export const customersFor = (rate: number): number =>
  Math.max(20, Math.ceil((rate * 60) / requestsOfCustomerPerMinute));

// Tokens live for 15 minutes.
const renewEveryMs = 8 * 60_000;

/** What proves who each customer is, at hand when it is needed: renewed in the background before it is over. */
export class People implements Disposable {
  readonly #authorizations = new Map<string, string>();
  readonly #tokens: Pick<StackTokens, 'tokenOf'>;
  readonly #timer: NodeJS.Timeout;

  private constructor(tokens: Pick<StackTokens, 'tokenOf'>, onFailure: (error: unknown) => void) {
    this.#tokens = tokens;
    this.#timer = setInterval(() => {
      this.#renew([...this.#authorizations.keys()]).catch(onFailure);
    }, renewEveryMs);
  }

  static async known(
    customerIds: readonly string[],
    tokens: Pick<StackTokens, 'tokenOf'>,
    onFailure: (error: unknown) => void,
  ): Promise<People> {
    const people = new People(tokens, onFailure);
    await people.#renew(customerIds);
    return people;
  }

  /** The header `Authorization` of a customer. @throws Error for somebody unknown. */
  authorizationOf(customerId: string): string {
    const authorization = this.#authorizations.get(customerId);
    if (authorization === undefined) throw new Error(`${customerId} has no token`);
    return authorization;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #renew(customerIds: readonly string[]): Promise<void> {
    for (const customerId of customerIds) {
      this.#authorizations.set(customerId, `Bearer ${await this.#tokens.tokenOf(customerId, 'customer')}`);
    }
  }
}
