import type { Application } from '#platform/http/app.ts';
import type { RateLimiter } from '#platform/http/rate-limit.ts';
import { serve } from '#platform/http/serve.ts';
import type { Verifier } from '#platform/identity/admit.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import type { Json } from '#platform/schema/json-schema.ts';
import { createLogger, type Logger } from '#platform/telemetry/logger.ts';
import { testVerifier } from '#platform/testing/tokens.ts';
import { createAiApp } from '../../services/ai-orchestrator/app.ts';
import { createAlertInboxApp } from '../../services/alert-inbox/app.ts';
import { startConsole } from '../../services/console/tests/start-console.ts';
import { createConsumerApp } from '../../services/consumer/app.ts';
import { startProducer } from '../../services/producer/tests/start-producer.ts';
import { createStreamsApp } from '../../services/streams/app.ts';
import { createWeb3PaymentApp } from '../../services/web3-payment/app.ts';

interface Served extends AsyncDisposable {
  readonly url: string;
}

/** Every service that has contracts, served as it serves itself, with nothing around it. */
export const describedServices: Readonly<Record<string, () => Promise<Served>>> = {
  producer: startProducer,
  consumer: () => serveConsumer(),
  streams: () => serveStreams(),
  'ai-orchestrator': () => serveAgents(),
  'web3-payment': () => serveWeb3Payment(),
  'alert-inbox': () => serveAlertInbox(),
  console: () => startConsole(),
};

const withoutKafka: ReadonlySet<string> = new Set(['alert-inbox', 'console']);

/** What a service serves: of HTTP, and of Kafka where it has to do with it. */
export const documentKinds = (service: string): readonly ('openapi' | 'asyncapi')[] =>
  withoutKafka.has(service) ? ['openapi'] : ['openapi', 'asyncapi'];

/** The documents of this version by name (`producer.openapi`), as the services serve them. */
export async function servedDocuments(): Promise<Map<string, Json>> {
  const documents = new Map<string, Json>();
  for (const [service, start] of Object.entries(describedServices)) {
    await using server = await start();
    for (const kind of documentKinds(service)) {
      const response = await fetch(`${server.url}/${kind}.json`);
      if (!response.ok) throw new Error(`${service} serves no /${kind}.json: ${response.status}`);
      documents.set(`${service}.${kind}`, (await response.json()) as Json);
    }
  }
  return documents;
}

const config = { HEALTH_CHECK_ENABLED: true, CORS_ALLOWED_ORIGINS: [] };

const serveConsumer = (): Promise<Served> =>
  serveApp('consumer', ({ log, health }) => createConsumerApp({ config, log, health }));

/** Its documents ask neither database nor Redis. */
const serveStreams = (): Promise<Served> =>
  serveApp('streams', (common) => {
    const unused = (): never => {
      throw new Error('only the documents are served here');
    };
    const context = {
      ...common,
      database: unused as never,
      view: { read: unused },
      feed: { open: unused },
    };
    return createStreamsApp(config, context);
  });

/** With its demo wallet: that has a route of its own. */
const serveWeb3Payment = (): Promise<Served> =>
  serveApp('web3-payment', (common) => {
    const unused = {} as never;
    const settings = { ...config, CHAINS: [], DEMO_WALLET_KEY: '0x00' as const };
    return createWeb3PaymentApp(settings, {
      ...common,
      database: unused,
      desk: unused,
      invoicing: unused,
    });
  });

/** Its documents ask neither database nor engine. */
const serveAgents = (): Promise<Served> =>
  serveApp('ai-orchestrator', (common) => {
    const unused = new Proxy(
      {},
      {
        get: () => {
          throw new Error('only the documents are served here');
        },
      },
    );
    const context = {
      ...common,
      database: unused as never,
      engine: unused as never,
      workflows: unused as never,
      agents: { database: unused as never, builtIn: new Map(), guard: unused as never },
    };
    return createAiApp(config, context);
  });

/** Its document asks no inbox. */
const serveAlertInbox = (): Promise<Served> =>
  serveApp('alert-inbox', (common) => createAlertInboxApp(config, { ...common, inbox: undefined as never }));

/** What every app has. */
interface Common {
  readonly log: Logger;
  readonly health: Health;
  readonly verifier: Verifier;
  readonly limiter: RateLimiter;
}

async function serveApp(name: string, make: (common: Common) => Application): Promise<Served> {
  const log = createLogger(name, 'silent');
  const health = new Health(1_000);
  const limiter = createRateLimiter({ requestsPerMinute: 10_000 });
  const server = await serve(make({ log, health, verifier: testVerifier(), limiter }), {
    host: '127.0.0.1',
    port: 0,
    health,
    drainDelayMs: 0,
    log,
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      health[Symbol.dispose]();
    },
  };
}
