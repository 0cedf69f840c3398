import { parseGwei } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressOf, type Deployed } from '../contracts/tests/deployed.ts';
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

const balance = () => deployed.balance(addressOf('payer'));
const refundsSeen = async (): Promise<number> => {
  const events = await deployed.contract.getEvents.Refunded({}, { fromBlock: 0n });
  return events.length;
};

/** An order whose settled payment is due back, as after a rejection. */
async function dueBack(in_: Shop = shop): Promise<string> {
  const orderId = await in_.order();
  await in_.settle(orderId);
  await in_.tell({ orderId, orderVersion: 5, status: 'rejected', paid: true, refundDue: true });
  return orderId;
}

/** Makes the blocks that end what was sent. */
async function deepen(in_: Shop = shop): Promise<void> {
  await deployed.chain.mine(confirmations);
  await in_.follow();
}

describe('a refund', () => {
  it('goes back to who paid when the order book says that it is due', async () => {
    const before = await balance();
    const orderId = await dueBack();
    const sender = shop.newSender('operator');
    await sender.work();
    expect((await shop.payment(orderId)).status).toBe('refunding');
    await deepen();
    await sender.work();
    expect((await shop.payment(orderId)).status).toBe('refunded');
    expect(await balance()).toBe(before);
    expect(await shop.statuses(orderId)).toEqual(['open', 'pending', 'settled', 'refunding', 'refunded']);
    expect(shop.metrics.outcomes).toContain('refund done');
  });

  it('goes back when an invoice was paid in time and the order had expired meanwhile', async () => {
    const orderId = await shop.order();
    await shop.pay(orderId);
    await shop.tell({ orderId, orderVersion: 3, status: 'expired' });
    await deepen();
    expect(await shop.statuses(orderId)).toEqual(['open', 'expired', 'pending', 'settled']);
    // The order book's answer to a payment that comes too late.
    await shop.tell({ orderId, orderVersion: 4, status: 'expired', paid: true, refundDue: true });
    await shop.newSender('operator').work();
    await deepen();
    expect((await shop.statuses(orderId)).at(-1)).toBe('refunded');
  });

  it('is sent once by many replicas', async () => {
    const before = await refundsSeen();
    const orders = [await dueBack(), await dueBack(), await dueBack()];
    const replicas = Array.from({ length: 4 }, () => shop.newSender('operator'));
    await Promise.all(replicas.map((replica) => replica.work()));
    await deepen();
    await Promise.all(replicas.map((replica) => replica.work()));
    for (const orderId of orders) expect((await shop.payment(orderId)).status).toBe('refunded');
    expect((await refundsSeen()) - before).toBe(3);
  });

  it('is sent once by a service that is killed before it has sent it', async () => {
    const orderId = await dueBack();
    const killed = shop.newSender('operator', { chain: withoutSending('before') });
    await expect(killed.work()).rejects.toThrow('killed');
    await deepen();
    expect((await shop.payment(orderId)).status).toBe('refunding');
    await shop.newSender('operator').work();
    await deepen();
    expect((await shop.payment(orderId)).status).toBe('refunded');
  });

  it('is sent once by a service that is killed after it has sent it, before it could note that', async () => {
    const before = await refundsSeen();
    const orderId = await dueBack();
    const killed = shop.newSender('operator', { chain: withoutSending('after') });
    await expect(killed.work()).rejects.toThrow('killed');
    const survivor = shop.newSender('operator');
    await survivor.work();
    await deepen();
    await survivor.work();
    await deepen();
    expect((await shop.payment(orderId)).status).toBe('refunded');
    expect((await refundsSeen()) - before).toBe(1);
  });

  it('is sent again with higher fees when blocks have become too dear for it', async () => {
    const orderId = await dueBack();
    const sender = shop.newSender('operator', { patienceMs: 0 });
    await sender.work();
    await deployed.chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('80') });
    await deployed.chain.mine();
    await shop.follow();
    expect(await shop.payment(orderId)).toMatchObject({ status: 'refunding', refundHash: null });
    await sender.work();
    expect(shop.metrics.attempts).toBe(2);
    await deployed.chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('1') });
    await deepen();
    await sender.work();
    expect((await shop.payment(orderId)).status).toBe('refunded');
  });

  it('waits while blocks are dearer than may be paid', async () => {
    const cheap = definitionOf(deployed, 'local', { maxFeePerGas: 1n });
    await using stingy = await Shop.open(deployed, { definitions: [cheap] });
    const orderId = await dueBack(stingy);
    const sender = stingy.newSender('operator', { patienceMs: 0 });
    await sender.work();
    await sender.work();
    expect(stingy.metrics.attempts).toBe(1);
    await deepen(stingy);
    expect((await stingy.payment(orderId)).status).toBe('refunding');
  });

  it('goes again when somebody else has used its number', async () => {
    const orderId = await dueBack();
    const first = shop.newSender('operator', { chain: withoutSending('before') });
    await expect(first.work()).rejects.toThrow('killed');
    const wallet = deployed.wallet('operator');
    await wallet.sendTransaction({ to: addressOf('operator'), value: 0n });
    await deployed.chain.mine();
    const sender = shop.newSender('operator');
    await sender.work();
    expect(shop.metrics.outcomes).toContain('refund replaced');
    await sender.work();
    await deepen();
    expect((await shop.payment(orderId)).status).toBe('refunded');
  });
});

/** The chain, through which nothing is sent because the process is killed then. */
function withoutSending(when: 'before' | 'after') {
  const [chain] = shop.chains;
  if (!chain) throw new Error('the shop has a chain');
  const sendRawTransaction = async (request: never): Promise<never> => {
    if (when === 'after') await chain.client.sendRawTransaction(request);
    throw new KilledError('killed');
  };
  return { ...chain, client: { ...chain.client, sendRawTransaction } as unknown as typeof chain.client };
}

class KilledError extends Error {}

describe('the demo wallet', () => {
  const operator = {
    subject: 'ops',
    roles: new Set(['operator'] as const),
    expiresAt: Number.POSITIVE_INFINITY,
  };

  it('pays what it is asked for, many in a transaction', async () => {
    const orders = await Promise.all(Array.from({ length: 30 }, () => shop.order()));
    for (const orderId of orders) {
      const { paymentId } = await shop.payment(orderId);
      await shop.desk.payFromDemoWallet(paymentId, operator);
      await shop.desk.payFromDemoWallet(paymentId, operator);
    }
    const sender = shop.newSender('payer');
    await sender.work();
    await deepen();
    await sender.work();
    const payments = await Promise.all(orders.map((orderId) => shop.payment(orderId)));
    expect(new Set(payments.map(({ status }) => status))).toEqual(new Set(['settled']));
    expect(new Set(payments.map(({ transactionHash }) => transactionHash)).size).toBe(1);
  });

  it('leaves out what the contract does not take, and pays the others', async () => {
    const orders = await Promise.all(Array.from({ length: 5 }, () => shop.order()));
    const [paid = ''] = orders;
    for (const orderId of orders)
      await shop.desk.payFromDemoWallet((await shop.payment(orderId)).paymentId, operator);
    await shop.pay(paid, 'payer');
    await deployed.chain.mine();
    const sender = shop.newSender('payer');
    for (let round = 0; round < 4; round += 1) {
      await sender.work();
      await deepen();
    }
    const statuses = await Promise.all(orders.map(async (orderId) => (await shop.payment(orderId)).status));
    expect(statuses).toEqual(Array.from({ length: 5 }, () => 'settled'));
  });
});
