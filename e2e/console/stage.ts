/**
 * The console's page and API without a stack: its own code, the producer's own code in front of fakes, an agent that breaks
 * nothing, and telemetry that is made up. `node e2e/console/stage.ts PORT` serves it until it is told to end.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { serve } from '#platform/http/serve.ts';
import { aborted } from '#platform/lifecycle/abort.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { run } from '#platform/lifecycle/run.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { testVerifier } from '#platform/testing/tokens.ts';
import { createAgentApp } from '../../scripts/console-agent/app.ts';
import { Chaos } from '../../scripts/console-agent/chaos.ts';
import { Faults } from '../../scripts/console-agent/faults.ts';
import { reportsOfCheckout } from '../../scripts/console-agent/reports.ts';
import type { Resources } from '../../scripts/console-agent/resources.ts';
import type { RunCoffee } from '../../scripts/console-agent/run-coffee.ts';
import { Traffic } from '../../scripts/console-agent/traffic.ts';
import { builtPage } from '../../services/console/app.ts';
import { KafkaView } from '../../services/console/kafka/kafka-view.ts';
import {
  FakeEvents,
  FakeKafka,
  fakeUpstream,
  startConsole,
} from '../../services/console/tests/start-console.ts';
import { startProducer } from '../../services/producer/tests/start-producer.ts';
import {
  agents,
  chaosReport,
  containerLogs,
  inbox,
  jaeger,
  kafkaAdmin,
  loki,
  messageOf,
  prometheus,
  seedThatEnds,
} from './sample-answers.ts';
import { completedOrder, completedOrderId, orderId, payments, sampleOrder } from './sample-order.ts';

/** Commands end when they are told to, chaos of one seed at once. */
const runCoffee: RunCoffee = (args, { signal, onLine }) => {
  onLine?.(`./coffee ${args.join(' ')}`, 'stderr');
  if (args[0] === 'chaos' && args.includes(seedThatEnds))
    return Promise.resolve({ code: 0, stdout: chaosReport, stderr: '' });
  if (args[0] === 'dlq') return Promise.resolve({ code: 0, stdout: '', stderr: '' });
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(new Error('aborted')));
  return promise;
};

/** One container, whose state is what was done to it last. */
function fakeResources(): Resources {
  let state = 'running';
  return {
    list: () =>
      Promise.resolve([
        {
          name: 'producer',
          image: 'go-coffee/service:local',
          state,
          health: state === 'running' ? 'healthy' : null,
          restarts: 1,
          startedAt: new Date().toISOString(),
          ports: [8080],
          environment: { LOG_LEVEL: 'info', JWT_SECRET: '••••' },
        },
      ]),
    act: (_name, action) => {
      state = action === 'stop' ? 'exited' : 'running';
      return Promise.resolve();
    },
  };
}

/** As the edge does it: the console's paths to the console, the others to the producer. */
function edge(consoleUrl: string, producerUrl: string, tell: (orderId: string) => void) {
  return createServer((incoming: IncomingMessage, answer: ServerResponse) => {
    const { url = '/', method = 'GET', headers } = incoming;
    const told = /^\/stage\/accepted\/([0-9a-f-]{36})$/.exec(url)?.[1];
    if (told) {
      tell(told);
      answer.writeHead(204).end();
      return;
    }
    const target = new URL(url, url.startsWith('/console') ? consoleUrl : producerUrl);
    const outgoing = request(target, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
}

const exitCode = await run('stage', async (signal) => {
  const port = Number(process.argv[2]);
  const origin = `http://localhost:${port}`;
  await using parts = new AsyncDisposableStack();
  const producer = parts.use(await startProducer());
  const events = new FakeEvents();
  const kafka = new FakeKafka();
  producer.orderBook.stored.set(orderId, sampleOrder);
  producer.orderBook.stored.set(completedOrderId, completedOrder);
  kafka.messages.push(
    messageOf('orders.v1', completedOrderId, 'dev.gocoffee.order.place.v1'),
    messageOf('orders.v1', orderId, 'dev.gocoffee.order.place.v1'),
    messageOf('order-events.v1', orderId, 'dev.gocoffee.order.accepted.v1'),
    messageOf('orders.v1.dlq', orderId, 'dev.gocoffee.order.prepare.v1'),
  );

  const log = quietLog();
  const agentHealth = parts.use(new Health(60_000));
  const faults = parts.use(
    new Faults({
      runCoffee,
      reorganise: () => Promise.resolve(),
      elsewhere: { list: () => Promise.resolve([]) },
      parts: () => Promise.resolve(['producer', 'kafka']),
    }),
  );
  const agentApp = createAgentApp({
    log,
    verifier: testVerifier(),
    resources: fakeResources(),
    logs: containerLogs,
    faults,
    chaos: parts.use(new Chaos({ runCoffee, faults })),
    traffic: parts.use(new Traffic(runCoffee)),
    reports: reportsOfCheckout,
    runCoffee,
    origins: [origin],
    signal,
  });
  const agent = parts.use(
    await serve(agentApp, { host: '127.0.0.1', port: 0, health: agentHealth, drainDelayMs: 0, log }),
  );
  const console = parts.use(
    await startConsole({
      prometheus: fakeUpstream(prometheus),
      jaeger: fakeUpstream(jaeger),
      loki: fakeUpstream(loki),
      agents: fakeUpstream(agents()),
      inbox: fakeUpstream(inbox),
      payments: fakeUpstream(payments),
      events,
      kafka: new KafkaView(kafkaAdmin, kafka.reader),
      page: builtPage,
      environment: { CONSOLE_AGENT_URL: `http://127.0.0.1:${agent.port}` },
    }),
  );
  const server = edge(console.url, producer.url, (accepted) => {
    const message = messageOf(
      'order-events.v1',
      accepted,
      'dev.gocoffee.order.accepted.v1',
      kafka.messages.length % 3,
    );
    kafka.messages.push(message);
    events.tell(message);
  });
  server.listen(port, '127.0.0.1');
  parts.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  await aborted(signal);
});
process.exit(exitCode);
