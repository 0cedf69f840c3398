import type { Span } from '#platform/telemetry/otlp-spans.ts';
import type { OrderTrace } from './order-trace.ts';

interface Line {
  readonly text: string;
  readonly span: Span;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;

/**
 * A trace as an indented tree with services, durations and start offsets. The batch hangs, as a link, below the span
 * that links to it.
 */
export function traceTree({ spans, batch }: OrderTrace): string[] {
  const all = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentId }) => parentId === undefined || !all.has(parentId)).sort(byStart);
  const lines = roots.flatMap((root) => branch(root, spans, batch, '', ''));
  const start = Math.min(...spans.map(({ startMs }) => startMs));
  const width = Math.max(0, ...lines.map(({ text }) => text.length));
  const services = Math.max(0, ...lines.map(({ span }) => span.service.length));
  return lines.map(({ text, span }) => {
    const at = `+${ms(span.startMs - start)}`;
    return `${text.padEnd(width)}  ${span.service.padEnd(services)}  ${ms(span.durationMs).padStart(9)}  ${at.padStart(10)}`;
  });
}

const byStart = (a: Span, b: Span): number => a.startMs - b.startMs;

function branch(
  span: Span,
  spans: readonly Span[],
  batch: readonly Span[],
  prefix: string,
  indent: string,
): Line[] {
  const linked = batch.filter(({ spanId }) => span.links.some((link) => link.spanId === spanId));
  const children = spans.filter(({ parentId }) => parentId === span.spanId).sort(byStart);
  const below = [
    ...linked.map((target) => ({ target, among: batch, mark: '⇢ ' })),
    ...children.map((target) => ({ target, among: spans, mark: '' })),
  ];
  const lines = below.flatMap(({ target, among, mark }, index) => {
    const last = index === below.length - 1;
    // Inside the batch's trace links lead back to the orders: they are not followed.
    const further = among === batch ? [] : batch;
    return branch(
      target,
      among,
      further,
      `${indent}${last ? '└─ ' : '├─ '}${mark}`,
      `${indent}${last ? '   ' : '│  '}`,
    );
  });
  return [{ text: `${prefix}${span.name}`, span }, ...lines];
}
