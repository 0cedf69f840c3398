import { randomUUID } from 'node:crypto';
import { pause } from '#platform/lifecycle/abort.ts';
import type { ApiReply } from '../stack/api-client.ts';
import type { OrderItem } from '../stack/menu.ts';
import type { Visit } from './customers.ts';
import { type ExchangeParts, exchange } from './exchange.ts';
import type { Purpose } from './journal-entry.ts';
import { type Receipt, receipt } from './receipt.ts';

/** One customer's visit, from the intended time on: orders, and checks that each answer is what it must be. */
export async function attend(parts: ExchangeParts, visit: Visit, intendedAt: number): Promise<void> {
  // A key identifies one intention of one customer for ever: the seed must not repeat it in another run.
  const key = randomUUID();
  const post = (purpose: Purpose, items: readonly OrderItem[], at: number): Promise<ApiReply | undefined> =>
    exchange(parts, {
      purpose,
      customerId: visit.customerId,
      key,
      intendedAt: at,
      request: {
        method: 'POST',
        path: '/v1/orders',
        headers: { 'idempotency-key': key },
        // Version 0.1 knows no other way than the counter, and takes no word about it.
        body: { customerId: visit.customerId, items, ...payingBy(visit) },
      },
    });
  if (visit.kind === 'mistake') return judgeMistake(parts, await post('mistake', visit.items, intendedAt));
  const [first, second] = await Promise.all([
    post('order', visit.items, intendedAt),
    visit.kind === 'double-click' ? post('repeat', visit.items, intendedAt) : undefined,
  ]);
  const placed = judgeOrder(parts, first);
  const repeated = judgeOrder(parts, second);
  if (placed && repeated && placed.id !== repeated.id) parts.statistics.error('one key, two orders');
  if (!placed) return;
  parts.onPlaced?.(placed.id);
  if (visit.looks) await look(parts, visit, key, placed);
  if (visit.kind === 'change-of-mind' && parts.cancellations) await changeMind(parts, visit, key, placed);
  if (visit.kind === 'key-reuse') judgeReuse(parts, await post('reuse', visit.otherItems, performance.now()));
}

const payingBy = ({ paymentMethod }: Visit) => (paymentMethod === 'crypto' ? { paymentMethod } : {});

async function changeMind(parts: ExchangeParts, visit: Visit, key: string, placed: Receipt): Promise<void> {
  await pause(visit.thinksMs, parts.signal);
  if (parts.signal.aborted) return;
  const { statistics } = parts;
  const reply = await exchange(parts, {
    purpose: 'cancel',
    customerId: visit.customerId,
    key,
    intendedAt: performance.now(),
    request: { method: 'DELETE', path: `/v1/orders/${placed.id}`, headers: { 'idempotency-key': key } },
  });
  if (reply?.status === 202) statistics.actions += 1;
  else if (reply?.status === 409) statistics.actionsRefused += 1;
  else if (reply) statistics.error(`a cancellation was answered ${reply.status}`);
}

async function look(parts: ExchangeParts, visit: Visit, key: string, placed: Receipt): Promise<void> {
  const reply = await exchange(parts, {
    purpose: 'read',
    customerId: visit.customerId,
    key,
    intendedAt: performance.now(),
    request: { method: 'GET', path: `/v1/orders/${placed.id}` },
  });
  if (!reply) return;
  parts.statistics.reads += 1;
  if (reply.status === 404) parts.statistics.error('an accepted order was not found by its customer');
  else if (reply.status !== 200) parts.statistics.error(`a read was answered ${reply.status}`);
  else if (receipt.safeParse(reply.body).data?.totalCents !== placed.totalCents) {
    parts.statistics.error('a read shows another order than the receipt');
  }
}

function judgeOrder({ statistics }: ExchangeParts, reply: ApiReply | undefined): Receipt | undefined {
  if (!reply) return undefined;
  if (reply.status !== 202) {
    statistics.error(`an order was answered ${reply.status}`);
    return undefined;
  }
  statistics.acceptedAt(performance.now());
  const placed = receipt.safeParse(reply.body).data;
  if (!placed) statistics.error('a 202 without an order');
  return placed;
}

function judgeMistake({ statistics }: ExchangeParts, reply: ApiReply | undefined): void {
  if (reply?.status === 400) statistics.refused += 1;
  else if (reply) statistics.error(`an unknown product was answered ${reply.status}`);
}

function judgeReuse({ statistics }: ExchangeParts, reply: ApiReply | undefined): void {
  if (reply?.status === 422) statistics.refused += 1;
  else if (reply?.status === 202) statistics.conflicts += 1;
  else if (reply) statistics.error(`a reused key was answered ${reply.status}`);
}
