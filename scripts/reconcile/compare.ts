import { isSettled } from '#contracts/order-lifecycle.ts';
import { acceptanceRules } from './acceptance-rules.ts';
import type { Category, Evidence, Finding, Receipt } from './evidence.ts';
import { lifecycleRules } from './lifecycle-rules.ts';
import { paymentRules } from './payment-rules.ts';
import type { Situation } from './rule.ts';
import { processedUpTo, viewOrders } from './view.ts';

export interface Figures {
  /** Different orders that clients hold a receipt for. */
  readonly accepted: number;
  readonly commands: number;
  readonly orders: number;
  /** Commands that moved orders on. */
  readonly acts: number;
  readonly events: number;
  readonly refused: number;
  readonly settled: number;
  readonly conflicts: number;
  /** Orders that a chain holds a payment of. */
  readonly paidOnChain: number;
  readonly deadLetters: number;
  /** Messages that came again with the same event id: at-least-once delivery, no second effect. */
  readonly redelivered: number;
}

export interface Comparison {
  readonly findings: readonly Finding[];
  /** Orders that are on their way and young enough for that. */
  readonly moving: readonly string[];
  readonly figures: Figures;
}

export const categories: readonly Category[] = [
  'lost',
  'duplicated',
  'stuck',
  'served unpaid',
  'paid twice',
  'paid and not served',
];

const rules = [...acceptanceRules, ...lifecycleRules, ...paymentRules];

/** Judges every order that anything is known of. Pure: the same evidence gives the same verdict. */
export function compare(evidence: Evidence): Comparison {
  const views = viewOrders(evidence);
  const processed = processedUpTo(views.values());
  const situation: Situation = {
    now: evidence.now,
    processed: ({ partition, offset }) => offset < (processed.get(partition) ?? -1),
  };
  const findings: Finding[] = [...ordersUnderOneKey(evidence.receipts)];
  const moving = new Set<string>();
  for (const view of views.values()) {
    for (const rule of rules) {
      const verdict = rule(view, situation);
      // What was placed after this reconciliation began is another one's: under traffic, something always moves.
      if (verdict?.category === 'moving') {
        if (view.commands.length + view.receipts.length + view.acts.length > 0) moving.add(view.orderId);
      } else if (verdict) findings.push({ ...verdict, orderId: view.orderId });
    }
  }
  return { findings, moving: [...moving], figures: count(evidence) };
}

/** Different orders with a finding of the category: one order that breaks two rules is one order. */
export const affected = (findings: readonly Finding[], category: Category): number =>
  new Set(findings.filter((finding) => finding.category === category).map(({ orderId }) => orderId)).size;

function ordersUnderOneKey(receipts: readonly Receipt[]): Finding[] {
  const first = new Map<string, string>();
  const findings = new Map<string, Finding>();
  for (const { customerId, key, orderId } of receipts) {
    const name = `${customerId}\n${key}`;
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, orderId);
    else if (earlier !== orderId) {
      const look = `customer ${customerId}, key ${key}, also order ${earlier}`;
      findings.set(orderId, { category: 'duplicated', rule: 'two orders under one key', orderId, look });
    }
  }
  return [...findings.values()];
}

function count(evidence: Evidence): Figures {
  const { receipts, commands, acts, orders, states, refusals, conflicts, deadLetters, chainPayments } =
    evidence;
  const repeated = (records: readonly { eventId: string }[]): number =>
    records.length - new Set(records.map(({ eventId }) => eventId)).size;
  return {
    accepted: new Set(receipts.map(({ orderId }) => orderId)).size,
    commands: commands.length,
    orders: orders.length,
    acts: acts.length,
    events: states.length,
    refused: refusals.length,
    settled: orders.filter(isSettled).length,
    conflicts: conflicts.length,
    paidOnChain: chainPayments.filter(({ state }) => state === 'paid').length,
    deadLetters: deadLetters.length,
    redelivered: repeated(commands) + repeated(acts) + repeated(states),
  };
}
