import { pause } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { PaymentsClient } from '../payments/payments-client.ts';
import type { StackSettings } from '../stack/settings.ts';

export interface CryptoPayment {
  readonly orderId: string;
  readonly settings: StackSettings;
  readonly signal: AbortSignal;
  /** Told what happens, in the order in which it does. */
  readonly onStep: (step: string) => void;
}

// As often as a block of two seconds needs it, and as one person may: a hundred times a minute.
const lookAgainMs = 1_000;
const settledWithinMs = 120_000;

/**
 * Pays an order from the demo wallet and follows the payment: invoice, transaction, confirmations.
 *
 * @throws UserError when it does not settle within two minutes
 */
export async function payCrypto({ orderId, settings, signal, onStep }: CryptoPayment): Promise<void> {
  using payments = await PaymentsClient.open(settings, signal);
  const payment = await payments.ofOrder(orderId);
  if (!payment) throw new UserError('The order has no payment.', 'See ./coffee logs web3-payment.');
  const { display, chain, chainId, requiredConfirmations } = payment;
  onStep(`invoice of ${display} on ${chain} (chain ${chainId})`);
  if (!(await payments.payFromDemoWallet(payment)))
    throw new UserError(
      `The payment ${payment.id} can't be paid any more.`,
      'Was the order cancelled meanwhile?',
    );
  const deadline = performance.now() + settledWithinMs;
  const told = new Set<string>();
  const tell = (step: string): void => {
    if (!told.has(step)) onStep(step);
    told.add(step);
  };
  while (performance.now() < deadline) {
    const { status, transactionHash, blockNumber, confirmations } = await payments.find(payment);
    if (transactionHash) tell(`transaction ${transactionHash} in block ${blockNumber ?? '…'}`);
    if (confirmations !== null && transactionHash) {
      tell(`confirmation ${Math.min(confirmations, requiredConfirmations)} of ${requiredConfirmations}`);
    }
    if (status === 'settled') return;
    await pause(lookAgainMs, signal);
    signal.throwIfAborted();
  }
  throw new UserError(
    `The payment ${payment.id} did not settle within ${settledWithinMs / 1_000} s.`,
    'See ./coffee logs web3-payment and ./coffee logs anvil.',
  );
}
