import { expect, test } from 'vitest';
import { type ApiRequest, NoReplyError } from '../scripts/stack/api-client.ts';
import { StackTokens } from '../scripts/stack/tokens.ts';
import { Baristas } from './baristas.ts';

const id = '0b7d1c0e-3c0a-5c1a-9d0e-0a1b2c3d4e5f';
const next: Readonly<Record<string, string>> = {
  'confirm-payment': 'paid',
  prepare: 'preparing',
  'mark-ready': 'ready',
  complete: 'completed',
};

/** An order that a platform moves on a look later than it was asked to. */
function platform() {
  let status = 'awaiting-payment';
  let asked: string | undefined;
  const actions: string[] = [];
  let looks = 0;
  const send = async ({ method, body }: ApiRequest) => {
    if (method === 'POST') {
      const { action } = body as { action: string };
      actions.push(action);
      asked = action;
      return { status: 202, body: {}, retryAfterMs: undefined };
    }
    looks += 1;
    if (looks === 2) throw new NoReplyError('ECONNRESET');
    const at = '2026-11-25T22:00:00.000Z';
    const order = {
      ...{ id, customerId: 'ada', status, version: 1, paymentMethod: 'counter', paymentDueAt: null },
      ...{ refundDue: false, currency: 'USD', items: [], totalCents: 0, createdAt: at, updatedAt: at },
    };
    if (asked) status = next[asked] ?? status;
    asked = undefined;
    return { status: 200, body: order, retryAfterMs: undefined };
  };
  return { send, actions };
}

test('an order is served step by step, each asked for once', async () => {
  const { send, actions } = platform();
  const baristas = new Baristas(
    { send },
    new StackTokens('a secret of this test alone'),
    new AbortController().signal,
  );
  baristas.serve([id]);
  await baristas.finish();
  expect(actions).toEqual(['confirm-payment', 'prepare', 'mark-ready', 'complete']);
  expect(baristas).toMatchObject({ asked: 1, served: 1 });
});
