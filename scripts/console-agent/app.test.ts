import { afterEach, beforeEach, expect, it } from 'vitest';
import { logPage } from '#contracts/http/console.ts';
import { agentFaults, agentReports, agentResources, agentTraffic } from '#contracts/http/console-agent.ts';
import { problem } from '#contracts/http/problem.ts';
import type { Json } from '#platform/schema/json-schema.ts';
import { poll } from '#platform/testing/poll.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { askFor, operationsOf } from '../contracts/access-matrix.ts';
import { said, startTestAgent } from './tests/start-agent.ts';

type Agent = Awaited<ReturnType<typeof startTestAgent>>;

let agent: Agent;
let ask: Agent['ask'];
let commands: Agent['commands'];
let stack: Agent['stack'];
beforeEach(async () => {
  agent = await startTestAgent();
  ({ ask, commands, stack } = agent);
});
afterEach(() => agent[Symbol.asyncDispose]());

// Guard: whatever runs in a browser on this machine reaches the port. Its document has every route, new ones as well.
it('does nothing for who is no operator, whatever the route', async () => {
  const document = (await (await fetch(`${agent.url}/openapi.json`)).json()) as Json;
  const operations = operationsOf(document);
  expect(operations.length).toBeGreaterThanOrEqual(14);
  const refused = [
    { headers: {}, status: 401 },
    { headers: { authorization: 'Bearer made.up.token' }, status: 401 },
    { headers: await signedIn('carla', 'customer'), status: 403 },
    { headers: await signedIn('bob', 'barista', 'customer'), status: 403 },
  ];
  const operator = await signedIn('olivia', 'operator');
  for (const operation of operations) {
    const ask = async (headers: Record<string, string>): Promise<number> => {
      const response = await askFor(agent.url, operation, {}, { id: 'producer', headers });
      await response.body?.cancel();
      return response.status;
    };
    expect(operation.roles, operation.name).toEqual(new Set(['operator']));
    for (const { headers, status } of refused) expect(await ask(headers), operation.name).toBe(status);
    expect([stack.acted, stack.askedLogs, commands, stack.reorganised], operation.name).toEqual([
      [],
      [],
      [],
      0,
    ]);
    expect([401, 403], operation.name).not.toContain(await ask(operator));
    for (const done of [stack.acted, stack.askedLogs, commands]) done.length = 0;
    stack.reorganised = 0;
  }
});

it('lets no other page read its answers', async () => {
  const allowed = async (origin: string): Promise<string | null> => {
    const headers = { origin, 'access-control-request-method': 'POST' };
    const answer = await fetch(`${agent.url}/v1/faults`, { method: 'OPTIONS', headers });
    return answer.headers.get('access-control-allow-origin');
  };
  expect(await allowed('https://localhost:8443')).toBe('https://localhost:8443');
  expect(await allowed('https://evil.example')).toBeNull();
});

it('lists containers, and stops those of the stack only', async () => {
  const { body } = await ask('GET', '/v1/resources');
  expect(agentResources.parse(body).resources).toMatchObject([{ name: 'producer', ports: [8080] }]);
  expect((await ask('POST', '/v1/resources/producer/restart')).status).toBe(204);
  expect(stack.acted).toEqual(['restart producer']);
  expect((await ask('POST', '/v1/resources/somebody-elses/stop')).status).toBe(404);
  expect((await ask('POST', '/v1/resources/producer/remove')).status).toBe(400);
  expect((await ask('POST', '/v1/resources/--all/stop')).status).toBe(400);
});

it('has the logs of containers, and says why when it has not', async () => {
  const traceId = 'a'.repeat(32);
  const { body } = await ask('GET', `/v1/logs?traceId=${traceId}&service=producer&text=answered&limit=5`);
  expect(logPage.parse(body)).toEqual(said);
  expect(stack.askedLogs).toEqual([
    { service: 'producer', text: 'answered', traceId, minutes: 60, limit: 5 },
  ]);
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
  stack.elsewhere = [
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
  expect(stack.reorganised).toBe(1);
  await ask('POST', '/v1/faults', { kind: 'model-timeout', service: 'ai-orchestrator', seconds: 9 });
  expect(commands[0]?.args).toEqual(['fault', 'pause', 'ollama', '--for', '9s']);
});

it('says why it can not break a model that is not there', async () => {
  stack.parts = ['ai-orchestrator', 'anvil'];
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
  await agent.faults[Symbol.asyncDispose]();
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
