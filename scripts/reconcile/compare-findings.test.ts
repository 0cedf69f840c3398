import { expect, test } from 'vitest';
import type { Category } from './evidence.ts';
import {
  acceptedRow,
  add,
  type Break,
  goodOrder,
  judged,
  latte,
  old,
  otherCommand,
  passedBy,
  receipt,
  recent,
  twoLattes,
} from './sample-evidence.ts';

const broken: [string, Category, RegExp, Break][] = [
  ['no command', 'lost', /^accepted, but not in Kafka$/, (e) => e.commands.splice(0)],
  [
    'a dead letter',
    'lost',
    /a dead letter/,
    (e) => e.deadLetters.push({ orderId: 'order-1', code: 'c', partition: 0, offset: 0 }),
  ],
  [
    'a command that the consumer passed without effect',
    'lost',
    /passed by the consumer, but not in PostgreSQL/,
    (e) => [e.orders.splice(0), e.accepted.splice(0), passedBy(e)],
  ],
  [
    'the same for an order without a receipt',
    'lost',
    /passed by the consumer/,
    (e) => [e.receipts.splice(0), e.orders.splice(0), e.accepted.splice(0), passedBy(e)],
  ],
  [
    'a row with the fingerprint of a later command',
    'lost',
    /not the first command's/,
    (e) => Object.assign(e.orders[0] ?? {}, { fingerprint: 'other' }),
  ],
  [
    'a row with other prices than the command',
    'lost',
    /not the first command's/,
    (e) => Object.assign(e.orders[0] ?? {}, { priced: 'x' }),
  ],
  [
    'a receipt with another price',
    'lost',
    /differ from the receipt/,
    (e) => e.receipts.splice(0, 1, receipt('order-1', { ...latte, priced: 'x' })),
  ],
  [
    'a receipt with another total',
    'lost',
    /differ from the receipt/,
    (e) => e.receipts.splice(0, 1, receipt('order-1', { ...latte, totalCents: 1 })),
  ],
  [
    'a receipt with a cart that is nowhere',
    'lost',
    /another cart under a used key/,
    (e) => e.receipts.push(receipt('order-1', twoLattes)),
  ],
  [
    'an accepted conflict that was passed, not recorded',
    'lost',
    /another cart under a used key/,
    (e) => [e.receipts.push(receipt('order-1', twoLattes)), e.commands.push(otherCommand()), passedBy(e)],
  ],
  [
    'a conflicting command that was passed, not recorded',
    'lost',
    /conflicting command is not/,
    (e) => [e.commands.push(otherCommand()), passedBy(e)],
  ],
  ['no event and no outbox row', 'lost', /no accepted event/, (e) => e.accepted.splice(0)],
  [
    'no event, and an outbox row of another kind',
    'lost',
    /no accepted event/,
    (e) => [e.accepted.splice(0), e.outbox.push({ ...acceptedRow(recent), type: 'other' })],
  ],
  [
    'no event for an order without a receipt',
    'lost',
    /no accepted event/,
    (e) => [e.accepted.splice(0), e.receipts.splice(0)],
  ],
  [
    'an event with other prices',
    'lost',
    /event differs/,
    (e) => Object.assign(e.accepted[0] ?? {}, { priced: 'x' }),
  ],
  [
    'an event with another total',
    'lost',
    /event differs/,
    (e) => Object.assign(e.accepted[0] ?? {}, { totalCents: 1 }),
  ],
  [
    'two accepted events',
    'duplicated',
    /accepted more than once/,
    (e) => e.accepted.push({ ...e.accepted[0], eventId: 'event-b' } as never),
  ],
  [
    'accepted events of two versions',
    'duplicated',
    /accepted more than once/,
    (e) => e.accepted.push({ ...e.accepted[0], orderVersion: 2 } as never),
  ],
  [
    'a second accepted event in the outbox',
    'duplicated',
    /accepted more than once/,
    (e) => e.outbox.push(acceptedRow(recent, 'event-b')),
  ],
  [
    'a second effect under the ids of the first',
    'duplicated',
    /accepted more than once/,
    (e) => e.accepted.push({ ...e.accepted[0], acceptedAt: '2026-11-23T09:00:00.000Z' } as never),
  ],
  [
    'two orders under one key',
    'duplicated',
    /two orders under one key/,
    (e) => {
      e.receipts.push({ ...receipt('order-2'), key: 'key-order-1' });
      add(e, goodOrder('order-2', 4));
    },
  ],
  [
    'a command that nobody has processed for 60 s',
    'stuck',
    /not processed for 60 s/,
    (e) => [e.orders.splice(0), e.accepted.splice(0)],
  ],
  [
    'an accepted conflict that nobody has processed for 60 s',
    'stuck',
    /another cart under a used key/,
    (e) => [e.receipts.push(receipt('order-1', twoLattes)), e.commands.push(otherCommand())],
  ],
  [
    'a conflicting command that nobody has processed for 60 s',
    'stuck',
    /conflicting command is not/,
    (e) => e.commands.push(otherCommand()),
  ],
  [
    'an outbox row unpublished for 60 s',
    'stuck',
    /not published for 60 s/,
    (e) => [e.accepted.splice(0), e.outbox.push(acceptedRow(old))],
  ],
];

test.each(broken)('finds %s', (_case, category, rule, change) => {
  const { findings } = judged(change);
  expect(findings.map((finding) => finding.category)).toContain(category);
  expect(findings.filter((finding) => finding.category !== category)).toEqual([]);
  expect(findings.some((finding) => rule.test(finding.rule))).toBe(true);
  expect(findings.every((finding) => finding.look.length > 0 && finding.orderId.startsWith('order-'))).toBe(
    true,
  );
});
