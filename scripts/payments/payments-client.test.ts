import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { ApiClient } from '../stack/api-client.ts';
import { StackTokens } from '../stack/tokens.ts';
import { PaymentsClient } from './payments-client.ts';

interface Asked {
  readonly subject: string;
  readonly atMs: number;
}

/** A client of a service that has no payments, and says so as `answer` does. */
async function startPayments(answer: (response: ServerResponse, asked: readonly Asked[]) => void) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    asked.push({ subject: decodeJwt(token).sub ?? '', atMs: performance.now() });
    answer(response, asked);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const tokens = new StackTokens('a secret that is long enough for a test of this');
  const payments = new PaymentsClient(new ApiClient(url), tokens, new AbortController().signal);
  return {
    payments,
    asked,
    async [Symbol.asyncDispose](): Promise<void> {
      payments[Symbol.dispose]();
      server.close();
      await once(server, 'close');
    },
  };
}

const none = (response: ServerResponse): void => void response.end('{"payments":[]}');

test('orders are shared among many cashiers, so that none asks too often', async () => {
  await using stage = await startPayments(none);
  const orders = Array.from({ length: 200 }, () => randomUUID());
  await Promise.all(orders.map((orderId) => stage.payments.ofOrder(orderId)));
  const cashiers = new Set(stage.asked.map(({ subject }) => subject));
  expect(cashiers.size).toBeGreaterThan(150);
  await stage.payments.ofOrder(orders[0] ?? '');
  expect(new Set(stage.asked.map(({ subject }) => subject))).toEqual(cashiers);
});

test('who asks too often comes again when she is told to', async () => {
  await using stage = await startPayments((response, { length }) => {
    if (length === 1) response.writeHead(429, { 'retry-after': '1' }).end('{}');
    else none(response);
  });
  expect(await stage.payments.ofOrder(randomUUID())).toBeUndefined();
  const [first, second] = stage.asked;
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
});

// Guard: a customer who cancels while her order is being paid is no error of anybody's.
test.each([
  [409, false],
  [200, true],
])('says of a payment that was answered with %j whether it can be paid: %j', async (status, expected) => {
  await using stage = await startPayments((response) => response.writeHead(status).end('{}'));
  expect(await stage.payments.payFromDemoWallet({ id: randomUUID(), orderId: randomUUID() })).toBe(expected);
  expect(stage.asked).toHaveLength(1);
});
