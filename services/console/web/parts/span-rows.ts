import type { ConsoleSpan } from '#contracts/http/console.ts';

/** A span, and how many of its ancestors are here. */
export interface Row {
  readonly span: ConsoleSpan;
  readonly depth: number;
}

/** Spans as a tree, depth first; what has no parent here comes at its own time. */
export function rowsOf(spans: readonly ConsoleSpan[]): Row[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(spans, ({ parentId }) =>
    parentId !== null && known.has(parentId) ? parentId : null,
  );
  const below = (parent: string | null, depth: number): Row[] =>
    (children.get(parent) ?? [])
      .toSorted((a, b) => a.startMs - b.startMs)
      .flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)]);
  return below(null, 0);
}
