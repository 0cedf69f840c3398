import type { Database } from '#platform/database/database.ts';
import { DemoPayer } from '../../scripts/payments/demo-payer.ts';
import { ChainEvidence } from '../../scripts/reconcile/chain-evidence.ts';
import type { StackSettings } from '../../scripts/stack/settings.ts';
import { watch } from '../observe/watch.ts';
import { PayingCustomers } from './paying-customers.ts';
import { paidOrders, readSettlement, type Settlement, settledWithinMs } from './settlement.ts';

const lookEveryMs = 1_000;

export interface PaidAtStack extends Disposable {
  /** Has the demo wallet pay these orders. */
  readonly pay: (orderIds: readonly string[]) => void;
  /** Looks after them while the load runs. @param note told of a look that failed; the next one makes up for it */
  readonly watch: (note: (text: string) => void) => AsyncDisposable;
  /** Waits for them in bounded time, and says what became of them. @throws UserError when the chain can't be asked */
  readonly finish: () => Promise<Settlement>;
}

/** Customers of the running stack whose orders its demo wallet pays. @param onPaid told of each order when it is paid */
export async function payAtStack(
  { settings, database }: { readonly settings: StackSettings; readonly database: Database },
  onPaid: (orderIds: readonly string[]) => void,
  signal: AbortSignal,
): Promise<PaidAtStack> {
  const stopping = new AbortController();
  const payer = await DemoPayer.open(settings, AbortSignal.any([signal, stopping.signal]));
  const customers = new PayingCustomers({
    pay: (orderId) => payer.pay(orderId),
    paidOf: (orderIds) => paidOrders(database, orderIds),
    onPaid,
  });
  const chain = new ChainEvidence(settings, signal);
  return {
    pay: (orderIds) => customers.pay(orderIds),
    watch: (note) =>
      watch(
        () => customers.look(),
        lookEveryMs,
        (why) => note(`whether orders are paid could not be looked at: ${why}`),
      ),
    async finish() {
      await customers.finish(settledWithinMs, lookEveryMs, signal);
      signal.throwIfAborted();
      const { asked, firstFailure } = customers;
      // What could not be paid in time is given up, not tried for minutes behind the others' backs.
      stopping.abort();
      return await readSettlement(database, (payments) => chain.read(payments), asked, firstFailure);
    },
    [Symbol.dispose]() {
      stopping.abort();
      payer[Symbol.dispose]();
    },
  };
}
