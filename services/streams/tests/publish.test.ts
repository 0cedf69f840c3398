import { beforeEach, expect, it } from 'vitest';
import { untimely, untimelyType, windowClosed, windowClosedType } from '#contracts/events/analytics.ts';
import { orderEventsTopic } from '#contracts/topics.ts';
import type { TracedMessage } from '#platform/kafka/sender.ts';
import { closeWindows } from '../database/close-windows.ts';
import { publishAnalytics } from '../delivery/publish.ts';
import { messagesOf, opening } from './happenings.ts';
import { allRead, apply, fromPartition, noPatience, useStreamsDatabase } from './prepared-streams.ts';

const test = useStreamsDatabase();
beforeEach(async () => {
  const life = { placedAt: opening, lines: [{ productId: 'latte', quantity: 2, cents: 820 }], steps: [] };
  const early = messagesOf({ ...life, orderId: crypto.randomUUID() });
  const late = messagesOf({ ...life, orderId: crypto.randomUUID() });
  const isEvent = ({ topic }: { topic: string }): boolean => topic === orderEventsTopic.name;
  await apply(test.database, fromPartition(early.filter(isEvent)));
  while ((await closeWindows(test.database, allRead(opening + 600_000), noPatience)).more);
  await apply(test.database, fromPartition(late.filter(isEvent), 0, 1));
});

function recordingSender(fail = false) {
  const sent: TracedMessage['message'][] = [];
  const send = (batch: readonly TracedMessage[]): Promise<void> => {
    sent.push(...batch.map(({ message }) => message));
    return fail ? Promise.reject(new Error('connection lost')) : Promise.resolve();
  };
  return { send, sent };
}

it('tells of each closed window, and of what came too late', async () => {
  const sender = recordingSender();
  expect(await publishAnalytics(test.database, sender)).toBe(false);
  const [first, ...rest] = sender.sent;
  expect(first?.headers.ce_type).toBe(windowClosedType);
  expect(windowClosed.parse(JSON.parse(String(first?.value)))).toEqual({
    kind: 'tumbling-10s',
    startsAt: new Date(opening).toISOString(),
    endsAt: new Date(opening + 10_000).toISOString(),
    orders: 1,
    items: 2,
    revenueCents: 0,
    refundedCents: 0,
    funnel: { accepted: 1 },
    stages: { acceptance: { count: 1, p50Ms: 5, p95Ms: 5, p99Ms: 5 } },
    topProducts: [{ productId: 'latte', quantity: 2, salesCents: 820 }],
    topProductsByShop: [
      { shopId: 'main', topProducts: [{ productId: 'latte', quantity: 2, salesCents: 820 }] },
    ],
    payments: {},
  });
  // 30 sliding windows have the pane in them, and one minute.
  expect(rest.filter(({ key }) => key === 'sliding-5m')).toHaveLength(30);
  expect(rest.filter(({ key }) => key === 'tumbling-1m')).toHaveLength(1);
  const late = rest.filter(({ headers }) => headers.ce_type === untimelyType);
  expect(late.map(({ value }) => untimely.parse(JSON.parse(String(value))))).toEqual([
    expect.objectContaining({ reason: 'late', figures: expect.objectContaining({ orders: 1 }) }),
  ]);
});

// Guard: each window is told of once, while everything goes well.
it('tells of nothing twice', async () => {
  await publishAnalytics(test.database, recordingSender());
  const again = recordingSender();
  await publishAnalytics(test.database, again);
  expect(again.sent).toEqual([]);
});

// Guard: marking after publishing, and ids that are made from what is told.
it('tells again, under the same ids, what was not acknowledged', async () => {
  const failing = recordingSender(true);
  await expect(publishAnalytics(test.database, failing)).rejects.toThrow('connection lost');
  const sender = recordingSender();
  await publishAnalytics(test.database, sender);
  expect(sender.sent.map(({ headers }) => headers.ce_id)).toEqual(
    failing.sent.map(({ headers }) => headers.ce_id),
  );
  expect(new Set(sender.sent.map(({ headers }) => headers.ce_id)).size).toBe(sender.sent.length);
});

it('leaves to another replica what that one is publishing', async () => {
  const { promise: answer, resolve: release } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(release);
  const slow = publishAnalytics(test.database, {
    send: () => {
      begin();
      return answer;
    },
  });
  await begun;
  const other = recordingSender();
  await publishAnalytics(test.database, other);
  expect(other.sent).toEqual([]);
  release();
  await slow;
});
