import { z } from 'zod';

/** The report of Schemathesis (`--report json`), as far as it is read here. */
const report = z.object({
  complete: z.boolean(),
  operations: z.object({ total: z.int(), tested: z.int() }),
  test_cases: z.object({ generated: z.int() }),
  failures: z.array(z.object({ code: z.string(), title: z.string(), operations: z.array(z.string()) })),
  errors: z.array(z.unknown()),
});

export interface FuzzResult {
  readonly requests: number;
  readonly operations: number;
  /** In words; empty when every answer was one that the document promises. */
  readonly failures: readonly string[];
}

/** @throws ZodError when it is no report */
export function readReport(service: string, text: string): FuzzResult {
  const { complete, operations, test_cases: cases, failures, errors } = report.parse(JSON.parse(text));
  const found = failures.map(
    ({ code, title, operations: where }) => `${service}: ${title} (${code}): ${where.join(', ')}`,
  );
  found.push(...errors.map((error) => `${service}: not tried: ${JSON.stringify(error)}`));
  if (!complete) found.push(`${service}: it ended too early`);
  if (operations.tested < operations.total)
    found.push(`${service}: only ${operations.tested} of ${operations.total} operations were tried`);
  return { requests: cases.generated, operations: operations.tested, failures: found };
}
