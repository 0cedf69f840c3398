import { expect, test } from 'vitest';
import type { Category, Evidence } from './evidence.ts';
import { act, type Break, judged, type Mutable, now, old, recent, stateEvent } from './sample-evidence.ts';

const rowOf = (e: Mutable<Evidence>) => e.orders[0] ?? ({} as Mutable<Evidence>['orders'][number]);

/** The order as if only its first versions had happened. */
function upTo(e: Mutable<Evidence>, version: number): void {
  e.states.splice(version);
  const last = e.states.at(-1);
  Object.assign(rowOf(e), { status: last?.status, paid: last?.paid, version });
}

const broken: [string, Category, RegExp, Break][] = [
  [
    'a command that a client holds a receipt for and Kafka lacks',
    'lost',
    /command was accepted, but is not in Kafka/,
    (e) => e.commandReceipts.push({ orderId: 'order-1', commandId: 'gone', action: 'cancel' }),
  ],
  [
    'an order that was begun and whose ingredients nobody has taken',
    'stuck',
    /begun, and not in the stock ledger/,
    (e) => Object.assign(e, { consumed: new Set() }),
  ],
  [
    'a command that the consumer passed without an outcome',
    'lost',
    /passed by the consumer without an outcome/,
    (e) => e.acts.push(act('complete', 6), act('cancel', 5, { eventId: 'unanswered', offset: 7 })),
  ],
  [
    'a command that nobody has processed for 60 s',
    'stuck',
    /not processed for 60 s/,
    (e) => e.acts.push(act('cancel', 9)),
  ],
  [
    'a command that was applied and refused',
    'duplicated',
    /a command took effect twice/,
    (e) => [
      e.acts.push(act('prepare', 4)),
      e.refusals.push({ orderId: 'order-1', eventId: 'refusal', commandId: 'command-order-1-4' }),
    ],
  ],
  ['a change without its event', 'lost', /neither in Kafka nor in the outbox/, (e) => e.states.splice(2, 1)],
  [
    'two changes under one version',
    'duplicated',
    /two changes under one version/,
    (e) => e.states.push({ ...stateEvent('order-1', 'completed', 6), eventId: 'another' }),
  ],
  [
    'events out of order',
    'lost',
    /not in the order of their versions/,
    (e) => Object.assign(e.states[3] ?? {}, { offset: 99 }),
  ],
  [
    'a change that is not in the table',
    'lost',
    /a change that no order may make/,
    (e) => Object.assign(e.states[3] ?? {}, { status: 'cancelled' }),
  ],
  [
    'an order that differs from its event',
    'lost',
    /an event and PostgreSQL's order differ/,
    (e) => Object.assign(rowOf(e), { status: 'rejected', paid: false }),
  ],
  [
    'an order that waits for a barista for 60 s',
    'stuck',
    /in status preparing, paid for 60 s/,
    (e) => [upTo(e, 4), Object.assign(rowOf(e), { updatedAt: old })],
  ],
  [
    'an order whose payment is overdue by 60 s',
    'stuck',
    /in status awaiting-payment for 60 s/,
    (e) => [upTo(e, 2), Object.assign(rowOf(e), { paymentDueAt: old })],
  ],
  [
    'a refund that nobody gives',
    'stuck',
    /in status cancelled, paid for 60 s/,
    (e) => {
      upTo(e, 3);
      e.states.push(stateEvent('order-1', 'cancelled', 4));
      Object.assign(rowOf(e), { status: 'cancelled', version: 4, updatedAt: old });
    },
  ],
];

test.each(broken)('finds %s', (_case, category, rule, change) => {
  const { findings } = judged(change);
  expect(findings.map((finding) => [finding.category, rule.test(finding.rule)])).toContainEqual([
    category,
    true,
  ]);
});

test('finds what was served unpaid', () => {
  const { found } = judged((e) => {
    for (const state of e.states) state.paid = false;
    rowOf(e).paid = false;
  });
  expect(found).toContain('served unpaid: served without payment');
});

test.each<[string, Break]>([
  [
    'an order that waits for its payment',
    (e) => [upTo(e, 2), Object.assign(rowOf(e), { paymentDueAt: now + 1 })],
  ],
  ['commands with their outcomes', (e) => e.acts.push(act('confirm-payment', 3), act('prepare', 4))],
  ['a repeated command', (e) => e.acts.push(act('prepare', 4), act('prepare', 4, { offset: 20 }))],
  [
    'a redelivered event, whenever it comes',
    (e) => e.states.push({ ...stateEvent('order-1', 'paid', 3), offset: 99 }),
  ],
  ['a change that waits in the outbox', (e) => [e.states.pop(), e.outbox.push(waiting(6))]],
  [
    'a refused command',
    (e) => [
      e.acts.push(act('cancel', 7, { eventId: 'late' })),
      e.refusals.push({ orderId: 'order-1', eventId: 'refusal', commandId: 'late' }),
    ],
  ],
  [
    'events that are newer than the row',
    (e) => Object.assign(rowOf(e), { status: 'ready', version: 5, updatedAt: recent }),
  ],
])('finds nothing wrong with %s', (_case, change) => {
  expect(judged(change).found).toEqual([]);
});

const waiting = (orderVersion: number) => ({
  ...{
    id: 1,
    orderId: 'order-1',
    eventId: `event-order-1-${orderVersion}`,
    type: 'completed',
    createdAt: recent,
  },
  ...{ commandId: `command-order-1-${orderVersion}`, orderVersion },
});

test('takes a command that was sent again for processed where it stands first', () => {
  const { found, moving } = judged((e) => {
    e.acts.push(act('prepare', 4, { offset: 6 }), act('prepare', 4, { offset: 100 }));
    e.acts.push(act('cancel', 9, { offset: 50, writtenAt: recent }));
  });
  expect([found, moving]).toEqual([[], ['order-1']]);
});

test('forgives a dead letter that was replayed and applied, but only that one', () => {
  const letter = (eventId: string) => ({ orderId: 'order-1', eventId, code: 'c', partition: 0, offset: 0 });
  const replayed = judged((e) => [
    e.acts.push(act('prepare', 4)),
    e.deadLetters.push(letter('command-order-1-4')),
  ]);
  expect(replayed.found).toEqual([]);
  const buried = judged((e) => e.deadLetters.push(letter('another')));
  expect(buried.found).toEqual(['lost: accepted, but a dead letter']);
});

test('waits for nothing while an order may still be paid', () => {
  expect(judged((e) => [upTo(e, 2), Object.assign(rowOf(e), { paymentDueAt: now + 1 })]).moving).toEqual([]);
});

test('waits for what moves', () => {
  expect(judged((e) => e.acts.push(act('cancel', 9, { writtenAt: recent }))).moving).toEqual(['order-1']);
  const { moving } = judged((e) => [upTo(e, 4), Object.assign(rowOf(e), { updatedAt: recent })]);
  expect(moving).toEqual(['order-1']);
});
