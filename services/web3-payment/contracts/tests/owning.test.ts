import { zeroAddress } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LocalChain } from '../../tests/local-chain.ts';
import { addressOf, Deployed, refusal, type SignedInvoice } from './deployed.ts';

let chain: LocalChain;
let deployed: Deployed;

beforeAll(async () => {
  chain = await LocalChain.start();
  deployed = await Deployed.on(chain);
});
afterAll(() => chain?.[Symbol.asyncDispose]());

const pay = ({ invoice, signature }: SignedInvoice, value = 0n) =>
  deployed.pays('payer', 'pay', [invoice, signature], value);

it('withdraws to the treasury only, by the owner only', async () => {
  const [signed, coin] = [
    await deployed.invoice(),
    await deployed.invoice({ token: zeroAddress, amount: 8n }),
  ];
  await pay(signed);
  await pay(coin, 8n);
  const held = await deployed.balance(deployed.payments);
  for (const person of ['stranger', 'operator', 'merchant', 'treasury'] as const) {
    expect(await refusal(deployed.pays(person, 'withdraw', [deployed.token, 1n]))).toBe(
      'OwnableUnauthorizedAccount',
    );
  }
  await deployed.pays('owner', 'withdraw', [deployed.token, held]);
  expect(await deployed.balance(addressOf('treasury'))).toBe(held);
  const coins = await deployed.balance(addressOf('treasury'), zeroAddress);
  await deployed.pays('owner', 'withdraw', [zeroAddress, 8n]);
  expect(await deployed.balance(addressOf('treasury'), zeroAddress)).toBe(coins + 8n);
  await deployed.pays('owner', 'fund', [], 8n);
});

it('changes hands in two steps, and never to nobody', async () => {
  await deployed.pays('owner', 'transferOwnership', [addressOf('stranger')]);
  expect(await deployed.contract.read.owner()).toBe(addressOf('owner'));
  await deployed.pays('stranger', 'acceptOwnership', []);
  expect(await deployed.contract.read.owner()).toBe(addressOf('stranger'));
  await deployed.pays('stranger', 'transferOwnership', [addressOf('owner')]);
  await deployed.pays('owner', 'acceptOwnership', []);
  expect(await refusal(deployed.contract.read.renounceOwnership())).toBe('OwnerRequired');
});

it.each(['setMerchant', 'setOperator', 'setTreasury'] as const)(
  '%s is the owner`s, and names somebody',
  async (name) => {
    expect(await refusal(deployed.pays('stranger', name, [addressOf('stranger')]))).toBe(
      'OwnableUnauthorizedAccount',
    );
    expect(await refusal(deployed.pays('owner', name, [zeroAddress]))).toBe('NoAddress');
  },
);

it.each(['pause', 'unpause'] as const)('%s is the owner`s', async (name) => {
  expect(await refusal(deployed.pays('operator', name, []))).toBe('OwnableUnauthorizedAccount');
});
