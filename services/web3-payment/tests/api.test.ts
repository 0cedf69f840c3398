import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainList, type Payment, payment } from '#contracts/http/payments.ts';
import { injectedSql } from '#platform/testing/injected-sql.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { demoPriceFeedAbi, demoPriceFeedBytecode } from '../contracts/compiled/demo-price-feed.ts';
import { addressOf, type Deployed, deploy } from '../contracts/tests/deployed.ts';
import { findPayment, paymentsOfOrder } from '../database/payments.ts';
import { serveShop } from './served-shop.ts';
import { confirmations, definitionOf, preparedChain, Shop } from './shop.ts';

let deployed: Deployed;
let shop: Shop;
let url: string;
let feed: `0x${string}`;
const parts = new AsyncDisposableStack();

beforeAll(async () => {
  deployed = await preparedChain();
  parts.use(deployed.chain);
  await deployed.chain.client.setAutomine(true);
  const answer = 3_000_00000000n;
  feed = await deploy(deployed.chain, demoPriceFeedAbi, demoPriceFeedBytecode, [
    addressOf('owner'),
    'ETH / USD',
    answer,
  ]);
  await deployed.chain.client.setAutomine(false);
  const [usdc] = definitionOf(deployed).tokens;
  if (!usdc) throw new Error('the chain has a token');
  const zero = `0x${'0'.repeat(40)}` as const;
  const ether = { symbol: 'ETH', address: zero, decimals: 18, par: false, priceFeed: feed };
  const definition = definitionOf(deployed, 'local', { tokens: [usdc, ether] });
  shop = parts.use(await Shop.open(deployed, { definitions: [definition] }));
  ({ url } = parts.use(await serveShop(shop)));
});
afterAll(() => parts.disposeAsync());

type Asked = { readonly who?: [string, ...('customer' | 'barista' | 'operator')[]]; readonly body?: unknown };

async function ask(method: string, path: string, { who = ['ada', 'customer'], body }: Asked = {}) {
  const [subject, ...roles] = who;
  const headers = { ...(await signedIn(subject, ...roles)), 'content-type': 'application/json' };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${url}${path}`, { method, headers, ...init });
  return { status: response.status, body: (await response.json()) as Payment & { code?: string } };
}
const open = async (orderId: string): Promise<Payment> =>
  payment.parse((await ask('POST', '/v1/payments', { body: { orderId } })).body);

describe('a payment', () => {
  it('is one for an order, however often it is asked for', async () => {
    const orderId = await shop.order();
    const first = await open(orderId);
    expect(first).toMatchObject({
      status: 'open',
      display: '4.50 USDC',
      requiredConfirmations: confirmations,
    });
    expect(await open(orderId)).toEqual(first);
    const { body } = await ask('GET', `/v1/payments?orderId=${orderId}`);
    expect(body).toEqual({ payments: [first] });
    expect((await ask('GET', `/v1/payments/${first.id}`)).body).toEqual(first);
  });

  it('can be in another token, at the price of its feed, rounded up', async () => {
    const orderId = await shop.order({ totalCents: 1_000 });
    const { body } = await ask('POST', '/v1/payments', { body: { orderId, token: 'ETH' } });
    expect(body).toMatchObject({ token: 'ETH', amount: '3333333333333334' });
    expect((await ask('POST', '/v1/payments', { body: { orderId, token: 'DOGE' } })).status).toBe(400);
  });

  it('shows what the chain says, whatever the customer says', async () => {
    const orderId = await shop.order();
    const other = await shop.order();
    const { id } = await open(orderId);
    const confirm = (transactionHash: string) =>
      ask('POST', `/v1/payments/${id}/confirm`, { body: { transactionHash } });
    expect((await confirm(`0x${'0'.repeat(64)}`)).body.code).toBe('transaction-mismatch');
    const wrong = await shop.pay(other);
    const right = await shop.pay(orderId);
    await deployed.chain.mine();
    expect((await confirm(wrong)).body.code).toBe('transaction-mismatch');
    expect((await confirm(right)).status).toBe(200);
    await deployed.chain.mine(confirmations);
    await shop.follow();
    for (const _ of [1, 2]) expect((await confirm(right)).body.status).toBe('settled');
    expect(await shop.statuses(orderId)).toEqual(['open', 'pending', 'settled']);
    const found = (await ask('GET', `/v1/payments/${id}`)).body;
    expect(found).toMatchObject({ transactionHash: right, payer: addressOf('payer'), invoice: null });
    const { body } = await ask('GET', `/v1/wallets/${addressOf('payer')}/transactions`, {
      who: ['eve', 'barista'],
    });
    expect(JSON.stringify(body)).toContain(right);
  });

  it('is given back when it was cancelled and is paid all the same', async () => {
    const orderId = await shop.order();
    const { id } = await open(orderId);
    const hash = await shop.pay(orderId);
    expect((await ask('POST', `/v1/payments/${id}/cancel`)).body.status).toBe('cancelled');
    await deployed.chain.mine(confirmations);
    await shop.follow();
    expect(await shop.payment(orderId)).toMatchObject({
      status: 'settled',
      surplus: true,
      transactionHash: hash,
    });
    await shop.newSender('operator').work();
    await deployed.chain.mine(confirmations);
    await shop.follow();
    const told = await shop.told(orderId);
    expect(told.at(-1)).toMatchObject({ status: 'refunded', surplus: true });
  });

  it('is refunded by operators only, and only when it is due', async () => {
    const orderId = await shop.order();
    const { id } = await open(orderId);
    await shop.settle(orderId);
    const refund = (...roles: ('customer' | 'barista' | 'operator')[]) =>
      ask('POST', `/v1/payments/${id}/refund`, { who: ['ada', ...roles] });
    expect((await refund('customer', 'barista')).status).toBe(403);
    expect((await refund('operator')).body.code).toBe('payment-not-open');
    await shop.tell({ orderId, orderVersion: 6, status: 'cancelled', paid: true, refundDue: true });
    expect((await refund('operator')).body).toMatchObject({ status: 'settled', refundDue: true });
  });

  // Guard: whoever knows an id must not see or touch what is somebody else's.
  it("is nobody else's", async () => {
    const orderId = await shop.order();
    const { id } = await open(orderId);
    const who: Asked['who'] = ['eve', 'customer'];
    const body = { transactionHash: `0x${'0'.repeat(64)}` };
    const attempts = [
      ask('GET', `/v1/payments/${id}`, { who }),
      ask('GET', `/v1/payments?orderId=${orderId}`, { who }),
      ask('POST', '/v1/payments', { who, body: { orderId } }),
      ask('POST', `/v1/payments/${id}/cancel`, { who }),
      ask('POST', `/v1/payments/${id}/confirm`, { who, body }),
      ask('POST', `/v1/payments/${id}/demo-wallet`, { who }),
    ];
    for (const { status } of await Promise.all(attempts)) expect(status).toBe(404);
    expect((await ask('GET', `/v1/payments/${id}`, { who: ['eve', 'barista'] })).status).toBe(200);
    expect((await ask('GET', `/v1/payments/${randomUUID()}`)).status).toBe(404);
  });

  // Guard: what somebody filters by is a value, and never a part of the query.
  it.each(injectedSql)('of others is not found by SQL in a value: %s', async (sql) => {
    const orderId = await shop.order();
    const { id } = await open(orderId);
    const path = `/v1/payments?orderId=${encodeURIComponent(sql)}`;
    expect((await ask('GET', path, { who: ['eve', 'customer'] })).status).toBe(400);
    // Behind the contract as well.
    await expect(paymentsOfOrder(shop.database, sql)).rejects.toThrow('invalid input syntax for type uuid');
    await expect(findPayment(shop.database, sql)).rejects.toThrow('invalid input syntax for type uuid');
    expect(await paymentsOfOrder(shop.database, orderId)).toMatchObject([{ paymentId: id }]);
  });
});

it('says what an account has, and which chains there are', async () => {
  const { body } = await ask('GET', `/v1/wallets/${addressOf('treasury')}/balance`);
  expect(body).toMatchObject({
    chain: 'local',
    balances: [{ token: 'USDC', amount: '0' }, { token: 'ETH' }],
  });
  const chains = chainList.parse((await ask('GET', '/v1/chains')).body);
  expect(chains.chains).toMatchObject([{ name: 'local', contract: deployed.payments, confirmations }]);
});

describe('a price', () => {
  const price = () => ask('GET', '/v1/tokens/ETH/price');
  const say = async (answer: bigint, updatedAt: bigint): Promise<void> => {
    await deployed.chain.client.setAutomine(true);
    await deployed.call('owner', feed, demoPriceFeedAbi, 'set', [answer, updatedAt]);
    await deployed.chain.client.setAutomine(false);
  };
  const now = (): bigint => BigInt(Math.floor(Date.now() / 1_000));

  it('is what the feed says', async () => {
    await say(2_500_00000000n, now());
    expect((await price()).body).toMatchObject({
      price: '250000000000',
      decimals: 8,
      display: '2500.00 USD',
    });
    expect((await ask('GET', '/v1/tokens/USDC/price')).status).toBe(404);
  });

  it.each([
    ['stale', 2_500_00000000n, () => now() - 4_000n],
    ['of the future', 2_500_00000000n, () => now() + 4_000n],
    ['nothing', 0n, now],
    ['negative', -1n, now],
    ['absurd', 5_000_000_00000000n, now],
  ])('is refused when it is %s, in an invoice too', async (_, answer, updatedAt) => {
    await say(answer, updatedAt());
    expect((await price()).body.code).toBe('price-not-usable');
    const orderId = await shop.order();
    const { body } = await ask('POST', '/v1/payments', { body: { orderId, token: 'ETH' } });
    expect(body.code).toBe('price-not-usable');
  });
});
