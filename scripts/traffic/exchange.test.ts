import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { orderCommandReceipt } from '#contracts/http/orders.ts';
import { answered } from './exchange.ts';
import type { Purpose } from './journal-entry.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const orderId = randomUUID();
const order = { id: orderId, totalCents: 300, items: [] };
const command = {
  commandId: randomUUID(),
  orderId,
  action: 'cancel',
  requestedAt: '2026-11-27T20:00:00.000Z',
};
const answer = (purpose: Purpose, status: number, body: unknown) =>
  answered({ purpose, customerId: 'ada', key: 'k' }, 1, { status, body }, 1.26);

describe('what the journal keeps of an answer', () => {
  test('is the receipt of an order', () => {
    expect(answer('order', 202, order)).toMatchObject({
      orderId,
      totalCents: 300,
      lines: [],
      latencyMs: 1.3,
    });
  });

  test.each(['cancel', 'action'] as const)('is the receipt of a command to %s', (purpose) => {
    const { commandId, action } = command;
    expect(answer(purpose, 202, command)).toMatchObject({ orderId, commandId, action });
  });

  test.each([
    ['a 202 that is no receipt', 202, {}],
    ['a 202 about something else', 202, command],
    ['a refusal', 409, order],
  ])('is nothing of %s', (_, status, body) => {
    expect(answer('order', status, body)).not.toHaveProperty('orderId');
  });

  test('is found without looking for the receipt of another purpose', () => {
    const looked = vi.spyOn(orderCommandReceipt, 'safeParse');
    answer('order', 202, order);
    expect(looked).not.toHaveBeenCalled();
  });
});
