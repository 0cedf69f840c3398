import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { startGrpcReceiver, startOtlpReceiver } from '#platform/testing/otlp-receiver.ts';
import { poll } from '#platform/testing/poll.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { TlsIdentity } from '../tls/identity.ts';
import { json, run as runProgram } from './tests/run-with-telemetry.ts';

const work = `
  import { trace, metrics } from '@opentelemetry/api';
  import { run } from '#platform/lifecycle/run.ts';
  import { createLogger } from '#platform/telemetry/logger.ts';
  const code = await run('test', async () => {
    const log = createLogger('test', 'info');
    metrics.getMeter('test').createCounter('cups').add(1);
    trace.getTracer('test').startActiveSpan('brew', (span) => {
      log.info('inside of the span');
      span.end();
    });
    log.info('outside of it');
  });
  process.exit(code);`;

// Says of a request by HTTPS whether it goes on with the trace of who sent it.
const serving = `
  import { once } from 'node:events';
  import { createServer, request } from 'node:https';
  import { createLogger } from '#platform/telemetry/logger.ts';
  import { TlsIdentity } from '#platform/tls/identity.ts';
  const log = createLogger('test', 'info');
  const identity = TlsIdentity.open(process.env.SECRETS_DIRECTORY);
  const server = createServer(identity.serverOptions('any'), (_request, response) => {
    log.info('served');
    response.end();
  });
  server.listen(0);
  await once(server, 'listening');
  const headers = { traceparent: '00-11111111111111111111111111111111-2222222222222222-01' };
  const { port } = server.address();
  const sent = request({ host: 'localhost', port, ...identity.clientOptions(), headers }).end();
  const [answer] = await once(sent, 'response');
  answer.resume();
  await once(answer, 'end');
  process.exit(0);`;

// Calls within a span and outside of one, by fetch and by node:http; logs what the server was told.
const calling = `
  import { once } from 'node:events';
  import { createServer, get } from 'node:http';
  import { trace } from '@opentelemetry/api';
  import { run } from '#platform/lifecycle/run.ts';
  import { createLogger } from '#platform/telemetry/logger.ts';
  const code = await run('test', async () => {
    const log = createLogger('test', 'info');
    const server = createServer((request, response) => {
      log.info(request.headers.traceparent ?? 'no trace');
      response.end();
    });
    server.listen(0);
    await once(server, 'listening');
    const url = 'http://127.0.0.1:' + server.address().port + '/hooks/t0p-s3cret?key=t0p-s3cret';
    const call = async () => {
      await (await fetch(url)).text();
      const [answer] = await once(get(url), 'response');
      await once(answer.resume(), 'end');
    };
    await trace.getTracer('test').startActiveSpan('brew', (span) => call().finally(() => span.end()));
    await call();
    server.closeAllConnections();
  });
  process.exit(code);`;

const run = (environment: Record<string, string>, program = work) => runProgram(program, environment);

it('exports spans, metrics and logs with the service and its version; logs name their trace', async () => {
  await using receiver = await startOtlpReceiver();
  const lines = await run({
    ...json(receiver.url),
    OTEL_SERVICE_VERSION: '1.2.3',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  const [span] = receiver.spans;
  expect(receiver.spans.map(({ name, service }) => [service, name])).toEqual([['test', 'brew']]);
  expect(receiver.metrics).toContain('test: cups');
  expect(receiver.resources.get('test')).toMatchObject({
    'service.version': '1.2.3',
    'deployment.environment.name': 'test',
  });
  expect(receiver.logs.map(({ body, traceId }) => [body, traceId || undefined])).toEqual([
    ['inside of the span', span?.traceId],
    ['outside of it', undefined],
  ]);
  expect(lines.map(({ msg, trace_id }) => [msg, trace_id])).toEqual([
    ['inside of the span', span?.traceId],
    ['outside of it', undefined],
  ]);
}, 60_000);

it('says nothing of the person and the command line that started it', async () => {
  await using receiver = await startOtlpReceiver();
  await run(json(receiver.url));
  const keys = Object.keys(receiver.resources.get('test') ?? {});
  expect(keys.filter((key) => key.startsWith('process.'))).toEqual([]);
}, 60_000);

it('speaks gRPC unless told otherwise', async () => {
  await using receiver = await startGrpcReceiver();
  await run({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  const service = (signal: string) =>
    expect.stringMatching(new RegExp(`\\.${signal}\\.v1\\..*/Export$`)) as string;
  expect(receiver.calls).toEqual(expect.arrayContaining(['trace', 'metrics', 'logs'].map(service)));
}, 60_000);

// Guard: servers by HTTPS are instrumented, which nobody requires.
it('goes on with the trace of a request by HTTPS', async () => {
  await using authority = await TestAuthority.create();
  const none = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
  const lines = await run({ ...none, SECRETS_DIRECTORY: await authority.folder() }, serving);
  expect(lines).toMatchObject([{ msg: 'served', trace_id: '11111111111111111111111111111111' }]);
}, 60_000);

// Guard: calls of a chain's endpoint and of models are in the trace, and the keys in their addresses are not.
it('has a span of each call within a trace, hands the trace on, and keeps paths to itself', async () => {
  await using receiver = await startOtlpReceiver();
  const lines = await run(json(receiver.url), calling);
  const brew = receiver.spans.find(({ name }) => name === 'brew');
  const calls = receiver.spans.filter(({ parentSpanId }) => parentSpanId === brew?.spanId);
  expect(calls.map(({ name }) => name)).toEqual(['GET', 'GET']);
  const handedOn = calls.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
  expect(new Set(lines.slice(0, 2).map(({ msg }) => msg))).toEqual(new Set(handedOn));
  expect(receiver.metrics).toContain('test: http.client.request.duration');
  expect(JSON.stringify(calls)).toContain('server.address');
  expect(JSON.stringify(calls)).not.toContain('t0p-s3cret');
}, 60_000);

// Guard: each instrumentation can be switched off by itself, which the nightly check of telemetry does.
it.each([
  ['undici', 1],
  ['http, undici', 0],
  ['redis', 2],
  ['', 2],
])(
  'OTEL_NODE_DISABLED_INSTRUMENTATIONS="%s" leaves %i spans of two calls',
  async (names, left) => {
    await using receiver = await startOtlpReceiver();
    await run({ ...json(receiver.url), OTEL_NODE_DISABLED_INSTRUMENTATIONS: names }, calling);
    const brew = receiver.spans.find(({ name }) => name === 'brew');
    expect(receiver.spans.filter(({ parentSpanId }) => parentSpanId === brew?.spanId)).toHaveLength(left);
  },
  60_000,
);

// Guard: clients of the collector verify it.
it('hands all signals to a collector of our authority, and nothing to another one', async () => {
  await using ours = await TestAuthority.create('ours');
  await using theirs = await TestAuthority.create('theirs');
  const SECRETS_DIRECTORY = await ours.folder();
  const receive = async (folder: string) =>
    startGrpcReceiver(0, TlsIdentity.open(folder).serverOptions('any'));
  await using receiver = await receive(await ours.folder());
  await using stranger = await receive(await theirs.folder());
  await using misnamed = await receive(await ours.folder({ hosts: ['jaeger'] }));
  for (const { url } of [receiver, stranger, misnamed])
    await run({ COFFEE_TLS: 'on', SECRETS_DIRECTORY, OTEL_EXPORTER_OTLP_ENDPOINT: url });
  expect(new Set(receiver.calls.map((call) => call.split('.')[3]))).toEqual(
    new Set(['trace', 'metrics', 'logs']),
  );
  expect([...stranger.calls, ...misnamed.calls]).toEqual([]);
}, 60_000);

// Guard: telemetry does not leave in plaintext.
it('does not start with a collector in plaintext, unless TLS is off', async () => {
  await using authority = await TestAuthority.create();
  await using receiver = await startGrpcReceiver();
  const secure = { COFFEE_TLS: 'on', SECRETS_DIRECTORY: await authority.folder() };
  await expect(run({ ...secure, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })).rejects.toThrow(
    'OTEL_EXPORTER_OTLP_ENDPOINT: must start with https://: COFFEE_TLS is on',
  );
  expect(receiver.calls).toEqual([]);
  await run({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url.replace('http://', 'https://') });
  expect(receiver.calls.length).toBeGreaterThan(0);
}, 60_000);

it.each([
  ['METRICS_ENABLED=false', { METRICS_ENABLED: 'false' }, { spans: 1, metrics: false, logs: 2 }],
  ['OTEL_METRICS_EXPORTER=none', { OTEL_METRICS_EXPORTER: 'none' }, { spans: 1, metrics: false, logs: 2 }],
  ['OTEL_TRACES_EXPORTER=none', { OTEL_TRACES_EXPORTER: 'none' }, { spans: 0, metrics: true, logs: 2 }],
  ['OTEL_LOGS_EXPORTER=none', { OTEL_LOGS_EXPORTER: 'none' }, { spans: 1, metrics: true, logs: 0 }],
  [
    'OTEL_TRACES_SAMPLER=always_off',
    { OTEL_TRACES_SAMPLER: 'always_off' },
    { spans: 0, metrics: true, logs: 2 },
  ],
])(
  '%s leaves out what it says, and nothing else',
  async (_name, environment, expected) => {
    await using receiver = await startOtlpReceiver();
    await run({ ...json(receiver.url), ...environment });
    expect({
      spans: receiver.spans.length,
      metrics: receiver.metrics.has('test: cups'),
      logs: receiver.logs.length,
    }).toEqual(expected);
  },
  60_000,
);

it('ends as usual when there is no collector', async () => {
  expect(await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).toHaveLength(2);
}, 60_000);

// Guard: exports are repeated. A service traces its first request before the collector is there.
it.each(['off', 'on'])(
  'delivers a span that was made while the collector was away, with TLS %s',
  async (tls) => {
    await using authority = await TestAuthority.create();
    const SECRETS_DIRECTORY = await authority.folder();
    let attempts = 0;
    const nobody = createServer((socket) => {
      attempts += 1;
      socket.destroy();
    });
    nobody.listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    const program = `
    import { trace } from '@opentelemetry/api';
    trace.getTracer('test').startSpan('first').end();
    process.stdin.resume();`;
    const child = spawn(
      process.execPath,
      ['--import', './platform/telemetry/register.ts', '--input-type=module', '--eval', program],
      {
        env: {
          ...{ PATH: process.env.PATH, OTEL_SERVICE_NAME: 'test', COFFEE_TLS: tls, SECRETS_DIRECTORY },
          OTEL_METRICS_EXPORTER: 'none',
          ...{ OTEL_LOGS_EXPORTER: 'none', OTEL_BSP_SCHEDULE_DELAY: '100' },
          OTEL_EXPORTER_OTLP_ENDPOINT: `https://127.0.0.1:${port}`,
        },
        stdio: ['pipe', 'ignore', 'inherit'],
      },
    );
    try {
      await poll(() => attempts >= 2, { what: 'the exporter to have tried' });
      nobody.close();
      await once(nobody, 'close');
      const identity = tls === 'on' ? TlsIdentity.open(SECRETS_DIRECTORY).serverOptions('any') : undefined;
      await using receiver = await startGrpcReceiver(port, identity);
      await poll(() => receiver.calls.some((call) => call.endsWith('TraceService/Export')), {
        what: 'the span to arrive',
      });
    } finally {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
  },
  100_000,
);
