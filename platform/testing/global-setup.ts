import type { TestProject } from 'vitest/node';
import { startServers, type TestServers } from './servers.ts';

export type { Address } from './servers.ts';

declare module 'vitest' {
  interface ProvidedContext extends TestServers {}
}

/** Names servers that run already, as JSON: for programs that start many runs one after another. */
export const serversVariable = 'COFFEE_TEST_SERVERS';

/**
 * One Kafka, one PostgreSQL and one Redis for the whole run: tests share them by taking databases, topics and groups
 * of their own. A test that restarts a server starts its own.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env[serversVariable];
  const own = given ? undefined : await startServers();
  const { broker, postgres, redis } = own ?? (JSON.parse(given ?? '') as TestServers);
  project.provide('broker', broker);
  project.provide('postgres', postgres);
  project.provide('redis', redis);
  return async () => own?.[Symbol.asyncDispose]();
}
