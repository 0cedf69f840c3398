import { expect, it } from 'vitest';
import { scaleDuration, scaleRules } from './scale-rules.ts';

it('divides windows and waiting times, and leaves names and numbers alone', () => {
  const rules = `groups:
  - name: test
    interval: 15s
    rules:
      - record: slo:error_ratio:rate1h
        expr: sum(rate(errors_total[1h] offset 1h)) > 14.4 * 0.001
        for: 5m
`;
  expect(scaleRules(rules, 20, 2_000)).toBe(`groups:
  - name: test
    interval: 2000ms
    rules:
      - record: slo:error_ratio:rate1h
        expr: sum(rate(errors_total[180000ms] offset 180000ms)) > 14.4 * 0.001
        for: 15000ms
`);
});

it('leaves a window enough samples', () => {
  expect(scaleDuration('1m', 60, 8_000)).toBe('8000ms');
  expect(scaleDuration('0s', 60, 1_000)).toBe('0s');
  expect(() => scaleDuration('soon', 60, 1_000)).toThrow('"soon"');
});
