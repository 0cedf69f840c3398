import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { blockedKeys, blockedValues, ignoredKeys } from './sensitive.ts';

// Guard: what the collector hides by OTLP stands on no standard output, and the other way round.
it('has the patterns of the collector', () => {
  const file = new URL('../../observability/collector/redaction.yaml', import.meta.url);
  const { processors } = parse(readFileSync(file, 'utf8')) as {
    processors: { redaction: Record<string, unknown> };
  };
  expect(processors.redaction).toMatchObject({
    blocked_key_patterns: blockedKeys,
    blocked_values: blockedValues,
    ignored_key_patterns: ignoredKeys,
  });
});
