import type { LogPage } from '#contracts/http/console.ts';
import type { AgentFaults } from '#contracts/http/console-agent.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { serve } from '#platform/http/serve.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { signedIn, testVerifier } from '#platform/testing/tokens.ts';
import { createAgentApp } from '../app.ts';
import { Chaos } from '../chaos.ts';
import { Faults } from '../faults.ts';
import { reportsOfCheckout } from '../reports.ts';
import { Traffic } from '../traffic.ts';
import { FakeCommands } from './fake-commands.ts';

const producer = {
  name: 'producer',
  image: 'go-coffee/service:local',
  state: 'running',
  health: 'healthy',
  restarts: 0,
  startedAt: '2026-03-01T10:00:00Z',
  ports: [8080],
  environment: { LOG_LEVEL: 'info' },
};

/** What the containers of this agent's stack have said. */
export const said: LogPage = {
  source: 'containers',
  complete: true,
  lines: [
    {
      at: '2026-03-01T10:00:00.000Z',
      service: 'producer',
      level: 'info',
      message: 'request answered',
      traceId: 'a'.repeat(32),
      fields: { status: '202' },
    },
  ],
};

/** What was done to the stack, and what it is like, which a test may change. */
interface Stack {
  readonly acted: string[];
  readonly askedLogs: unknown[];
  elsewhere: AgentFaults['faults'];
  parts: string[];
  reorganised: number;
}

/** The agent's own app on a port of this machine, in front of a stack and commands that are none. */
export async function startTestAgent() {
  const parts = new AsyncDisposableStack();
  const { run: runCoffee, started: commands } = new FakeCommands();
  const stack: Stack = { acted: [], askedLogs: [], elsewhere: [], parts: ['ollama'], reorganised: 0 };
  const log = quietLog();
  const health = parts.use(new Health(60_000));
  const faults = parts.use(
    new Faults({
      runCoffee,
      reorganise: () => {
        stack.reorganised += 1;
        return Promise.resolve();
      },
      elsewhere: { list: () => Promise.resolve(stack.elsewhere) },
      parts: () => Promise.resolve(stack.parts),
    }),
  );
  const chaos = parts.use(new Chaos({ runCoffee, faults }));
  const app = createAgentApp({
    log,
    verifier: testVerifier(),
    resources: {
      list: () => Promise.resolve([producer]),
      act: (name, action) => {
        if (name !== 'producer') throw new AppError('not-found', `The stack has no part "${name}".`);
        stack.acted.push(`${action} ${name}`);
        return Promise.resolve();
      },
    },
    logs: {
      find: (query) => {
        stack.askedLogs.push(query);
        return query.service === 'gone' ? Promise.reject(new Error('no daemon')) : Promise.resolve(said);
      },
    },
    faults,
    chaos,
    traffic: parts.use(new Traffic(runCoffee)),
    reports: reportsOfCheckout,
    runCoffee,
    origins: ['https://localhost:8443'],
    signal: new AbortController().signal,
  });
  const server = parts.use(await serve(app, { host: '127.0.0.1', port: 0, health, drainDelayMs: 0, log }));
  const url = `http://127.0.0.1:${server.port}`;
  return {
    ...{ url, commands, stack, faults, chaos },
    /** As an operator. */
    async ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { ...(await signedIn('olivia', 'operator')), 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
