import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LogPage, logPage } from '#contracts/http/console.ts';
import {
  type AgentFaults,
  agentFaults,
  agentReports,
  agentResources,
  agentTraffic,
} from '#contracts/http/console-agent.ts';
import { problem } from '#contracts/http/problem.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { serve } from '#platform/http/serve.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { signedIn, testVerifier } from '#platform/testing/tokens.ts';
import { createAgentApp } from './app.ts';
import { Faults } from './faults.ts';
import { reportsOfCheckout } from './reports.ts';
import type { Resources } from './resources.ts';
import { FakeCommands } from './tests/fake-commands.ts';
import { Traffic } from './traffic.ts';

let commands: FakeCommands['started'];
let acted: string[];
let askedLogs: unknown[];
let elsewhere: AgentFaults['faults'];
let inStack: string[];
let reorganised: number;
let parts: AsyncDisposableStack;
let faults: Faults;
let url: string;

const resources: Resources = {
  list: () =>
    Promise.resolve([
      {
        name: 'producer',
        image: 'go-coffee/service:local',
        state: 'running',
        health: 'healthy',
        restarts: 0,
        startedAt: '2026-03-01T10:00:00Z',
        ports: [8080],
        environment: { LOG_LEVEL: 'info' },
      },
    ]),
  act: (name, action) => {
    if (name !== 'producer') throw new AppError('not-found', `The stack has no part "${name}".`);
    acted.push(`${action} ${name}`);
    return Promise.resolve();
  },
};

const said: LogPage = {
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

beforeEach(async () => {
  const fake = new FakeCommands();
  const runCoffee = fake.run;
  commands = fake.started;
  [acted, askedLogs, elsewhere, inStack, reorganised] = [[], [], [], ['ollama'], 0];
  parts = new AsyncDisposableStack();
  const log = quietLog();
  const health = parts.use(new Health(60_000));
  faults = parts.use(
    new Faults({
      runCoffee,
      reorganise: () => {
        reorganised += 1;
        return Promise.resolve();
      },
      elsewhere: { list: () => Promise.resolve(elsewhere) },
      parts: () => Promise.resolve(inStack),
    }),
  );
  const app = createAgentApp({
    log,
    verifier: testVerifier(),
    resources,
    logs: {
      find: (query) => {
        askedLogs.push(query);
        return query.service === 'gone' ? Promise.reject(new Error('no daemon')) : Promise.resolve(said);
      },
    },
    faults,
    traffic: parts.use(new Traffic(runCoffee)),
    reports: reportsOfCheckout,
    runCoffee,
    origins: ['https://localhost:8443'],
    signal: new AbortController().signal,
  });
  const server = parts.use(await serve(app, { host: '127.0.0.1', port: 0, health, drainDelayMs: 0, log }));
  url = `http://127.0.0.1:${server.port}`;
});
afterEach(() => parts.disposeAsync());

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...(await signedIn('olivia', 'operator')), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

// Guard: whatever runs in a browser on this machine reaches the port.
it('does nothing for who is no operator, and lets no other page read its answers', async () => {
  const routes = [
    ['GET', '/v1/resources'],
    ['POST', '/v1/resources/producer/stop'],
    ['GET', '/v1/logs'],
    ['GET', '/v1/faults'],
    ['POST', '/v1/faults'],
    ['DELETE', '/v1/faults'],
    ['POST', '/v1/traffic'],
    ['POST', '/v1/dead-letters/replay'],
  ] as const;
  for (const [method, path] of routes) {
    expect((await fetch(`${url}${path}`, { method })).status, path).toBe(401);
    const barista = await signedIn('bob', 'barista', 'customer');
    expect((await fetch(`${url}${path}`, { method, headers: barista })).status, path).toBe(403);
  }
  expect(acted).toEqual([]);
  expect(askedLogs).toEqual([]);
  expect(commands).toEqual([]);
  const allowed = async (origin: string): Promise<string | null> => {
    const headers = { origin, 'access-control-request-method': 'POST' };
    const answer = await fetch(`${url}/v1/faults`, { method: 'OPTIONS', headers });
    return answer.headers.get('access-control-allow-origin');
  };
  expect(await allowed('https://localhost:8443')).toBe('https://localhost:8443');
  expect(await allowed('https://evil.example')).toBeNull();
});

it('lists containers, and stops those of the stack only', async () => {
  const { body } = await ask('GET', '/v1/resources');
  expect(agentResources.parse(body).resources).toMatchObject([{ name: 'producer', ports: [8080] }]);
  expect((await ask('POST', '/v1/resources/producer/restart')).status).toBe(204);
  expect(acted).toEqual(['restart producer']);
  expect((await ask('POST', '/v1/resources/somebody-elses/stop')).status).toBe(404);
  expect((await ask('POST', '/v1/resources/producer/remove')).status).toBe(400);
  expect((await ask('POST', '/v1/resources/--all/stop')).status).toBe(400);
});

it('has the logs of containers, and says why when it has not', async () => {
  const traceId = 'a'.repeat(32);
  const { body } = await ask('GET', `/v1/logs?traceId=${traceId}&service=producer&text=answered&limit=5`);
  expect(logPage.parse(body)).toEqual(said);
  expect(askedLogs).toEqual([{ service: 'producer', text: 'answered', traceId, minutes: 60, limit: 5 }]);
  expect((await ask('GET', '/v1/logs?service=--follow')).status).toBe(400);
  expect((await ask('GET', '/v1/logs?traceId=.*')).status).toBe(400);
  const away = await ask('GET', '/v1/logs?service=gone');
  expect([away.status, problem.parse(away.body).detail]).toEqual([503, 'no daemon']);
});

const listed = async () => agentFaults.parse((await ask('GET', '/v1/faults')).body).faults;

it('breaks a part by its command, one fault at a time, and remembers when', async () => {
  const wanted = { kind: 'latency', service: 'kafka', seconds: 30 };
  expect((await ask('POST', '/v1/faults', wanted)).status).toBe(202);
  expect(commands[0]?.args).toEqual(['fault', 'latency', 'kafka', '--for', '30s']);
  const again = await ask('POST', '/v1/faults', { ...wanted, kind: 'pause' });
  expect([again.status, problem.parse(again.body).detail]).toEqual([
    409,
    'kafka has a fault already: latency on kafka.',
  ]);
  expect(await listed()).toMatchObject([{ title: 'latency on kafka', endedAt: null }]);
  commands[0]?.end(0);
  await poll(async () => (await listed())[0]?.endedAt !== null);
  expect((await listed())[0]?.problem).toBeNull();
  expect((await ask('POST', '/v1/faults', wanted)).status).toBe(202);
});

it('lists what others have broken among its own', async () => {
  elsewhere = [
    {
      id: '0f3c1b9e-6a55-4a0c-9f0e-1c2d3e4f5a6b',
      title: 'pause on redis, by a command',
      kind: 'pause',
      service: 'redis',
      startedAt: new Date(Date.now() - 60_000).toISOString(),
      endedAt: null,
      problem: null,
    },
  ];
  await ask('POST', '/v1/faults', { kind: 'latency', service: 'kafka', seconds: 30 });
  expect((await listed()).map(({ title }) => title)).toEqual([
    'latency on kafka',
    'pause on redis, by a command',
  ]);
});

it('tells what went wrong with a fault', async () => {
  await ask('POST', '/v1/faults', { kind: 'slow-disk', service: 'redis', seconds: 5 });
  commands[0]?.say('\u001b[31mredis does not run\u001b[0m');
  commands[0]?.end(1);
  await poll(async () => (await listed())[0]?.problem === 'redis does not run');
});

it('breaks the chain and the model as well', async () => {
  await ask('POST', '/v1/faults', { kind: 'chain-reorg', service: 'anvil', seconds: 1 });
  await poll(async () => (await listed())[0]?.endedAt !== null);
  expect(reorganised).toBe(1);
  await ask('POST', '/v1/faults', { kind: 'model-timeout', service: 'ai-orchestrator', seconds: 9 });
  expect(commands[0]?.args).toEqual(['fault', 'pause', 'ollama', '--for', '9s']);
});

it('says why it can not break a model that is not there', async () => {
  inStack = ['ai-orchestrator', 'anvil'];
  const wanted = { kind: 'model-timeout', service: 'ai-orchestrator', seconds: 9 };
  const refused = await ask('POST', '/v1/faults', wanted);
  expect(refused.status).toBe(404);
  expect(problem.parse(refused.body).detail).toMatch(/no model.*COMPOSE_PROFILES=full,llm/);
  expect(commands).toEqual([]);
  expect(await listed()).toEqual([]);
});

// Guard: faults are undone on exit.
it('mends everything when it is asked to, and when it ends', async () => {
  await ask('POST', '/v1/faults', { kind: 'pause', service: 'postgres', seconds: 600 });
  await ask('POST', '/v1/faults', { kind: 'partition', service: 'redis', seconds: 600 });
  expect((await ask('DELETE', '/v1/faults')).status).toBe(204);
  expect(commands.map(({ mended }) => mended)).toEqual([true, true]);
  expect((await listed()).every(({ endedAt, problem: wrong }) => endedAt !== null && wrong === null)).toBe(
    true,
  );
  await ask('POST', '/v1/faults', { kind: 'kill', service: 'redis', seconds: 600 });
  await faults[Symbol.asyncDispose]();
  expect(commands[2]?.mended).toBe(true);
});

it('sends traffic, shows what it says, and stops it', async () => {
  const wanted = { rate: 5, seconds: 20, cryptoShare: 0.1 };
  expect((await ask('POST', '/v1/traffic', wanted)).status).toBe(202);
  expect(commands[0]?.args).toEqual(['traffic', '--rate', '5', '--duration', '20s', '--crypto', '0.1']);
  expect((await ask('POST', '/v1/traffic', wanted)).status).toBe(409);
  commands[0]?.say('97 accepted\r98 accepted');
  const state = agentTraffic.parse((await ask('GET', '/v1/traffic')).body);
  expect(state).toMatchObject({ running: true, lines: ['97 accepted', '98 accepted'] });
  expect((await ask('DELETE', '/v1/traffic')).status).toBe(204);
  expect(commands[0]?.mended).toBe(true);
  expect(agentTraffic.parse((await ask('GET', '/v1/traffic')).body).running).toBe(false);
});

it('replays dead letters, and nothing else by that way', async () => {
  const answering = ask('POST', '/v1/dead-letters/replay', { letters: ['orders.v1.dlq/3/17'] });
  await poll(() => commands.length === 1);
  expect(commands[0]?.args).toEqual(['dlq', 'replay', 'orders.v1.dlq/3/17']);
  commands[0]?.say('1 dead letters replayed, 0 refused');
  commands[0]?.end(0);
  expect((await answering).body).toEqual({ succeeded: true, lines: ['1 dead letters replayed, 0 refused'] });
  expect((await ask('POST', '/v1/dead-letters/replay', { letters: ['--yes'] })).status).toBe(400);
});

it('has what the long suites said last', async () => {
  const { reports } = agentReports.parse((await ask('GET', '/v1/reports')).body);
  expect(reports.length).toBeGreaterThan(0);
  expect(reports.map(({ at }) => at)).toEqual(
    reports
      .map(({ at }) => at)
      .toSorted()
      .reverse(),
  );
});
