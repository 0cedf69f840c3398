import { expect, test } from 'vitest';
import { startOtlpReceiver } from '#platform/testing/otlp-receiver.ts';
import { json, run } from './tests/run-with-telemetry.ts';

const refused = 600;

// One request is let in; whatever comes meanwhile is refused, faster than 20 a second.
const overloaded = `
  import { createApp } from '#platform/http/app.ts';
  import { serve } from '#platform/http/serve.ts';
  import { slowRoute } from '#platform/http/tests/slow-route.ts';
  import { Health } from '#platform/lifecycle/health.ts';
  import { run } from '#platform/lifecycle/run.ts';
  import { createLogger } from '#platform/telemetry/logger.ts';
  const code = await run('test', async () => {
    const log = createLogger('test', 'info');
    const { definition, waiting } = slowRoute();
    const info = { title: 'Test', version: '1', description: 'For tests' };
    const limits = { corsOrigins: [], maxInFlight: 1, latencyTargetMs: 250 };
    using health = new Health(1_000);
    const app = createApp({ log, info, routes: [definition], ...limits });
    await using server = await serve(app, { host: '127.0.0.1', port: 0, health, drainDelayMs: 0, log });
    const ask = async () => {
      const response = await fetch('http://127.0.0.1:' + server.port + '/slow');
      await response.text();
      return response.status;
    };
    const letIn = ask();
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let sent = 0; sent < ${refused}; sent += 50) {
      const statuses = await Promise.all(Array.from({ length: 50 }, ask));
      if (statuses.some((status) => status !== 503)) throw new Error('not refused: ' + statuses);
    }
    waiting[0].resolve();
    await letIn;
  });
  process.exit(code);`;

// Guard: what is refused costs telemetry a number, and is missing nowhere where requests are counted.
test('of what is refused 20 a second have a span, and all are counted alike', async () => {
  await using receiver = await startOtlpReceiver();
  const lines = await run(overloaded, json(receiver.url));

  const counted = receiver.points.filter(
    ({ metric, attributes }) =>
      metric === 'http.server.request.duration' && Number(attributes['http.response.status_code']) === 503,
  );
  // One series: what has a span and what has none differ in nothing.
  expect(counted).toEqual([
    {
      ...{ service: 'test', metric: 'http.server.request.duration', count: refused },
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': expect.anything() as unknown,
        'http.route': '/slow',
        'error.type': '503',
        'url.scheme': 'http',
        'network.protocol.version': '1.1',
      },
    },
  ]);

  const spans = receiver.spans.filter(({ status }) => status?.code === 2);
  expect(spans.length).toBeGreaterThanOrEqual(20);
  expect(spans.length).toBeLessThan(refused);
  expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(['GET /slow']));

  // From each line to its span.
  const traces = new Set(spans.map(({ traceId }) => traceId));
  const answered = lines.filter(({ status }) => status === 503);
  expect(answered.length).toBeGreaterThan(0);
  expect(answered.filter(({ trace_id = '' }) => !traces.has(trace_id))).toEqual([]);
}, 60_000);
