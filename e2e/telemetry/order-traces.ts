import { randomBytes } from 'node:crypto';
import { attributesOf } from './otlp.ts';

// Four times what a trace has on average while orders are placed, served and paid: 9 spans with 9 attributes each.
const services = ['producer', 'consumer', 'streams', 'web3-payment', 'ai-orchestrator'];
const spansOfEach = 8;
const attributesOfSpan = 9;

const word = (): string => randomBytes(10).toString('hex');

const resource = (service: string): object => ({
  attributes: attributesOf({
    'service.name': service,
    'service.namespace': 'go-coffee',
    'service.version': '1.2.3',
    'service.instance.id': word(),
    'deployment.environment.name': 'test',
    'host.name': word(),
    'host.arch': 'amd64',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': '2.1.0',
  }),
});

/** @returns traces with these ids, as large as those of whole orders, as a request of OTLP in JSON. */
export function orderTraces(ids: readonly string[]): string {
  const startedAt = BigInt(Date.now()) * 1_000_000n;
  const span = (traceId: string): object => ({
    traceId,
    spanId: randomBytes(8).toString('hex'),
    parentSpanId: randomBytes(8).toString('hex'),
    name: 'pg.query:SELECT coffee',
    kind: 3,
    startTimeUnixNano: String(startedAt),
    endTimeUnixNano: String(startedAt + 1_000_000n),
    attributes: attributesOf(
      Object.fromEntries(
        Array.from({ length: attributesOfSpan }, (_, index) => [`db.client.attribute.${index}`, word()]),
      ),
    ),
  });
  const resourceSpans = services.map((service) => ({
    resource: resource(service),
    scopeSpans: [
      {
        scope: { name: '@opentelemetry/instrumentation-pg', version: '0.60.0' },
        spans: ids.flatMap((id) => Array.from({ length: spansOfEach }, () => span(id))),
      },
    ],
  }));
  return JSON.stringify({ resourceSpans });
}
