import type { Skipped } from './check-telemetry.ts';
import type { Verdict } from './poll-rows.ts';

/** How a check ends: what is said of it, and the exit code. */
export function conclude(
  verdicts: readonly Verdict[],
  skipped: readonly Skipped[],
  strict: boolean,
  unseen: readonly Skipped[] = [],
): { readonly lines: readonly string[]; readonly code: 0 | 1 } {
  const wrong = verdicts.filter((verdict) => verdict.wrong !== undefined);
  const lines = [
    wrong.length === 0
      ? `All ${verdicts.length} rows that could be asked hold.`
      : `${wrong.length} of ${verdicts.length} rows do not hold: ${wrong.map(({ what }) => what).join(', ')}.`,
  ];
  if (skipped.length > 0) {
    const reasons = [...new Set(skipped.map(({ reason }) => reason))].join('; ');
    const may = strict ? 'which --strict does not allow' : 'and say nothing';
    lines.push(`${skipped.length} more were SKIPPED, ${may}: ${reasons}.`);
  }
  if (unseen.length > 0) lines.push(`Not seen, as may be: ${unseen.map(({ what }) => what).join(', ')}.`);
  return { lines, code: wrong.length === 0 && !(strict && skipped.length > 0) ? 0 : 1 };
}
