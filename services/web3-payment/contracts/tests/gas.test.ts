import { readFile, writeFile } from 'node:fs/promises';
import { zeroAddress } from 'viem';
import { expect, it } from 'vitest';
import { LocalChain } from '../../tests/local-chain.ts';
import { addressOf, Deployed, paymentOf, type SignedInvoice } from './deployed.ts';

const recorded = new URL('../gas.json', import.meta.url);
/** More than this part of an operation's gas, up or down, is a change that somebody has to look at. */
const tolerance = 0.05;

const args = (batch: readonly SignedInvoice[]) =>
  [batch.map(({ invoice }) => invoice), batch.map(({ signature }) => signature)] as const;

/** Gas of each operation; of batches also what one of their invoices takes. */
async function measure(deployed: Deployed): Promise<Record<string, number>> {
  const gas: Record<string, number> = {};
  const invoices = (count: number, token = deployed.token) =>
    Promise.all(Array.from({ length: count }, () => deployed.invoice({ token, amount: 1_000n })));
  const refund = async (batch: readonly SignedInvoice[]): Promise<number> => {
    const payments = batch.map((signed) => paymentOf(signed, addressOf('payer')));
    return Number((await deployed.pays('operator', 'refund', [payments])).gasUsed);
  };
  // The first payment fills the contract's own balance, which is dearer than all that follow.
  const [first] = await invoices(1);
  if (first) await deployed.pays('payer', 'pay', [first.invoice, first.signature]);
  for (const [name, token] of [
    ['token', deployed.token],
    ['coin', zeroAddress],
  ] as const) {
    const value = (count: number): bigint => (token === zeroAddress ? 1_000n * BigInt(count) : 0n);
    const [single] = await invoices(1, token);
    if (!single) throw new Error('there is an invoice');
    const paid = await deployed.pays('payer', 'pay', [single.invoice, single.signature], value(1));
    gas[`pay in ${name}`] = Number(paid.gasUsed);
    gas[`refund of ${name}`] = await refund([single]);
    for (const count of [10, 100]) {
      const batch = await invoices(count, token);
      const { gasUsed } = await deployed.pays('payer', 'payMany', args(batch), value(count));
      gas[`pay ${count} in ${name}, each`] = Math.round(Number(gasUsed) / count);
      gas[`refund of ${count} in ${name}, each`] = Math.round((await refund(batch)) / count);
    }
  }
  const withdrawn = await deployed.pays('owner', 'withdraw', [deployed.token, 1n]);
  return { ...gas, withdraw: Number(withdrawn.gasUsed) };
}

it('takes as much gas as is recorded', async () => {
  await using chain = await LocalChain.start();
  const gas = await measure(await Deployed.on(chain));
  if (process.env.COFFEE_RECORD_GAS === '1') await writeFile(recorded, `${JSON.stringify(gas, null, 2)}\n`);
  const known: Record<string, number> = JSON.parse(await readFile(recorded, 'utf8'));
  expect(Object.keys(gas)).toEqual(Object.keys(known));
  const changed = Object.entries(gas).filter(
    ([name, used]) => Math.abs(used - (known[name] ?? 0)) > tolerance * (known[name] ?? 0),
  );
  const hint = 'more than 5 % off; COFFEE_RECORD_GAS=1 in front of this test records a change that was meant';
  expect(Object.fromEntries(changed), hint).toEqual({});
});
