import { randomUUID } from 'node:crypto';
import { encodeFunctionData, parseEventLogs, zeroAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderKey } from '../../chain/invoice.ts';
import { LocalChain } from '../../tests/local-chain.ts';
import { coffeePaymentsAbi } from '../compiled/coffee-payments.ts';
import { feeTokenAbi, feeTokenBytecode } from '../compiled/testing/fee-token.ts';
import { reenteringTokenAbi, reenteringTokenBytecode } from '../compiled/testing/reentering-token.ts';
import { stubbornPayerAbi, stubbornPayerBytecode } from '../compiled/testing/stubborn-payer.ts';
import { addressOf, Deployed, deploy, paymentOf, refusal, type SignedInvoice } from './deployed.ts';

let chain: LocalChain;
let deployed: Deployed;

beforeAll(async () => {
  chain = await LocalChain.start();
  deployed = await Deployed.on(chain);
});
afterAll(() => chain?.[Symbol.asyncDispose]());

const pay = ({ invoice, signature }: SignedInvoice, value = 0n) =>
  deployed.pays('payer', 'pay', [invoice, signature], value);

const stateOf = async ({ invoice }: SignedInvoice): Promise<string> =>
  ['unpaid', 'paid', 'refunded'][await deployed.contract.read.stateOf([invoice.orderId])] ?? 'unknown';

describe('paying', () => {
  it('takes a token for an invoice, and tells of it', async () => {
    const signed = await deployed.invoice({ amount: 4_500_000n });
    const before = await deployed.balance(deployed.payments);
    const { logs } = await pay(signed);
    expect(await deployed.balance(deployed.payments)).toBe(before + 4_500_000n);
    const [paid] = parseEventLogs({ abi: coffeePaymentsAbi, eventName: 'Paid', logs });
    const { orderId, token, amount } = signed.invoice;
    expect(paid?.args).toEqual({ orderId, token, amount, payer: addressOf('payer') });
    expect(await stateOf(signed)).toBe('paid');
  });

  it('takes the native coin', async () => {
    const signed = await deployed.invoice({ token: zeroAddress, amount: 10n ** 15n });
    const before = await deployed.balance(deployed.payments, zeroAddress);
    await pay(signed, 10n ** 15n);
    expect(await deployed.balance(deployed.payments, zeroAddress)).toBe(before + 10n ** 15n);
  });

  it('takes each order once, whatever the second invoice says', async () => {
    const first = await deployed.invoice();
    await pay(first);
    expect(await refusal(pay(first))).toBe('AlreadyPaid');
    const { orderId } = first.invoice;
    expect(await refusal(pay(await deployed.invoice({ orderId, amount: 1n })))).toBe('AlreadyPaid');
  });

  it('lets one of two payers win who pay at once', async () => {
    const signed = await deployed.invoice({ token: zeroAddress, amount: 5n });
    const { invoice, signature } = signed;
    await chain.client.setAutomine(false);
    const send = (person: 'payer' | 'stranger') => {
      const wallet = deployed.wallet(person);
      const call = { address: deployed.payments, abi: coffeePaymentsAbi, functionName: 'pay' as const };
      return wallet.writeContract({ ...call, args: [invoice, signature], value: 5n, gas: 200_000n });
    };
    const hashes = [await send('payer'), await send('stranger')];
    await chain.client.setAutomine(true);
    await chain.mine();
    const receipts = await Promise.all(hashes.map((hash) => chain.client.getTransactionReceipt({ hash })));
    expect(receipts.map(({ status }) => status).sort()).toEqual(['reverted', 'success']);
  });

  it('refuses what is late, and not what comes in the last second', async () => {
    const { timestamp } = await chain.client.getBlock();
    const late = await deployed.invoice({ expiry: timestamp + 50n });
    await chain.client.setNextBlockTimestamp({ timestamp: timestamp + 51n });
    await chain.mine();
    expect(await refusal(pay(late))).toBe('InvoiceExpired');
    const last = await deployed.invoice({ expiry: timestamp + 100n });
    await chain.client.setNextBlockTimestamp({ timestamp: timestamp + 100n });
    const { status } = await pay(last);
    expect(status).toBe('success');
  });

  it('refuses more and less than the amount', async () => {
    const signed = await deployed.invoice({ token: zeroAddress, amount: 1_000n });
    expect(await refusal(pay(signed, 999n))).toBe('Underpaid');
    expect(await refusal(pay(signed, 1_001n))).toBe('Overpaid');
    expect(await refusal(pay(await deployed.invoice(), 1n))).toBe('Overpaid');
  });

  it('refuses a token that keeps a part of what it moves', async () => {
    const token = await deploy(chain, feeTokenAbi, feeTokenBytecode, []);
    await deployed.call('owner', token, feeTokenAbi, 'approve', [deployed.payments, 1_000n]);
    const { invoice, signature } = await deployed.invoice({ token, amount: 100n });
    expect(await refusal(deployed.pays('owner', 'pay', [invoice, signature]))).toBe('Underpaid');
  });

  it('refuses who is not named, when somebody is', async () => {
    expect(await refusal(pay(await deployed.invoice({ payer: addressOf('stranger') })))).toBe('WrongPayer');
    const { status } = await pay(await deployed.invoice({ payer: addressOf('payer') }));
    expect(status).toBe('success');
  });

  it('refuses invoices that the merchant did not sign', async () => {
    expect(await refusal(pay(await deployed.invoice({}, 'stranger')))).toBe('ForgedInvoice');
    const other = await LocalChain.start({ chainId: 31_338 });
    await using _other = other;
    const elsewhere = await Deployed.on(other);
    const foreign = await elsewhere.invoice();
    expect(elsewhere.payments).toBe(deployed.payments);
    expect(await refusal(pay(foreign))).toBe('ForgedInvoice');
  });

  it('does not let a token come in again while it is paid with', async () => {
    const token = await deploy(chain, reenteringTokenAbi, reenteringTokenBytecode, []);
    await deployed.call('owner', token, reenteringTokenAbi, 'approve', [deployed.payments, 1_000n]);
    const [outer, inner] = [
      await deployed.invoice({ token, amount: 1n }),
      await deployed.invoice({ token: zeroAddress, amount: 0n }),
    ];
    const data = encodeFunctionData({
      abi: coffeePaymentsAbi,
      functionName: 'pay',
      args: [inner.invoice, inner.signature],
    });
    await deployed.call('owner', token, reenteringTokenAbi, 'attack', [deployed.payments, data]);
    expect(await refusal(deployed.pays('owner', 'pay', [outer.invoice, outer.signature]))).toBe(
      'ReentrancyGuardReentrantCall',
    );
  });

  it('stops while it is paused, and refunds all the same', async () => {
    const [early, signed] = [await deployed.invoice(), await deployed.invoice()];
    await pay(early);
    await deployed.pays('owner', 'pause', []);
    expect(await refusal(pay(signed))).toBe('EnforcedPause');
    await deployed.pays('operator', 'refund', [[paymentOf(early, addressOf('payer'))]]);
    await deployed.pays('owner', 'unpause', []);
    await pay(signed);
    expect(await stateOf(early)).toBe('refunded');
  });
});

describe('paying many', () => {
  it('takes all invoices in one transaction', async () => {
    const signed = await Promise.all(Array.from({ length: 20 }, () => deployed.invoice({ amount: 7n })));
    const before = await deployed.balance(deployed.payments);
    const batch = [signed.map(({ invoice }) => invoice), signed.map(({ signature }) => signature)] as const;
    const { logs } = await deployed.pays('payer', 'payMany', batch);
    expect(await deployed.balance(deployed.payments)).toBe(before + 140n);
    const paid = parseEventLogs({ abi: coffeePaymentsAbi, eventName: 'Paid', logs });
    expect(paid.map(({ args }) => args.orderId)).toEqual(signed.map(({ invoice }) => invoice.orderId));
  });

  it('takes none when one is wrong', async () => {
    const [good, forged] = [await deployed.invoice(), await deployed.invoice({}, 'stranger')];
    const both = [
      [good.invoice, forged.invoice],
      [good.signature, forged.signature],
    ] as const;
    expect(await refusal(deployed.pays('payer', 'payMany', both))).toBe('ForgedInvoice');
    const twice = [
      [good.invoice, good.invoice],
      [good.signature, good.signature],
    ] as const;
    expect(await refusal(deployed.pays('payer', 'payMany', twice))).toBe('AlreadyPaid');
    const coin = await deployed.invoice({ token: zeroAddress, amount: 1n });
    const mixed = [
      [good.invoice, coin.invoice],
      [good.signature, coin.signature],
    ] as const;
    expect(await refusal(deployed.pays('payer', 'payMany', mixed, 1n))).toBe('MixedTokens');
    expect(await refusal(deployed.pays('payer', 'payMany', [[good.invoice], []]))).toBe('LengthsDiffer');
    expect(await refusal(deployed.pays('payer', 'payMany', [[], []]))).toBe('NothingToPay');
    expect(await stateOf(good)).toBe('unpaid');
  });
});

describe('refunding', () => {
  it('gives back to the payer what was paid, once', async () => {
    const signed = await deployed.invoice({ amount: 3n });
    const before = await deployed.balance(addressOf('payer'));
    await pay(signed);
    const payment = paymentOf(signed, addressOf('payer'));
    await deployed.pays('operator', 'refund', [[payment]]);
    expect(await deployed.balance(addressOf('payer'))).toBe(before);
    expect(await refusal(deployed.pays('operator', 'refund', [[payment]]))).toBe('NotPaid');
    expect(await refusal(pay(signed))).toBe('AlreadyPaid');
  });

  it('gives nothing to anybody else, no other amount, and nothing that was not paid', async () => {
    const signed = await deployed.invoice();
    await pay(signed);
    const payment = paymentOf(signed, addressOf('payer'));
    for (const wrong of [
      { ...payment, payer: addressOf('operator') },
      { ...payment, amount: payment.amount + 1n },
      { ...payment, token: zeroAddress },
      { ...payment, orderId: orderKey(randomUUID()) },
    ]) {
      expect(await refusal(deployed.pays('operator', 'refund', [[wrong]]))).toBe('NotPaid');
    }
    expect(await refusal(deployed.pays('stranger', 'refund', [[payment]]))).toBe('NotOperator');
    expect(await refusal(deployed.pays('owner', 'refund', [[payment]]))).toBe('NotOperator');
  });

  it('goes on when a payer takes nothing back', async () => {
    const payer = await deploy(chain, stubbornPayerAbi, stubbornPayerBytecode, []);
    const [stubborn, easy] = [
      await deployed.invoice({ token: zeroAddress, amount: 9n }),
      await deployed.invoice({ token: zeroAddress, amount: 9n }),
    ];
    const args = [deployed.payments, stubborn.invoice, stubborn.signature] as const;
    await deployed.call('stranger', payer, stubbornPayerAbi, 'pay', args, 9n);
    await pay(easy, 9n);
    const batch = [paymentOf(stubborn, payer), paymentOf(easy, addressOf('payer'))];
    const { logs } = await deployed.pays('operator', 'refund', [batch]);
    const events = parseEventLogs({ abi: coffeePaymentsAbi, logs }).map(({ eventName }) => eventName);
    expect(events).toEqual(['RefundFailed', 'Refunded']);
    expect([await stateOf(stubborn), await stateOf(easy)]).toEqual(['paid', 'refunded']);
  });
});
