import { pause } from '#platform/lifecycle/abort.ts';
import { placeOrder } from '../order/place-order.ts';
import { readAuthority } from '../stack/authority.ts';
import { type Startable, startable } from '../stack/profiles.ts';
import { readSettings, type StackSettings } from '../stack/settings.ts';
import { Backends } from './backends.ts';
import { expressionRows, readExpressions } from './expressions.ts';
import { pollRows, type Verdict } from './poll-rows.ts';
import { reviewOrder } from './review-order.ts';
import { type Row, rowsOf } from './rows.ts';
import { ruleRows } from './rule-rows.ts';
import { readRules } from './rules.ts';
import { readTelemetrySchema } from './schema.ts';
import { visitConsole } from './visit-console.ts';

export interface CheckTelemetryOptions {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly note?: (text: string) => void;
}

/** A row that nobody could be asked about. It counts as neither. */
export interface Skipped {
  readonly what: string;
  readonly reason: string;
}

export interface TelemetryReport {
  /** Of what was asked. */
  readonly verdicts: readonly Verdict[];
  readonly skipped: readonly Skipped[];
  /** What is there only sometimes, and was not. */
  readonly unseen: readonly Skipped[];
}

// Rates need a past: what happens once, before the first sample, is in none of them.
const orderEveryMs = 10_000;

/**
 * Places an order that is paid on the chain and reviewed, which all services work on but the console, which is asked. Places
 * others while it waits until the running stack tells of them all that the schema promises, until every expression of
 * dashboards is understood and finds its data, and every alert could fire.
 *
 * @throws UserError when an order does not arrive.
 */
export async function checkTelemetry({
  deadlineMs,
  signal,
  note,
}: CheckTelemetryOptions): Promise<TelemetryReport> {
  const settings = await readSettings();
  const schema = await readTelemetrySchema();
  const authority = await readAuthority(settings, signal);
  using backends = new Backends(settings, authority);
  const since = new Date();
  note?.('placing an order, paid on the chain');
  const { order, traceId } = await placeOrder({ settings, signal, pay: 'crypto' });
  const asking = { settings, authority, signal };
  const visits = {
    'ai-orchestrator': await reviewOrder(order, asking),
    console: await visitConsole(asking),
  };
  const { optionalParts } = settings;
  const there = optionalParts ? { services: optionalParts, absent: [] } : await startable(signal);
  const rows: Row[] = [
    ...rowsOf({ backends, schema, since, traceId, visits }),
    ...expressionRows(await readExpressions(), backends),
    ...ruleRows(await readRules(), { backends, present: there.services }),
  ];
  const { asked, skipped } = withoutAbsent(rows, there);
  const ended = new AbortController();
  try {
    const until = AbortSignal.any([signal, ended.signal]);
    const [verdicts] = await Promise.all([
      pollRows(asked, { deadlineMs, signal: until, ...(note ? { note } : {}) }).finally(() => ended.abort()),
      keepOrdering(settings, signal, until),
    ]);
    return { ...withoutUnseen(asked, verdicts), skipped };
  } finally {
    ended.abort();
  }
}

/** One order after the other. */
async function keepOrdering(settings: StackSettings, signal: AbortSignal, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    await placeOrder({ settings, signal });
    await pause(orderEveryMs, until);
  }
}

/** Takes out the rows that are rare and were not seen, and names them: they are neither wrong nor do they hold. */
export function withoutUnseen(
  rows: readonly Row[],
  verdicts: readonly Verdict[],
): { verdicts: Verdict[]; unseen: Skipped[] } {
  const rare = new Set(rows.filter((row) => row.rare).map(({ what }) => what));
  const isUnseen = ({ what, wrong }: Verdict): boolean => wrong !== undefined && rare.has(what);
  const reason = 'it is there only sometimes, and was not seen';
  return {
    verdicts: verdicts.filter((one) => !isUnseen(one)),
    unseen: verdicts.filter(isUnseen).map(({ what }) => ({ what, reason })),
  };
}

/** Takes out the rows whose part is not there, and says why it is not. */
export function withoutAbsent(
  rows: readonly Row[],
  { services, absent }: Pick<Startable, 'services' | 'absent'>,
): { asked: Row[]; skipped: Skipped[] } {
  const isThere = ({ part }: Row): boolean => part === undefined || services.includes(part);
  const reasonOf = ({ part }: Row): string =>
    part !== undefined && absent.includes(part)
      ? `the image of ${part} is not on this machine`
      : `the profile has no ${part}`;
  return {
    asked: rows.filter(isThere),
    skipped: rows.filter((row) => !isThere(row)).map((row) => ({ what: row.what, reason: reasonOf(row) })),
  };
}
