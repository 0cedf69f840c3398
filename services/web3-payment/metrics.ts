import { metrics } from '@opentelemetry/api';
import { observeOutboxLag } from '#platform/outbox/metrics.ts';
import type { Relay } from '#platform/outbox/relay.ts';
import type { PaymentRecord } from './domain/payment.ts';
import type { NewsOutcome } from './receiving/apply-order-news.ts';

/** What becomes of payments, and how the chains are. */
export interface Web3Metrics {
  /** Measures how far its relay is behind. */
  watch(relay: Pick<Relay, 'lagMs'>): void;
  taken(outcome: NewsOutcome): void;
  followed(chain: string, state: { readonly lag: number }): void;
  reorganised(chain: string, depth: number): void;
  settled(chain: string, payments: readonly PaymentRecord[]): void;
  refunded(chain: string, count: number): void;
  /** Endpoints told different things about a payment. */
  disagreed(chain: string): void;
  rpcFailed(chain: string, endpoint: string): void;
  sent(chain: string, purpose: string, attempt: number): void;
  mined(chain: string, purpose: string, gas: bigint, outcome: 'done' | 'failed' | 'replaced'): void;
  /** In whole units of the chain's coin. */
  walletBalance(chain: string, wallet: string, balance: number): void;
  deadLetter(topic: string, code: string): void;
}

export function createWeb3Metrics(): Web3Metrics {
  const meter = metrics.getMeter('gocoffee.web3');
  const counter = (name: string, unit: string, description: string) =>
    meter.createCounter(name, { unit, description });
  const lag = meter.createGauge('coffee.chain.lag', {
    unit: '{block}',
    description: 'Blocks of the chain that are not followed yet',
  });
  const balance = meter.createGauge('coffee.wallet.balance', {
    unit: '{coin}',
    description: "A hot wallet's coins for gas",
  });
  const reorgDepth = meter.createHistogram('coffee.chain.reorganisations', {
    unit: '{block}',
    description: 'Blocks that were replaced, for each time that some were',
  });
  const settlement = meter.createHistogram('coffee.payments.settlement.duration', {
    unit: 's',
    description: 'From the invoice to its last confirmation',
  });
  const gas = meter.createHistogram('coffee.chain.gas', {
    unit: '{gas}',
    description: 'Gas of our transactions',
  });
  const invoices = counter('coffee.payments.invoices', '{invoice}', 'Invoices by outcome: offered, closed');
  const payments = counter(
    'coffee.payments',
    '{payment}',
    'Payments by outcome: settled, surplus, refund-due, refunded',
  );
  const disagreements = counter(
    'coffee.rpc.disagreements',
    '{transaction}',
    'Endpoints told different things',
  );
  const failures = counter(
    'coffee.rpc.failures',
    '{call}',
    'Calls that an endpoint did not answer, by endpoint',
  );
  const transactions = counter(
    'coffee.chain.transactions',
    '{transaction}',
    'Our transactions by purpose and outcome',
  );
  const buried = counter('coffee.dead_letters', '{message}', 'Messages that went to the dead letters');
  return {
    watch: (relay) => observeOutboxLag(meter, relay),
    taken: ({ offered, closed, refundsDue }) => {
      invoices.add(offered, { outcome: 'offered' });
      invoices.add(closed, { outcome: 'closed' });
      payments.add(refundsDue, { outcome: 'refund-due' });
    },
    followed: (chain, state) => lag.record(state.lag, { chain }),
    reorganised: (chain, depth) => reorgDepth.record(depth, { chain }),
    settled: (chain, some) => {
      for (const { surplus, createdAt, settledAt } of some) {
        payments.add(1, { chain, outcome: surplus ? 'surplus' : 'settled' });
        if (settledAt) settlement.record((settledAt.getTime() - createdAt.getTime()) / 1_000, { chain });
      }
    },
    refunded: (chain, count) => payments.add(count, { chain, outcome: 'refunded' }),
    disagreed: (chain) => disagreements.add(1, { chain }),
    rpcFailed: (chain, endpoint) => failures.add(1, { chain, endpoint }),
    sent: (chain, purpose, attempt) =>
      transactions.add(1, { chain, purpose, outcome: attempt === 1 ? 'sent' : 'sent-again' }),
    mined: (chain, purpose, used, outcome) => {
      transactions.add(1, { chain, purpose, outcome });
      if (outcome !== 'replaced') gas.record(Number(used), { chain, purpose });
    },
    walletBalance: (chain, wallet, amount) => balance.record(amount, { chain, wallet }),
    deadLetter: (topic, code) => buried.add(1, { topic, code }),
  };
}
