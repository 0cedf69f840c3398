import { z } from 'zod';
import { type ApiClient, NoReplyError } from '../stack/api-client.ts';

/** A span of a trace. Ids are lower-case hexadecimal, times milliseconds. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, string>>;
}

const attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .default([])
  .transform((list) =>
    Object.fromEntries(list.map(({ key, value }) => [key, String(Object.values(value)[0] ?? '')])),
  );

const unixNano = z
  .union([z.string(), z.number()])
  .transform((value) => Number(BigInt(value) / 1_000n) / 1_000);

// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, the parts that are used here
const otlp = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }).optional(),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              startTimeUnixNano: unixNano,
              endTimeUnixNano: unixNano,
              attributes,
              links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** The spans in an OTLP document. @throws ZodError when it is none */
export function spansOf(document: unknown): Span[] {
  return otlp.parse(document).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentId: span.parentSpanId || undefined,
        name: span.name,
        service: resource?.attributes['service.name'] ?? 'unknown',
        startMs: span.startTimeUnixNano,
        durationMs: span.endTimeUnixNano - span.startTimeUnixNano,
        links: span.links,
        attributes: span.attributes,
      })),
    ),
  );
}

/**
 * Reads a trace from Jaeger's stable query API (v3, OTLP JSON); empty while Jaeger does not know it.
 * @throws NoReplyError when Jaeger does not answer
 */
export async function fetchTrace(jaeger: ApiClient, traceId: string): Promise<Span[]> {
  const reply = await jaeger.send({ method: 'GET', path: `/api/v3/traces/${traceId}`, timeoutMs: 5_000 });
  if (reply.status === 404) return [];
  if (reply.status !== 200) throw new NoReplyError(`STATUS_${reply.status}`);
  const { result } = z.object({ result: z.unknown() }).parse(reply.body);
  return spansOf(result);
}
