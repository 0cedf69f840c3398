import { expect, it } from 'vitest';
import type { HealthReport } from '#platform/lifecycle/health.ts';
import { poll } from '#platform/testing/poll.ts';
import { runChild, startChild } from './child-service.ts';
import { expectExactlyOnce } from './exactly-once.ts';
import { flatWhite, postOrder } from './orders.ts';
import { useStage } from './stage.ts';

const stage = useStage();
// compose.yaml: stop_grace_period. Docker kills what takes longer.
const graceMs = 30_000;
// The collector is away: that must neither end a service nor keep it from ending.
const noCollector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };

it('answers the requests in flight, drops no accepted order and ends with 0 after SIGTERM', async () => {
  // Long enough for a load balancer to see that readiness fails, and to send nothing more, also on a busy machine.
  const draining = { ...noCollector, HTTP_DRAIN_DELAY: '5s' };
  await using producer = await startChild('producer', { ...stage().environment('producer'), ...draining });
  await using consumer = await startChild('consumer', { ...stage().environment('consumer'), ...noCollector });
  const accepted: string[] = [];
  const others: unknown[] = [];
  let balanced = true;
  const customers = Array.from({ length: 8 }, async (_, index) => {
    while (balanced) {
      const { status, body } = await postOrder(producer.url, flatWhite(`customer-${index}`));
      if (status === 202) accepted.push(body.id);
      else others.push({ status, body });
    }
  });
  await poll(() => accepted.length >= 40, { what: 'traffic' });
  const started = performance.now();
  const stopping = producer.stop('SIGTERM');
  await poll(async () => (await fetch(`${producer.url}/readyz`)).status === 503, { intervalMs: 10 });
  balanced = false;
  expect(await stopping, producer.stderr()).toBe(0);
  expect(performance.now() - started).toBeLessThan(graceMs);
  // Rejects when a connection was reset under a request.
  await Promise.all(customers);
  expect(others).toEqual([]);

  // Most of the orders are applied by now, the consumer is told to stop with some under way.
  const stopped = performance.now();
  expect(await consumer.stop('SIGTERM'), consumer.stderr()).toBe(0);
  expect(performance.now() - stopped).toBeLessThan(graceMs);
  await using _next = await startChild('consumer', { ...stage().environment('consumer'), ...noCollector });
  await expectExactlyOnce(stage(), accepted);
}, 180_000);

// Guard: ./coffee restart stops it when nobody asks it any more, not before.
it('is not ready any more at SIGUSR2, and serves until it is stopped', async () => {
  await using producer = await startChild('producer', { ...stage().environment('producer'), ...noCollector });
  producer.process.kill('SIGUSR2');
  await poll(async () => (await fetch(`${producer.url}/readyz`)).status === 503);
  expect((await postOrder(producer.url, flatWhite('late'))).status).toBe(202);
  expect(await producer.stop('SIGTERM'), producer.stderr()).toBe(0);
}, 60_000);

it.each([
  ['producer', ['kafka', 'menu']],
  ['consumer', ['postgres', 'kafka']],
  ['streams', ['postgres', 'kafka']],
  ['ai-orchestrator', ['postgres', 'engine', 'kafka']],
] as const)(
  '%s starts without what it needs, says what it waits for, and ends in time',
  async (service, missing) => {
    const away = { DATABASE_PORT: '1', KAFKA_BROKERS: '127.0.0.1:1', REDIS_PORT: '1' };
    const environment = { ...stage().environment(service), ...away, ...noCollector };
    await using child = await startChild(service, environment, { waitUntilReady: false });
    await poll(async () => {
      const { waitingFor } = (await (await fetch(`${child.url}/readyz`)).json()) as HealthReport;
      return waitingFor.length === missing.length && missing.every((name) => waitingFor.includes(name));
    });
    expect((await fetch(`${child.url}/livez`)).status).toBe(200);
    const started = performance.now();
    expect(await child.stop('SIGINT'), child.stderr()).toBe(0);
    expect(performance.now() - started).toBeLessThan(graceMs);
  },
  120_000,
);

it.each(['producer', 'consumer', 'streams', 'ai-orchestrator', 'migrate', 'bootstrap'])(
  '%s names the variables that are wrong or missing and ends with 1',
  async (service) => {
    const { code, stderr } = await runChild(service, {
      LOG_LEVEL: 'loud',
      COFFEE_TLS: 'off',
      ...noCollector,
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`${service}: Wrong configuration:`);
    expect(stderr).toContain('LOG_LEVEL: ');
    expect(stderr).toContain(
      service === 'bootstrap' ? 'AUTHORITY_DIRECTORY: ' : 'DATABASE_PASSWORD: must be set',
    );
    expect(stderr).not.toContain('loud');
    expect(stderr).not.toMatch(/\n\s+at /);
  },
);
