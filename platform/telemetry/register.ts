/**
 * Starts telemetry before anything else is loaded: `node --import ./platform/telemetry/register.ts …`. Services use
 * @opentelemetry/api only. Standard OTEL_* variables apply, with OTLP over gRPC as the default protocol
 * (design.md, decision 11), and OTEL_NODE_DISABLED_INSTRUMENTATIONS as @opentelemetry/auto-instrumentations-node has it: names
 * of `instrumentations` below, separated by commas. OTEL_SERVICE_VERSION is our addition, METRICS_ENABLED=false turns metrics off,
 * and the collector is one of our authority's unless COFFEE_TLS is off.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { type Attributes, metrics } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, createAlwaysRecordSampler, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { z } from 'zod';
import { loadConfig } from '../config/load-config.ts';
import { openTls, tlsShape } from '../config/tls.ts';
import { list, positiveInteger } from '../config/values.ts';
import { collectorCredentials, collectorEndpoints } from './collector.ts';
import { AwaitedContextManager } from './context-manager.ts';
import { FailedSpans } from './failed-spans.ts';
import { holdTelemetry } from './flush.ts';
import { measureProcess } from './process-metrics.ts';
import { reconnectWithin } from './reconnect.ts';
import { RetryingExporter } from './retrying-exporter.ts';
import { LinkedSampler, samplerFromEnvironment } from './sampler.ts';
import { countUnseenRequests } from './unseen-requests.ts';

const environment = process.env;
const config = loadConfig(
  z.object({
    ...tlsShape,
    // The specification's defaults: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
    OTEL_METRIC_EXPORT_INTERVAL: positiveInteger.default(60_000),
    OTEL_METRIC_EXPORT_TIMEOUT: positiveInteger.default(30_000),
    OTEL_BSP_SCHEDULE_DELAY: positiveInteger.default(5_000),
    OTEL_BSP_MAX_QUEUE_SIZE: positiveInteger.default(2_048),
    OTEL_NODE_DISABLED_INSTRUMENTATIONS: list.default([]),
  }),
  environment,
);
const tls = openTls(config);

environment.OTEL_EXPORTER_OTLP_PROTOCOL ??= 'grpc';
// Resource attributes must not name a person or a machine's user: the process detector's owner and arguments do.
environment.OTEL_NODE_RESOURCE_DETECTORS ??= 'env,host,serviceinstance';
Object.assign(environment, collectorEndpoints(environment, tls !== undefined));
if (environment.METRICS_ENABLED === 'false') environment.OTEL_METRICS_EXPORTER = 'none';

// ESM needs a loader hook for the packages below; http and pg are CommonJS or built in (facts.md).
register({ include: ['ioredis', 'pino'] });

const version = environment.OTEL_SERVICE_VERSION;
const probes = new Set(['/livez', '/readyz', '/startupz']);

reconnectWithin(5_000);

/** Whether the signal goes to the collector by gRPC; other exporters are the SDK's business. */
const byGrpc = (exporters: string | undefined): boolean =>
  (exporters ?? 'otlp') === 'otlp' && environment.OTEL_EXPORTER_OTLP_PROTOCOL === 'grpc';

/** Sampled spans, and of the others those that failed. */
function spanProcessors(): SpanProcessor[] {
  const batches = new BatchSpanProcessor({
    exporter: new RetryingExporter(new OTLPTraceExporter(exporterOptions)),
    scheduledDelayMillis: config.OTEL_BSP_SCHEDULE_DELAY,
    maxQueueSize: config.OTEL_BSP_MAX_QUEUE_SIZE,
  });
  return [batches, new FailedSpans(batches)];
}

const exporterOptions = tls ? { credentials: collectorCredentials(tls) } : {};
const exportIntervalMillis = config.OTEL_METRIC_EXPORT_INTERVAL;

const sampler = new LinkedSampler(
  samplerFromEnvironment(environment.OTEL_TRACES_SAMPLER, environment.OTEL_TRACES_SAMPLER_ARG),
);

/** Of whom we call only server and port are told: paths of webhooks and of chains' endpoints hold their keys. */
const withoutPath = (): Attributes => ({
  'url.full': undefined,
  'url.path': undefined,
  'url.query': undefined,
});

/** By the name that switches each off. They are made only when wanted: an instrumentation is at work as soon as it is made. */
const instrumentations = {
  http: () =>
    new HttpInstrumentation({
      ignoreIncomingRequestHook: (request) => probes.has(request.url ?? ''),
      requireParentforOutgoingSpans: true,
      startOutgoingSpanHook: withoutPath,
    }),
  // What fetch() sends: calls of a chain's endpoint, of models.
  undici: () => new UndiciInstrumentation({ requireParentforSpans: true, startSpanHook: withoutPath }),
  pg: () => new PgInstrumentation({ requireParentSpan: true }),
  ioredis: () => new IORedisInstrumentation({ requireParentSpan: true }),
  pino: () => new PinoInstrumentation(),
  'runtime-node': () => new RuntimeNodeInstrumentation(),
};

const wanted = Object.entries(instrumentations)
  .filter(([name]) => !config.OTEL_NODE_DISABLED_INSTRUMENTATIONS.includes(name))
  .map(([, make]) => make());

const sdk = new NodeSDK({
  resource: resourceFromAttributes(version ? { 'service.version': version } : {}),
  contextManager: new AwaitedContextManager(),
  ...(byGrpc(environment.OTEL_TRACES_EXPORTER)
    ? { sampler: createAlwaysRecordSampler(sampler), spanProcessors: spanProcessors() }
    : { sampler }),
  ...(byGrpc(environment.OTEL_LOGS_EXPORTER)
    ? {
        logRecordProcessors: [
          new BatchLogRecordProcessor({
            exporter: new RetryingExporter(new OTLPLogExporter(exporterOptions)),
          }),
        ],
      }
    : {}),
  ...(byGrpc(environment.OTEL_METRICS_EXPORTER)
    ? {
        metricReaders: [
          new PeriodicExportingMetricReader({
            exporter: new OTLPMetricExporter(exporterOptions),
            exportIntervalMillis,
            exportTimeoutMillis: Math.min(config.OTEL_METRIC_EXPORT_TIMEOUT, exportIntervalMillis),
          }),
        ],
      }
    : {}),
  instrumentations: wanted,
});

sdk.start();
measureProcess(metrics);
const http = wanted.find((one) => one instanceof HttpInstrumentation);
if (http) countUnseenRequests(metrics.getMeter(http.instrumentationName, http.instrumentationVersion));
// Node's own modules are instrumented when CommonJS requires them, which nobody has to do; what ESM imports of them by name
// follows when it is told.
const require = createRequire(import.meta.url);
for (const name of ['node:http', 'node:https']) require(name);
syncBuiltinESMExports();
holdTelemetry(sdk);
