import { randomBytes } from 'node:crypto';

/** OTLP in JSON, as little of it as a test needs. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export interface SpanDescription {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Attributes of an event of the span. */
  readonly event?: Readonly<Record<string, string>>;
  /** Makes it an error. */
  readonly error?: string;
  readonly durationMs?: number;
}

/** Attributes that are texts. */
export const attributesOf = (values: Readonly<Record<string, string>> = {}): object[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));
const nanoseconds = (ms: number): string => `${BigInt(Math.round(ms)) * 1_000_000n}`;
const serverKind = 2;
const errorCode = 2;

const resource = { attributes: attributesOf({ 'service.name': 'test' }) };

/** Each span a trace of its own. */
export function traces(spans: readonly SpanDescription[]): object {
  const now = Date.now();
  const made = spans.map(({ name, attributes, event, error, durationMs = 1 }) => ({
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name,
    kind: serverKind,
    startTimeUnixNano: nanoseconds(now - durationMs),
    endTimeUnixNano: nanoseconds(now),
    attributes: attributesOf(attributes),
    ...(event
      ? { events: [{ name: 'event', timeUnixNano: nanoseconds(now), attributes: attributesOf(event) }] }
      : {}),
    ...(error === undefined ? {} : { status: { code: errorCode, message: error } }),
  }));
  return { resourceSpans: [{ resource, scopeSpans: [{ spans: made }] }] };
}

export function logs(body: string, attributes?: Readonly<Record<string, string>>): object {
  const record = {
    timeUnixNano: nanoseconds(Date.now()),
    body: { stringValue: body },
    attributes: attributesOf(attributes),
  };
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] };
}

/** A counter. */
export function counter(name: string, value: number): object {
  const point = { asInt: String(value), timeUnixNano: nanoseconds(Date.now()) };
  const sum = { dataPoints: [point], aggregationTemporality: 2, isMonotonic: true };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name, sum }] }] }] };
}
