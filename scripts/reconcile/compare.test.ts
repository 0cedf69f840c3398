import { describe, expect, test } from 'vitest';
import { affected, compare } from './compare.ts';
import type { Evidence } from './evidence.ts';
import {
  acceptedRow,
  add,
  type Break,
  commandAt,
  goodOrder,
  judged,
  type Mutable,
  old,
  otherCommand,
  passedBy,
  receipt,
  recent,
  twoLattes,
} from './sample-evidence.ts';

const clean: [string, Break][] = [
  ['a complete order', () => undefined],
  ['an order of another client, without a receipt', (e) => e.receipts.splice(0)],
  [
    'an order older than what Kafka keeps',
    (e) => [e.receipts, e.commands, e.accepted, e.states].map((list) => list.splice(0)),
  ],
  ['a double click: two receipts for one order', (e) => e.receipts.push(receipt('order-1'))],
  [
    'a redelivered event and a repeated command',
    (e) => [e.accepted.push(...e.accepted), e.commands.push(commandAt('order-1', 8))],
  ],
  [
    'a dead letter that no client holds a receipt for',
    (e) => e.deadLetters.push({ orderId: 'x', code: 'c', partition: 0, offset: 0 }),
  ],
  [
    'a poisoned command without a receipt',
    (e) => [
      e.commands.push(commandAt('order-9', 1)),
      e.deadLetters.push({ orderId: 'order-9', code: 'c', partition: 0, offset: 0 }),
    ],
  ],
  [
    'a recorded conflict',
    (e) => [
      e.receipts.push(receipt('order-1', twoLattes)),
      e.commands.push(otherCommand()),
      e.conflicts.push({ orderId: 'order-1', fingerprint: 'other', cart: twoLattes.cart }),
    ],
  ],
];

test.each(clean)('is content with %s', (_case, change) => {
  expect(judged(change)).toEqual({ found: [], moving: [], findings: [] });
});

const underWay: [string, Break][] = [
  [
    'a command',
    (e) => [
      e.orders.splice(0),
      e.accepted.splice(0),
      Object.assign(e.commands[0] ?? {}, { writtenAt: recent }),
    ],
  ],
  ['a conflicting command', (e) => e.commands.push(otherCommand({ writtenAt: recent }))],
  [
    'an accepted conflict',
    (e) => [
      e.receipts.push(receipt('order-1', twoLattes)),
      e.commands.push(otherCommand({ writtenAt: recent })),
    ],
  ],
  ['an outbox row', (e) => [e.accepted.splice(0), e.outbox.push(acceptedRow(recent))]],
];

test.each(underWay)('waits for %s that is younger than 60 s', (_case, change) => {
  const { found, moving } = judged(change);
  expect(found).toEqual([]);
  expect(moving).toEqual(['order-1']);
});

describe('the rest', () => {
  test('what waits behind an unprocessed command says nothing about it', () => {
    const { findings } = judged((e) => {
      e.orders.splice(0);
      e.accepted.splice(0);
      e.commands.push(commandAt('order-3', 12));
    });
    expect(findings.map(({ category }) => category)).toEqual(['stuck', 'stuck']);
  });

  test('the furthest effect in a partition counts, whichever was read last', () => {
    const { findings } = judged((e) => {
      e.orders.splice(0);
      e.accepted.splice(0);
      passedBy(e);
      add(e, goodOrder('order-0', 2));
    });
    expect(findings.map(({ category }) => category)).toEqual(['lost']);
  });

  test('does not wait for orders that were placed after it began, but finds them stuck', () => {
    const later = (createdAt: number) => (e: Mutable<Evidence>) =>
      e.outbox.push({ ...acceptedRow(createdAt), orderId: 'order-later' });
    expect(judged(later(recent))).toEqual({ found: [], moving: [], findings: [] });
    expect(judged(later(old)).found).toEqual(['stuck: outbox row not published for 60 s']);
  });

  test('an unpublished event of another kind is no second effect', () => {
    const { found, moving } = judged((e) =>
      e.outbox.push({ ...acceptedRow(recent, 'event-b'), type: 'conflict' }),
    );
    expect(found).toEqual([]);
    expect(moving).toEqual(['order-1']);
  });

  test('a command is judged by its own partition, in order', () => {
    const { findings } = judged((e) => {
      e.orders.splice(0);
      e.accepted.splice(0);
      passedBy(e);
      const elsewhere = e.commands.at(-1);
      Object.assign(elsewhere ?? {}, { partition: 3 });
    });
    expect(findings.map(({ category }) => category)).toEqual(['stuck']);
  });

  test('the first command is the one with the lowest offset, in whatever order they were read', () => {
    const { found } = judged((e) => {
      e.commands.unshift(otherCommand());
      e.conflicts.push({ orderId: 'order-1', fingerprint: 'other', cart: twoLattes.cart });
    });
    expect(found).toEqual([]);
  });

  test('an order that breaks two rules is one lost order', () => {
    const { findings } = judged((e) => Object.assign(e.orders[0] ?? {}, { totalCents: 1, priced: 'x' }));
    expect(findings.length).toBeGreaterThan(1);
    expect(affected(findings, 'lost')).toBe(1);
    expect(affected(findings, 'stuck')).toBe(0);
  });

  test('counts what was compared, and redeliveries as harmless', () => {
    const evidence = goodOrder();
    evidence.receipts.push(receipt('order-1'));
    evidence.states.push(...goodOrder().states.slice(0, 1));
    evidence.commands.push(commandAt('order-1', 8), otherCommand());
    expect(compare(evidence).figures).toMatchObject({ accepted: 1, commands: 3, orders: 1, redelivered: 2 });
  });
});
