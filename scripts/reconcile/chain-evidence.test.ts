import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { orderKey } from '../../services/web3-payment/chain/invoice.ts';
import { statesOf } from './chain-evidence.ts';

const { signal } = new AbortController();

test('reads the state of every order, whatever window it falls into', async () => {
  const orders = Array.from({ length: 1_050 }, () => randomUUID());
  const numbers = new Map(orders.map((order, index) => [orderKey(order), index % 3]));
  const found = await statesOf(orders, async (key) => numbers.get(key) ?? 0, signal);
  expect([...found.values()]).toHaveLength(1_050);
  expect(orders.slice(0, 3).map((order) => found.get(order))).toEqual(['unpaid', 'paid', 'refunded']);
  expect(found.get(orders[1_048] ?? '')).toBe('paid');
});

// A node that mines a block in that moment refuses to read the one before it.
test('a refusal by the node is not the end of it', async () => {
  let refusals = 1;
  const read = async (): Promise<number> => {
    refusals -= 1;
    if (refusals >= 0) throw new Error('BlockOutOfRangeError: block height is 957 but requested was 956');
    return 1;
  };
  const order = randomUUID();
  expect(await statesOf([order], read, signal)).toEqual(new Map([[order, 'paid']]));
});
