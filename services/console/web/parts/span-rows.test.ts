import { expect, it } from 'vitest';
import type { ConsoleSpan } from '#contracts/http/console.ts';
import { rowsOf } from './span-rows.ts';

const span = (spanId: string, parentId: string | null, startMs: number): ConsoleSpan => ({
  traceId: 'a'.repeat(32),
  spanId,
  parentId,
  service: 'producer',
  name: spanId,
  startMs,
  durationMs: 1,
  failed: false,
  attributes: {},
  links: [],
});
const shown = (spans: readonly ConsoleSpan[]): string[] =>
  rowsOf(spans).map(({ span: { spanId }, depth }) => `${'-'.repeat(depth)}${spanId}`);

it('shows children below their parent, in the order of their begin', () => {
  const spans = [
    span('late', 'root', 9),
    span('root', null, 0),
    span('below', 'early', 4),
    span('early', 'root', 2),
  ];
  expect(shown(spans)).toEqual(['root', '-early', '--below', '-late']);
});

it('shows what has a parent elsewhere at its own time', () => {
  const spans = [span('root', null, 5), span('orphan', 'sampled-away', 1)];
  expect(shown(spans)).toEqual(['orphan', 'root']);
});
