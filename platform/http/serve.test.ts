import { describe, expect, test } from 'vitest';
import { problem } from '#contracts/http/problem.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { Health } from '../lifecycle/health.ts';
import { createApp } from './app.ts';
import { serve } from './serve.ts';
import { open, readAll, readUntil } from './tests/raw-request.ts';
import { slowRoute } from './tests/slow-route.ts';
import { start } from './tests/start.ts';

describe('overload', () => {
  type Gates = ReturnType<typeof slowRoute>['waiting'];

  /** As many requests as are let in at a time, none of which has its answer. */
  async function fill(url: string, waiting: Gates): Promise<Promise<Response>[]> {
    const requests = [fetch(`${url}/slow`), fetch(`${url}/slow`)];
    await expect.poll(() => waiting.length).toBe(2);
    return requests;
  }

  /** Answers them, and then one more. */
  async function expectRoomAfter(requests: readonly Promise<Response>[], url: string, waiting: Gates) {
    for (const gate of waiting) gate.resolve();
    for (const request of requests) expect((await request).status).toBe(200);
    const next = fetch(`${url}/slow`);
    await expect.poll(() => waiting.length).toBe(3);
    waiting[2]?.resolve();
    expect((await next).status).toBe(200);
  }

  test('is shed with 503, and probes still answer', async () => {
    const { definition, waiting } = slowRoute();
    await using server = await start([definition], { maxInFlight: 2 });
    const requests = await fill(server.url, waiting);
    const refused = await fetch(`${server.url}/slow`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(problem.parse(await refused.json()).code).toBe('overloaded');
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    await expectRoomAfter(requests, server.url, waiting);
  });

  test('is shed before the application is asked, with the same answer', async () => {
    const { definition, waiting } = slowRoute();
    await using server = await start([definition], { maxInFlight: 2, latencyTargetMs: 250 });
    const requests = await fill(server.url, waiting);
    const told = async (headers: Record<string, string>) => {
      const response = await fetch(`${server.url}/slow?verbose`, { headers });
      const { detail, ...document } = problem.parse(await response.json());
      const own = ['date', 'content-length', 'access-control-allow-origin', 'access-control-expose-headers'];
      const names = [...response.headers].filter(([name]) => !own.includes(name));
      return { detail, answer: { status: response.status, names, document } };
    };
    const quick = await told({ origin: 'https://elsewhere.example' });
    // The application is asked for pages of origins that it knows; its own limit, which is reached as well, comes first there.
    const asked = await told({ origin: 'https://coffee.example' });
    expect(asked.detail).toContain('are in flight already');
    expect(quick.detail).toContain('than can be answered in time');
    expect(quick.answer).toEqual(asked.answer);
    expect(quick.answer.document.code).toBe('overloaded');
    const lines = server.lines.filter(({ status }) => status === 503);
    expect(lines.map(({ method, route }) => [method, route])).toEqual([
      ['GET', '/slow'],
      ['GET', undefined],
    ]);
    // What is refused is not left behind: the next ones are let in.
    await expectRoomAfter(requests, server.url, waiting);
  });

  /** More than have a span, all of them refused. @returns the answers. */
  const refuseMany = async (url: string): Promise<Response[]> => {
    const responses = await Promise.all(Array.from({ length: 150 }, () => fetch(`${url}/slow`)));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([503]));
    return responses;
  };

  test('is shed before the instrumentation sees it, with the same answer', async () => {
    const { definition, waiting } = slowRoute();
    await using server = await start([definition], { maxInFlight: 2, latencyTargetMs: 250 });
    const requests = await fill(server.url, waiting);
    const responses = await refuseMany(server.url);
    const told = responses.map(async (response) =>
      JSON.stringify([[...response.headers].filter(([name]) => name !== 'date'), await response.json()]),
    );
    expect(new Set(await Promise.all(told)).size).toBe(1);
    await expectRoomAfter(requests, server.url, waiting);
  });

  test('is shed while the server stops, connections included', async () => {
    const { definition, waiting } = slowRoute();
    const options = { maxInFlight: 2, latencyTargetMs: 250, drainDelayMs: 2_000 };
    const server = await start([definition], options);
    const requests = await fill(server.url, waiting);
    await refuseMany(server.url);
    const stopped = server[Symbol.asyncDispose]();
    const connections = (await refuseMany(server.url)).map(({ headers }) => headers.get('connection'));
    expect(new Set(connections)).toEqual(new Set(['close']));
    for (const gate of waiting) gate.resolve();
    for (const request of requests) expect((await request).status).toBe(200);
    await stopped;
  });

  // What is accepted is finished before more is: baristas look at their lists at the same second.
  test.each([
    ['new work', 64, { beginsWork: true as const }],
    ['anything else', 200, {}],
  ])('of %s %i at a time are always let in, however long they take', async (_what, least, more) => {
    const { definition, waiting } = slowRoute(more);
    await using server = await start([definition], { maxInFlight: 300, latencyTargetMs: 1 });
    const round = async (): Promise<number> => {
      let refused = 0;
      const requests = Array.from({ length: least + 20 }, async () => {
        const { status } = await fetch(`${server.url}/slow`);
        if (status === 503) refused += 1;
      });
      await expect.poll(() => waiting.length + refused, { interval: 10 }).toBe(least + 20);
      const letIn = waiting.length;
      for (const gate of waiting.splice(0)) gate.resolve();
      await Promise.all(requests);
      return letIn;
    };
    const letIn: number[] = [];
    await expect
      .poll(async () => letIn.push(await round()) && letIn.slice(-3))
      .toEqual([least, least, least]);
    expect(Math.min(...letIn)).toBe(least);
  });
});

describe('stopping', () => {
  test('answers what is in flight, closes idle connections, takes no new ones', async () => {
    const { definition, waiting } = slowRoute();
    const server = await start([definition]);
    const idle = await open(server.port);
    idle.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await readUntil(idle, '"alive"')).toContain('Connection: keep-alive');
    const busy = await open(server.port);
    busy.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => waiting.length).toBe(1);

    const stopped = server[Symbol.asyncDispose]();
    expect(server.health.report.status).toBe('draining');
    expect(await readAll(idle)).toBe('');
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
    const answer = readAll(busy);
    waiting[0]?.resolve();
    expect(await answer).toMatch(/^HTTP\/1.1 200 OK.*Connection: close.*\{"done":true\}$/s);
    await stopped;
  });

  test('goes on serving during the drain delay, with readiness failing', async () => {
    const server = await start([], { drainDelayMs: 300 });
    const stopped = server[Symbol.asyncDispose]();
    const response = await fetch(`${server.url}/readyz`);
    expect(response.status).toBe(503);
    expect(response.headers.get('connection')).toBe('close');
    await stopped;
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
  });

  test('does not wait for connections that have not asked for anything', async () => {
    const server = await start([]);
    const silent = await open(server.port);
    const begun = performance.now();
    await server[Symbol.asyncDispose]();
    // Half of what it waits for a request that is under way.
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(await readAll(silent)).toBe('');
  });

  test('does not wait for ever', async () => {
    const { definition, waiting } = slowRoute();
    const server = await start([definition], { limits: { drainTimeoutMs: 50 } });
    const cut = expect(fetch(`${server.url}/slow`)).rejects.toThrow();
    await expect.poll(() => waiting.length).toBe(1);
    await server[Symbol.asyncDispose]();
    await cut;
  });
});

test('a port that is taken is an error at start', async () => {
  await using server = await start([]);
  const log = quietLog();
  const app = createApp({
    log,
    info: { title: '', version: '1', description: '' },
    routes: [],
    corsOrigins: [],
    maxInFlight: 1,
  });
  const health = new Health(1_000);
  const options = { host: '127.0.0.1', port: server.port, health, drainDelayMs: 0, log };
  await expect(serve(app, options)).rejects.toThrow('EADDRINUSE');
});
