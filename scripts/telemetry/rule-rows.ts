import { type Backends, QueryError } from './backends.ts';
import { expectedOf, quietRules } from './quiet.ts';
import type { Row } from './rows.ts';
import { type Alert, isAlert, type Rule } from './rules.ts';
import { selectorText } from './selectors.ts';

export interface RuleRowOptions {
  readonly backends: Backends;
  /** Optional parts that there are. */
  readonly present: readonly string[];
}

// As far back as an alert that finds what has gone looks itself (TelemetryAbsent).
const matchedWithinMs = 3_600_000;

/**
 * A row for each rule. A recording rule finds data. An alert finds none while all is well, so what it asks for is looked at
 * instead: a selector that matches no series could never fire, whatever happens.
 */
export function ruleRows(rules: readonly Rule[], options: RuleRowOptions): Row[] {
  return rules.map((rule) => ({
    what: isAlert(rule) ? `alert ${rule.alert}` : `rule ${rule.record}`,
    ask: async () => {
      try {
        return isAlert(rule) ? await askAlert(rule, options) : await askRecording(rule, options);
      } catch (error) {
        if (error instanceof QueryError) return `${error.message} (${rule.expr})`;
        throw error;
      }
    },
  }));
}

async function askRecording(
  { record = '', expr }: Rule,
  { backends }: RuleRowOptions,
): Promise<string | undefined> {
  const count = await backends.count('promql', expr);
  return count === 0 && quietRules[record] === undefined ? `no data for ${expr}` : undefined;
}

async function askAlert({ expr }: Alert, { backends, present }: RuleRowOptions): Promise<string | undefined> {
  // It is understood, and can be evaluated.
  await backends.count('promql', expr);
  const since = new Date(Date.now() - matchedWithinMs);
  const unmatched: string[] = [];
  for (const selector of await backends.selectorsOf(expr)) {
    const expected = expectedOf(selector, present);
    if (expected && !(await backends.hasSeries(expected, since))) unmatched.push(selectorText(expected));
  }
  return unmatched.length === 0
    ? undefined
    : `it can never fire: no series of the last hour matches ${[...new Set(unmatched)].join(', ')}`;
}
