import { messageOf } from '#platform/errors/app-error.ts';
import { pause } from '#platform/lifecycle/abort.ts';

export interface PayingParts {
  /** Has the demo wallet pay an order; rejects when it can't. */
  readonly pay: (orderId: string) => Promise<void>;
  /** Which of these orders the order book has as paid. */
  readonly paidOf: (orderIds: readonly string[]) => Promise<readonly string[]>;
  /** Told of each order once, when it is paid: it can be served from now on. */
  readonly onPaid: (orderIds: readonly string[]) => void;
}

/**
 * Pay some of the orders on the chain. One question a look asks after all of them at once: a question for each would be a
 * load of its own, as an order waits for blocks and confirmations before it is paid.
 */
export class PayingCustomers {
  readonly #parts: PayingParts;
  readonly #asked = new Set<string>();
  readonly #unpaid = new Set<string>();
  /** What kept the first order that could not be paid from it. */
  firstFailure: string | undefined;

  constructor(parts: PayingParts) {
    this.#parts = parts;
  }

  /** The orders that were to be paid. */
  get asked(): ReadonlySet<string> {
    return this.#asked;
  }

  pay(orderIds: readonly string[]): void {
    for (const orderId of orderIds) {
      this.#asked.add(orderId);
      this.#unpaid.add(orderId);
      // It stays unpaid, unless only the answer was lost: the gate counts what the chain has.
      this.#parts.pay(orderId).catch((error: unknown) => {
        this.firstFailure ??= messageOf(error);
      });
    }
  }

  /** Finds out which orders were paid meanwhile. @throws what `paidOf` throws */
  async look(): Promise<void> {
    if (this.#unpaid.size === 0) return;
    const asked = [...this.#unpaid];
    const paid = (await this.#parts.paidOf(asked)).filter((orderId) => this.#unpaid.delete(orderId));
    if (paid.length > 0) this.#parts.onPaid(paid);
  }

  /** Looks every `everyMs` until each order is paid, at most for `withinMs`. @throws what `paidOf` throws */
  async finish(withinMs: number, everyMs: number, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      await this.look();
      if (this.#unpaid.size === 0 || performance.now() > deadline || signal.aborted) return;
      await pause(everyMs, signal);
    }
  }
}
