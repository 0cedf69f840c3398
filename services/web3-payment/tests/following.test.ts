import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Deployed } from '../contracts/tests/deployed.ts';
import { LocalChain } from './local-chain.ts';
import { startLyingEndpoint } from './lying-endpoint.ts';
import { confirmations, definitionOf, preparedChain, Shop } from './shop.ts';

let deployed: Deployed;
let shop: Shop;

beforeAll(async () => {
  deployed = await preparedChain();
});
afterAll(() => deployed?.chain[Symbol.asyncDispose]());
beforeEach(async () => {
  shop = await Shop.open(deployed);
});
afterEach(() => shop[Symbol.asyncDispose]());

it('offers a payment, sees it in a block, and settles it when it is deep enough', async () => {
  const orderId = await shop.order({ totalCents: 1_234 });
  expect(await shop.payment(orderId)).toMatchObject({ status: 'open', amount: 12_340_000n, token: 'USDC' });
  const hash = await shop.pay(orderId);
  await deployed.chain.mine();
  await shop.follow();
  expect(await shop.payment(orderId)).toMatchObject({ status: 'pending', transactionHash: hash });
  await deployed.chain.mine(confirmations - 2);
  await shop.follow();
  expect((await shop.payment(orderId)).status).toBe('pending');
  await deployed.chain.mine();
  await shop.follow();
  expect((await shop.payment(orderId)).status).toBe('settled');
  expect(await shop.statuses(orderId)).toEqual(['open', 'pending', 'settled']);
});

it('does everything once, however often it is told and asked', async () => {
  const orderId = await shop.order();
  await shop.tell({ orderId }, { orderId });
  await shop.settle(orderId);
  await shop.tell({ orderId });
  await Promise.all([shop.newFollower().follow(), shop.newFollower().follow(), shop.follow()]);
  await deployed.chain.mine(confirmations);
  await shop.follow();
  expect(await shop.statuses(orderId)).toEqual(['open', 'pending', 'settled']);
  expect(shop.metrics.settledPayments).toHaveLength(1);
});

describe('when blocks are replaced', () => {
  const before = Array.from({ length: confirmations - 1 }, (_, index) => index + 1);

  it.each(before)('%i deep, before it is settled, a payment waits and goes forward again', async (depth) => {
    const orderId = await shop.order();
    await shop.pay(orderId);
    await deployed.chain.mine(depth);
    await shop.follow();
    expect((await shop.payment(orderId)).status).toBe('pending');
    await deployed.chain.reorganise(depth);
    await shop.follow();
    expect(await shop.payment(orderId)).toMatchObject({ status: 'pending', blockNumber: null });
    expect(shop.metrics.reorganisations).toEqual([depth]);
    await shop.settle(orderId);
    expect(await shop.statuses(orderId)).toEqual(['open', 'pending', 'pending', 'pending', 'settled']);
  });

  const after = [confirmations, confirmations + 1, 2 * confirmations];

  it.each(after)('%i deep, after it was settled, it is settled again and told once', async (depth) => {
    const orderId = await shop.order();
    await shop.pay(orderId);
    await deployed.chain.mine(depth);
    await shop.follow();
    expect((await shop.payment(orderId)).status).toBe('settled');
    await deployed.chain.reorganise(depth);
    await shop.follow();
    expect(await shop.payment(orderId)).toMatchObject({ status: 'pending', blockNumber: null });
    await shop.settle(orderId);
    expect((await shop.payment(orderId)).status).toBe('settled');
    const told = await shop.statuses(orderId);
    expect(told.filter((status) => status === 'settled')).toHaveLength(1);
  });

  it('and the payment is in another block at once, it counts from there', async () => {
    const orderId = await shop.order();
    await shop.pay(orderId);
    await deployed.chain.mine(2);
    await shop.follow();
    const { blockHash } = await shop.payment(orderId);
    await deployed.chain.reorganise(2);
    await shop.pay(orderId);
    await deployed.chain.mine();
    await shop.follow();
    const again = await shop.payment(orderId);
    expect(again.status).toBe('pending');
    expect(again.blockHash).not.toBe(blockHash);
    await deployed.chain.mine(confirmations - 1);
    await shop.follow();
    expect((await shop.payment(orderId)).status).toBe('settled');
  });
});

it('catches up in steps after it was away', async () => {
  const early = await shop.order();
  const late = await shop.order();
  await shop.pay(early);
  await deployed.chain.mine(40);
  await shop.pay(late);
  await deployed.chain.mine(confirmations);
  const follower = shop.newFollower(undefined, { mostBlocks: 10, rememberedBlocks: 5 });
  let rounds = 1;
  while (await follower.follow()) rounds += 1;
  expect(rounds).toBeGreaterThan(4);
  expect((await shop.payment(early)).status).toBe('settled');
  expect((await shop.payment(late)).status).toBe('settled');
  expect(shop.metrics.lag).toBe(0);
});

it('lets one of two payers win, and the other keep the money', async () => {
  const orderId = await shop.order();
  const stranger = deployed.wallet('stranger');
  const hashes = [await shop.pay(orderId), await shop.pay(orderId, 'stranger')];
  await deployed.chain.mine(confirmations);
  await shop.follow();
  const receipts = await Promise.all(hashes.map((hash) => stranger.getTransactionReceipt({ hash })));
  expect(receipts.map(({ status }) => status).sort()).toEqual(['reverted', 'success']);
  const winner = receipts.find(({ status }) => status === 'success')?.transactionHash;
  expect(await shop.payment(orderId)).toMatchObject({ status: 'settled', transactionHash: winner });
  expect(await shop.statuses(orderId)).toEqual(['open', 'pending', 'settled']);
});

it('ends an offer when no block can have its payment any more', async () => {
  const orderId = await shop.order({ occurredAt: new Date(Date.now() - 870_000).toISOString() });
  const { timestamp } = await deployed.chain.client.getBlock();
  await shop.follow();
  expect((await shop.payment(orderId)).status).toBe('open');
  await deployed.chain.client.setNextBlockTimestamp({ timestamp: timestamp + 120n });
  await deployed.chain.mine();
  await shop.follow();
  expect(await shop.statuses(orderId)).toEqual(['open', 'expired']);
});

it('settles nothing that a second endpoint does not confirm', async () => {
  await using liar = await startLyingEndpoint(deployed.chain.url);
  const definition = definitionOf(deployed, 'local', { rpcUrls: [liar.url, deployed.chain.url] });
  await using watchful = await Shop.open(deployed, { definitions: [definition] });
  const orderId = await watchful.order();
  await watchful.order();
  liar.pretendPaid(deployed.payments, orderId, deployed.token, 4_500_000n);
  await deployed.chain.mine(confirmations + 1);
  await watchful.follow();
  expect((await watchful.payment(orderId)).status).toBe('pending');
  expect(watchful.metrics.disagreements).toBeGreaterThan(0);
  liar.tellTheTruth();
  await deployed.chain.mine();
  await watchful.settle(orderId);
  expect(await watchful.statuses(orderId)).not.toContain('surplus');
  expect((await watchful.payment(orderId)).status).toBe('settled');
});

it('goes on with another endpoint while one is away', async () => {
  const definition = definitionOf(deployed, 'local', {
    rpcUrls: ['http://127.0.0.1:9', deployed.chain.url, deployed.chain.url],
  });
  await using robust = await Shop.open(deployed, { definitions: [definition] });
  const orderId = await robust.order();
  await robust.settle(orderId);
  expect((await robust.payment(orderId)).status).toBe('settled');
  expect(new Set(robust.metrics.failures)).toEqual(new Set(['local/rpc-1']));
});

it('waits while the node is killed, and goes on where it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chain-'));
  const args = ['--state', join(folder, 'state.json')];
  const own = await preparedChain({ args });
  const port = Number(new URL(own.chain.url).port);
  await using test = await Shop.open(own);
  const orderId = await test.order();
  await test.pay(orderId);
  await own.chain.mine();
  await test.follow();
  await own.chain.kill('SIGTERM');
  await expect(test.follow()).rejects.toThrow();
  await using again = await LocalChain.start({ args, port, mineOnDemand: true });
  await again.mine(confirmations - 1);
  await test.follow();
  expect((await test.payment(orderId)).status).toBe('settled');
  expect(test.metrics.reorganisations).toEqual([]);
  await rm(folder, { recursive: true });
});
