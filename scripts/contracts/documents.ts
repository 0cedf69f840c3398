import { serve } from '#platform/http/serve.ts';
import { Health } from '#platform/lifecycle/health.ts';
import type { Json } from '#platform/schema/json-schema.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { createConsumerApp } from '../../services/consumer/app.ts';
import { startProducer } from '../../services/producer/tests/start-producer.ts';

interface Served extends AsyncDisposable {
  readonly url: string;
}

/** Every service that has contracts, served as it serves itself, with nothing around it. */
export const describedServices: Readonly<Record<string, () => Promise<Served>>> = {
  producer: startProducer,
  consumer: serveConsumer,
};

export const documentKinds = ['openapi', 'asyncapi'] as const;

/** The documents of this version by name (`producer.openapi`), as the services serve them. */
export async function servedDocuments(): Promise<Map<string, Json>> {
  const documents = new Map<string, Json>();
  for (const [service, start] of Object.entries(describedServices)) {
    await using server = await start();
    for (const kind of documentKinds) {
      const response = await fetch(`${server.url}/${kind}.json`);
      if (!response.ok) throw new Error(`${service} serves no /${kind}.json: ${response.status}`);
      documents.set(`${service}.${kind}`, (await response.json()) as Json);
    }
  }
  return documents;
}

async function serveConsumer(): Promise<Served> {
  const log = createLogger('consumer', 'silent');
  const health = new Health(1_000);
  const app = createConsumerApp({
    config: { HEALTH_CHECK_ENABLED: true, CORS_ALLOWED_ORIGINS: [] },
    log,
    health,
  });
  const server = await serve(app, { host: '127.0.0.1', port: 0, health, drainDelayMs: 0, log });
  return {
    url: `http://127.0.0.1:${server.port}`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      health[Symbol.dispose]();
    },
  };
}
