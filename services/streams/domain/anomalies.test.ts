import { expect, it } from 'vitest';
import { opening } from '../tests/happenings.ts';
import { addOrders, addSignInFailure, addTotal, emptyAggregate } from './aggregate.ts';
import { anomaliesOf, type Pane } from './anomalies.ts';
import { paneMs } from './windows.ts';

const limits = { burstOrders: 20, velocityOrders: 5, signInFailures: 5 };

/** A pane in which so many orders were placed, each by another customer unless told. */
function pane(orders: number, index = 0, customers: Readonly<Record<string, number>> = {}): Pane {
  const aggregate = emptyAggregate();
  addTotal(aggregate, 'placed', orders);
  for (const [customerId, count] of Object.entries(customers)) addOrders(aggregate, customerId, count);
  return { startsAt: opening + index * paneMs, aggregate };
}

const fiveMinutesOf = (orders: number): Pane[] =>
  Array.from({ length: 30 }, (_, index) => pane(orders, index - 30));

it('calls far more orders than usual a burst', () => {
  expect(anomaliesOf(pane(300), fiveMinutesOf(100), limits)).toEqual([
    {
      kind: 'burst',
      subject: 'orders',
      startsAt: '2026-01-01T08:00:00.000Z',
      endsAt: '2026-01-01T08:00:10.000Z',
      observed: 300,
      threshold: 140,
    },
  ]);
});

// Guard: a busy hour is no burst.
it('finds nothing in as many orders as usual, nor in some more', () => {
  expect(anomaliesOf(pane(100), fiveMinutesOf(100), limits)).toEqual([]);
  expect(anomaliesOf(pane(139), fiveMinutesOf(100), limits)).toEqual([]);
});

it('finds nothing in few orders, however quiet it was before', () => {
  expect(anomaliesOf(pane(20), [], limits)).toEqual([]);
  expect(anomaliesOf(pane(21), [], limits)).toHaveLength(1);
});

it('takes times in which nothing has happened for what they are', () => {
  const before = fiveMinutesOf(100).slice(0, 3);
  expect(anomaliesOf(pane(120), before, limits)).toEqual([]);
  expect(anomaliesOf(pane(150), before, limits)).toHaveLength(1);
});

it('names the customer who orders more often than a person does', () => {
  const found = anomaliesOf(pane(9, 0, { ada: 6, bob: 5, eve: 1 }), [], limits);
  expect(found).toEqual([
    expect.objectContaining({ kind: 'velocity', subject: 'ada', observed: 6, threshold: 5 }),
  ]);
});

// Guard: repeated failures to sign in are told of.
it('names who was not let in more often than a person mistypes', () => {
  const quiet = pane(0);
  addSignInFailure(quiet.aggregate, 'name/of-ada', 5);
  expect(anomaliesOf(quiet, [], limits)).toEqual([]);
  addSignInFailure(quiet.aggregate, 'name/of-ada', 1);
  addSignInFailure(quiet.aggregate, 'address/of-hers', 9);
  expect(anomaliesOf(quiet, [], limits)).toEqual([
    expect.objectContaining({
      kind: 'suspicious-activity',
      subject: 'name/of-ada',
      observed: 6,
      threshold: 5,
    }),
    expect.objectContaining({ kind: 'suspicious-activity', subject: 'address/of-hers', observed: 9 }),
  ]);
});
