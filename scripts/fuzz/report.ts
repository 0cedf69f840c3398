import { z } from 'zod';

/** The report of Schemathesis (`--report json`), as far as it is read here. */
const report = z.object({
  complete: z.boolean(),
  operations: z.object({ total: z.int(), tested: z.int() }),
  test_cases: z.object({ generated: z.int() }),
  failures: z.array(z.object({ code: z.string(), title: z.string(), operations: z.array(z.string()) })),
  errors: z.array(z.unknown()),
  // By operation and phase: what became of requests that the document allows. Those that were refused for who asks, or for
  // how often, are in none of them.
  valid_rates: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({ accepted: z.int(), unreachable: z.int(), conflicts: z.int(), rejected: z.int() }),
    ),
  ),
});

export interface FuzzResult {
  readonly requests: number;
  readonly operations: number;
  /** Of these, how many did at least once what they were asked. */
  readonly done: number;
  /** In words; empty when every answer was one that the document promises. */
  readonly failures: readonly string[];
}

/** @throws ZodError when it is no report */
export function readReport(service: string, text: string): FuzzResult {
  const parsed = report.parse(JSON.parse(text));
  const { complete, operations, test_cases: cases, failures, errors, valid_rates: rates } = parsed;
  const found = failures.map(
    ({ code, title, operations: where }) => `${service}: ${title} (${code}): ${where.join(', ')}`,
  );
  found.push(...errors.map((error) => `${service}: not tried: ${JSON.stringify(error)}`));
  if (!complete) found.push(`${service}: it ended too early`);
  if (operations.tested < operations.total)
    found.push(`${service}: only ${operations.tested} of ${operations.total} operations were tried`);
  const outcomes = Object.entries(rates).map(([operation, phases]) => {
    const sum = (count: (one: (typeof phases)[string]) => number): number =>
      Object.values(phases).reduce((total, one) => total + count(one), 0);
    const accepted = sum((one) => one.accepted);
    return {
      operation,
      accepted,
      looked: accepted + sum((one) => one.unreachable + one.conflicts + one.rejected),
    };
  });
  const shut = outcomes.filter(({ looked }) => looked === 0).map(({ operation }) => operation);
  if (shut.length > 0)
    found.push(`${service}: nothing got past who may ask, and how often: ${shut.join(', ')}`);
  if (outcomes.length < operations.tested)
    found.push(
      `${service}: of ${operations.tested - outcomes.length} operations nobody knows how they answered`,
    );
  const done = outcomes.filter(({ accepted }) => accepted > 0).length;
  return { requests: cases.generated, operations: operations.tested, done, failures: found };
}
