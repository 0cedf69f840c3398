import fc from 'fast-check';
import { type Hex, recoverAddress, zeroAddress } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderKey } from '../../chain/invoice.ts';
import { LocalChain } from '../../tests/local-chain.ts';
import { addressOf, Deployed, paymentOf, refusal, type SignedInvoice } from './deployed.ts';

let chain: LocalChain;
let deployed: Deployed;

beforeAll(async () => {
  chain = await LocalChain.start();
  deployed = await Deployed.on(chain);
});
afterAll(() => chain?.[Symbol.asyncDispose]());

const pay = ({ invoice, signature }: SignedInvoice, value = 0n) =>
  deployed.pays('payer', 'pay', [invoice, signature], value);

const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`);
const invoices = fc.record({
  orderId: fc.uuid().map(orderKey),
  token: address,
  amount: uint(256),
  payer: address,
  expiry: uint(256),
});
const changes = fc.oneof(
  fc.record({ amount: uint(256) }),
  fc.record({ expiry: uint(64) }),
  fc.record({ orderId: fc.uuid().map(orderKey) }),
  fc.record({ token: fc.constant(zeroAddress) }),
  fc.record({ payer: fc.constant(addressOf('payer')) }),
);

it('hashes an invoice as the client does', async () => {
  await fc.assert(
    fc.asyncProperty(invoices, async (invoice) => {
      const { signature } = await deployed.invoice(invoice);
      const hash = await deployed.contract.read.digestOf([invoice]);
      expect(await recoverAddress({ hash, signature })).toBe(addressOf('merchant'));
    }),
    { numRuns: 50 },
  );
});

it('refuses a signed invoice of which anything was changed', async () => {
  const { invoice, signature } = await deployed.invoice();
  await fc.assert(
    fc.asyncProperty(changes, async (change) => {
      const changed = { ...invoice, ...change };
      const value = changed.token === zeroAddress ? changed.amount : 0n;
      expect(await refusal(deployed.pays('payer', 'pay', [changed, signature], value))).toMatch(
        /^(ForgedInvoice|InvoiceExpired)$/,
      );
    }),
    { numRuns: 50 },
  );
});

it('keeps books: what it holds is what was paid and not given back', async () => {
  const steps = fc.array(
    fc.record({ amount: fc.bigInt({ min: 1n, max: 10n ** 9n }), refund: fc.boolean() }),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (payments) => {
      let expected = await deployed.balance(deployed.payments);
      for (const { amount, refund } of payments) {
        const signed = await deployed.invoice({ amount });
        await pay(signed);
        if (refund) await deployed.pays('operator', 'refund', [[paymentOf(signed, addressOf('payer'))]]);
        else expected += amount;
      }
      expect(await deployed.balance(deployed.payments)).toBe(expected);
    }),
    { numRuns: 8 },
  );
});
