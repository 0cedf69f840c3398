import { affected, type Comparison, categories } from './compare.ts';
import type { Finding } from './evidence.ts';
import type { ReadJournal } from './read-journal.ts';

const shown = 20;

/** The findings of each rule: how many, the first ids, and what to look at. */
export interface RuleReport {
  readonly category: Finding['category'];
  readonly rule: string;
  readonly orders: number;
  readonly first: readonly { readonly orderId: string; readonly look: string }[];
}

export interface Report {
  readonly journal: string;
  readonly lost: number;
  readonly duplicated: number;
  readonly stuck: number;
  /** Orders that were prepared before they were paid. */
  readonly servedUnpaid: number;
  /** Orders that more was taken for than once, and not given back. */
  readonly paidTwice: number;
  /** Orders whose payment is on a chain and that know nothing of it. */
  readonly paidNotServed: number;
  readonly unknown: number;
  readonly figures: Comparison['figures'];
  readonly rules: readonly RuleReport[];
}

export function reportOf(comparison: Comparison, journal: ReadJournal): Report {
  const { findings } = comparison;
  const [lost = 0, duplicated = 0, stuck = 0, servedUnpaid = 0, paidTwice = 0, paidNotServed = 0] =
    categories.map((category) => affected(findings, category));
  const byRule = Map.groupBy(findings, ({ category, rule }) => `${categories.indexOf(category)} ${rule}`);
  const rules = [...byRule].sort().map(([, found]): RuleReport => {
    const { category = 'lost', rule = '' } = found[0] ?? {};
    const first = found.slice(0, shown).map(({ orderId, look }) => ({ orderId, look }));
    return { category, rule, orders: found.length, first };
  });
  const { figures } = comparison;
  return {
    journal: journal.path,
    lost,
    duplicated,
    stuck,
    servedUnpaid,
    paidTwice,
    paidNotServed,
    unknown: journal.unknown,
    figures,
    rules,
  };
}

/** The report for people; the last line says it all. */
export function reportLines(report: Report, journal: ReadJournal): string[] {
  const { figures } = report;
  const table: [string, string][] = [
    ['Journal', journal.complete ? report.journal : `${report.journal} (its writer was interrupted)`],
    ['Accepted orders in the journal', String(figures.accepted)],
    ['Unknown outcomes in the journal', String(report.unknown)],
    ['Orders placed in orders.v1', String(figures.commands)],
    ['Commands about them in orders.v1', `${figures.acts}, ${figures.refused} refused`],
    ['Orders in PostgreSQL', `${figures.orders}, ${figures.settled} settled`],
    ['Changes in order-events.v1', String(figures.events)],
    ['Conflicts recorded', String(figures.conflicts)],
    ['Orders paid on the chain', String(figures.paidOnChain)],
    ['Dead letters', String(figures.deadLetters)],
    ['Redelivered messages (harmless)', String(figures.redelivered)],
  ];
  const width = Math.max(...table.map(([name]) => name.length));
  const lines = table.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  for (const { category, rule, orders, first } of report.rules) {
    lines.push('', `${category.toUpperCase()}: ${rule} (${orders})`);
    for (const { orderId, look } of first) lines.push(`  ${orderId}  ${look}`);
    if (orders > first.length) lines.push(`  and ${orders - first.length} more`);
  }
  const { lost, duplicated, stuck, servedUnpaid, paidTwice, paidNotServed } = report;
  const orders = `${lost} lost, ${duplicated} duplicated, ${stuck} stuck, ${servedUnpaid} served unpaid`;
  const verdict = `${orders}, ${paidTwice} paid twice, ${paidNotServed} paid and not served`;
  return [...lines, '', `${verdict} (of ${figures.accepted} accepted orders in the journal)`];
}

export const isClean = (report: Report): boolean =>
  report.lost +
    report.duplicated +
    report.stuck +
    report.servedUnpaid +
    report.paidTwice +
    report.paidNotServed ===
  0;
