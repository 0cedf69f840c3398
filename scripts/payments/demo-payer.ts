import { Permits } from '../stack/permits.ts';
import type { StackSettings } from '../stack/settings.ts';
import { PaymentsClient } from './payments-client.ts';

// As many requests at once: the service batches what is asked for, however it comes.
const atOnce = 32;

/** Has the demo wallet pay orders, a bounded number at a time. */
export class DemoPayer implements Disposable {
  readonly #payments: PaymentsClient;
  readonly #permits = new Permits(atOnce);

  private constructor(payments: PaymentsClient) {
    this.#payments = payments;
  }

  static async open(settings: StackSettings, signal: AbortSignal): Promise<DemoPayer> {
    return new DemoPayer(await PaymentsClient.open(settings, signal, atOnce));
  }

  /** Resolves when the service has taken the order up, or it can't be paid any more. @throws UserError when it does neither. */
  async pay(orderId: string): Promise<void> {
    await this.#permits.acquire();
    try {
      const payment = await this.#payments.ofOrder(orderId);
      if (payment?.status === 'open') await this.#payments.payFromDemoWallet(payment);
    } finally {
      this.#permits.release();
    }
  }

  [Symbol.dispose](): void {
    this.#payments[Symbol.dispose]();
  }
}
