import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createHttp2Server, createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { gunzipSync } from 'node:zlib';

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly kind: number;
  readonly links: readonly { traceId: string; spanId: string }[];
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly attributes?: readonly Attribute[];
  readonly events?: readonly { readonly name: string; readonly attributes?: readonly Attribute[] }[];
}

export interface ReceivedLog {
  readonly service: string;
  readonly body: string;
  readonly traceId: string | undefined;
  readonly attributes: readonly Attribute[];
}

export interface HistogramPoint {
  readonly service: string;
  readonly metric: string;
  readonly count: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What came by OTLP/HTTP in JSON. https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  readonly logs: ReceivedLog[];
  /** Names of metrics, with the service before a colon. */
  readonly metrics: Set<string>;
  /** Of histograms, each as it was exported. */
  readonly points: HistogramPoint[];
  /** Resource attributes of each service. */
  readonly resources: Map<string, Record<string, unknown>>;
}

interface Resourced {
  readonly resource: { readonly attributes: readonly Attribute[] };
}
interface Metric {
  readonly name: string;
  readonly histogram?: {
    readonly dataPoints: readonly { count: number | string; attributes: Attribute[] }[];
  };
}
interface Payload {
  readonly resourceSpans?: readonly (Resourced & {
    scopeSpans: { spans: Omit<ReceivedSpan, 'service'>[] }[];
  })[];
  readonly resourceLogs?: readonly (Resourced & {
    scopeLogs: {
      logRecords: { body: { stringValue?: string }; traceId?: string; attributes?: Attribute[] }[];
    }[];
  })[];
  readonly resourceMetrics?: readonly (Resourced & { scopeMetrics: { metrics: Metric[] }[] })[];
}

/**
 * @param host to listen on; where containers look for this machine, for a collector in one.
 * @param port any free one unless told.
 */
export async function startOtlpReceiver(host = '127.0.0.1', port = 0): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const logs: ReceivedLog[] = [];
  const metrics = new Set<string>();
  const points: HistogramPoint[] = [];
  const resources = new Map<string, Record<string, unknown>>();
  const serviceOf = ({ resource }: Resourced): string => {
    const attributes = valuesOf(resource.attributes);
    const service = String(attributes['service.name']);
    resources.set(service, attributes);
    return service;
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const payload = JSON.parse(text) as Payload;
      for (const entry of payload.resourceSpans ?? []) {
        const service = serviceOf(entry);
        for (const span of entry.scopeSpans.flatMap((scope) => scope.spans)) {
          spans.push({ ...span, service, links: span.links ?? [] });
        }
      }
      for (const entry of payload.resourceLogs ?? []) {
        const service = serviceOf(entry);
        for (const { body, traceId, attributes = [] } of entry.scopeLogs.flatMap(
          (scope) => scope.logRecords,
        )) {
          logs.push({ service, body: body.stringValue ?? '', traceId, attributes });
        }
      }
      for (const entry of payload.resourceMetrics ?? []) {
        const service = serviceOf(entry);
        for (const { name, histogram } of entry.scopeMetrics.flatMap((scope) => scope.metrics)) {
          metrics.add(`${service}: ${name}`);
          for (const { count, attributes } of histogram?.dataPoints ?? [])
            points.push({ service, metric: name, count: Number(count), attributes: valuesOf(attributes) });
        }
      }
      response.setHeader('Content-Type', 'application/json').end('{}');
    });
  });
  server.listen(port, host);
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    spans,
    logs,
    metrics,
    points,
    resources,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const valuesOf = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
}

/**
 * Takes OTLP/gRPC exports and keeps the names of the methods that were called.
 *
 * @param port any free one unless told.
 * @param tls for a receiver that speaks TLS.
 */
export async function startGrpcReceiver(
  port = 0,
  tls?: TlsOptions,
): Promise<AsyncDisposable & { url: string; calls: string[] }> {
  const calls: string[] = [];
  const server = tls ? createSecureServer(tls) : createHttp2Server();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    calls.push(String(headers[':path']));
    stream.resume();
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    // An empty message: one byte "not compressed", four bytes length 0.
    stream.end(Buffer.alloc(5));
  });
  server.listen(port, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}
