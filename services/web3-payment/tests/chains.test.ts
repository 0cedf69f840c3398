import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deployed } from '../contracts/tests/deployed.ts';
import { confirmations, definitionOf, preparedChain, Shop } from './shop.ts';

const identity = {
  subject: 'ada',
  roles: new Set(['customer'] as const),
  expiresAt: Number.POSITIVE_INFINITY,
};
let one: Deployed;
let other: Deployed;

beforeAll(async () => {
  [one, other] = await Promise.all([preparedChain(), preparedChain({ chainId: 31_338 })]);
});
afterAll(() => Promise.all([one, other].map((deployed) => deployed?.chain[Symbol.asyncDispose]())));

it('settles an order on the first chain that pays it, and gives back what another one pays', async () => {
  const definitions = [definitionOf(one), definitionOf(other, 'second')];
  await using shop = await Shop.open(one, { definitions });
  const [, second] = shop.chains;
  const orderId = await shop.order();
  await shop.desk.create({ orderId, chain: 'second' }, identity);
  const elsewhere = await shop.payment(orderId, 'second');
  await shop.settle(orderId);
  await shop.desk.payFromDemoWallet(elsewhere.paymentId, identity);
  await shop.newSender('payer', { chain: second as never }).work();
  await other.chain.mine(confirmations);
  await shop.follow();
  expect(await shop.payment(orderId)).toMatchObject({ status: 'settled', surplus: false });
  expect(await shop.payment(orderId, 'second')).toMatchObject({
    status: 'settled',
    surplus: true,
    refundDue: true,
  });
  await shop.newSender('operator', { chain: second as never }).work();
  await other.chain.mine(confirmations);
  await shop.follow();
  expect((await shop.payment(orderId, 'second')).status).toBe('refunded');
  const told = await shop.told(orderId);
  expect(told.filter(({ status, surplus }) => status === 'settled' && !surplus)).toHaveLength(1);
  expect((await shop.payment(orderId)).status).toBe('settled');
});
