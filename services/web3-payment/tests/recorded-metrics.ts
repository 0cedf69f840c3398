import type { PaymentRecord } from '../domain/payment.ts';
import type { Web3Metrics } from '../metrics.ts';

/** Keeps what was counted. */
export class RecordedWeb3Metrics implements Web3Metrics {
  readonly reorganisations: number[] = [];
  readonly settledPayments: PaymentRecord[] = [];
  readonly outcomes: string[] = [];
  readonly failures: string[] = [];
  disagreements = 0;
  lag = 0;
  attempts = 0;

  watch(): void {
    this.outcomes.push('watched');
  }
  taken(): void {
    this.outcomes.push('taken');
  }
  followed(_chain: string, { lag }: { readonly lag: number }): void {
    this.lag = lag;
  }
  reorganised(_chain: string, depth: number): void {
    this.reorganisations.push(depth);
  }
  settled(_chain: string, payments: readonly PaymentRecord[]): void {
    this.settledPayments.push(...payments);
  }
  refunded(_chain: string, count: number): void {
    for (let index = 0; index < count; index += 1) this.outcomes.push('refunded');
  }
  disagreed(): void {
    this.disagreements += 1;
  }
  rpcFailed(chain: string, endpoint: string): void {
    this.failures.push(`${chain}/${endpoint}`);
  }
  sent(): void {
    this.attempts += 1;
  }
  mined(_chain: string, purpose: string, _gas: bigint, outcome: string): void {
    this.outcomes.push(`${purpose} ${outcome}`);
  }
  walletBalance(): void {
    this.outcomes.push('balance');
  }
  deadLetter(topic: string, code: string): void {
    this.outcomes.push(`${topic} ${code}`);
  }
}
