import { z } from 'zod';

/** A span of a trace. Ids are lower-case hexadecimal, times milliseconds. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly links: { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Record<string, string>;
}

const attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .default([])
  .transform((list) =>
    Object.fromEntries(list.map(({ key, value }) => [key, String(Object.values(value)[0] ?? '')])),
  );

/** Nanoseconds since the epoch do not fit into a number: they come as text. @returns milliseconds */
const unixNano = z
  .union([z.string(), z.number()])
  .transform((value) => Number(BigInt(value) / 1_000n) / 1_000);

const statusOfErrors: readonly unknown[] = [2, 'STATUS_CODE_ERROR'];

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: unixNano,
  endTimeUnixNano: unixNano,
  attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  // Left out where it is unset, as all defaults of Protobuf's are.
  status: z.object({ code: z.unknown().optional() }).optional(),
});

// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, the parts that are used here. What is empty is left out,
// as Jaeger does with a resource that had no span of the trace.
const otlp = z.object({
  resourceSpans: z
    .array(
      z.object({
        resource: z.object({ attributes }).optional(),
        scopeSpans: z.array(z.object({ spans: z.array(span).default([]) })).default([]),
      }),
    )
    .default([]),
});

/** The spans in an OTLP document. @throws ZodError when it is none */
export function spansOf(document: unknown): Span[] {
  return otlp.parse(document).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((one) => ({
        traceId: one.traceId,
        spanId: one.spanId,
        parentId: one.parentSpanId || undefined,
        name: one.name,
        service: resource?.attributes['service.name'] ?? 'unknown',
        startMs: one.startTimeUnixNano,
        durationMs: one.endTimeUnixNano - one.startTimeUnixNano,
        failed: statusOfErrors.includes(one.status?.code),
        links: one.links,
        attributes: one.attributes,
      })),
    ),
  );
}
