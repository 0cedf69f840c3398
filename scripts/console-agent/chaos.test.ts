import { afterEach, beforeEach, expect, it } from 'vitest';
import { agentChaos } from '#contracts/http/console-agent.ts';
import { problem } from '#contracts/http/problem.ts';
import { poll } from '#platform/testing/poll.ts';
import { startTestAgent } from './tests/start-agent.ts';

type Agent = Awaited<ReturnType<typeof startTestAgent>>;

let agent: Agent;
let ask: Agent['ask'];
let commands: Agent['commands'];
beforeEach(async () => {
  agent = await startTestAgent();
  ({ ask, commands } = agent);
});
afterEach(() => agent[Symbol.asyncDispose]());

const chaosNow = async () => agentChaos.parse((await ask('GET', '/v1/chaos')).body);
/** As ./coffee chaos --json writes it. */
const chaosReport = (findings: string[]): string =>
  JSON.stringify(
    {
      seed: 7,
      findings,
      reconciliation: {
        ...{ lost: findings.length, duplicated: 0, stuck: 0, servedUnpaid: 0, paidTwice: 0, unknown: 0 },
        figures: { accepted: 1_204, commands: 1_204 },
      },
    },
    undefined,
    2,
  );

it('lets chaos loose, shows what it says, and tells what reconciliation said', async () => {
  expect(await chaosNow()).toMatchObject({ state: 'never', verdict: null, lines: [] });
  const wanted = { seed: 7, rate: 20, seconds: 60, without: ['slow-disk'] };
  expect((await ask('POST', '/v1/chaos', wanted)).status).toBe(202);
  const command = [
    'chaos',
    '--seed',
    '7',
    '--rate',
    '20',
    '--duration',
    '60s',
    '--without',
    'slow-disk',
    '--json',
  ];
  expect(commands[0]?.args).toEqual(command);
  expect((await ask('POST', '/v1/chaos', wanted)).status).toBe(409);
  commands[0]?.say('    kafka: latency of 300 ± 20 ms for 4.2 s');
  expect(await chaosNow()).toMatchObject({
    ...{ state: 'running', seed: 7, endedAt: null },
    lines: ['    kafka: latency of 300 ± 20 ms for 4.2 s'],
  });
  commands[0]?.end(0, chaosReport([]));
  await poll(async () => (await chaosNow()).state === 'passed');
  const { verdict, lines, endedAt } = await chaosNow();
  expect(verdict).toEqual({
    accepted: 1_204,
    lost: 0,
    duplicated: 0,
    stuck: 0,
    servedUnpaid: 0,
    findings: [],
  });
  expect(endedAt).not.toBeNull();
  // The report is none of them.
  expect(lines).toHaveLength(1);
  // Another one draws its seed, and may come to something else.
  expect((await ask('POST', '/v1/chaos', { rate: 20, seconds: 60 })).status).toBe(202);
  expect(await chaosNow()).toMatchObject({ state: 'running', seed: expect.any(Number), verdict: null });
  commands[1]?.end(1, chaosReport(['1 lost: an order that nobody knows']));
  await poll(async () => (await chaosNow()).state === 'failed');
  expect((await chaosNow()).verdict).toMatchObject({
    lost: 1,
    findings: ['1 lost: an order that nobody knows'],
  });
  // Or to nothing at all.
  await ask('POST', '/v1/chaos', { rate: 20, seconds: 60 });
  commands[2]?.say('producer is not healthy');
  commands[2]?.end(1);
  await poll(async () => (await chaosNow()).state === 'failed');
  expect(await chaosNow()).toMatchObject({ verdict: null, lines: ['producer is not healthy'] });
});

it('bounds chaos', async () => {
  for (const wrong of [
    { rate: 0, seconds: 60 },
    { rate: 501, seconds: 60 },
    { rate: 20, seconds: 39 },
    { rate: 20, seconds: 3_601 },
    { rate: 20, seconds: 60, seed: -1 },
    { rate: 20, seconds: 60, without: ['--json'] },
  ])
    expect((await ask('POST', '/v1/chaos', wrong)).status, JSON.stringify(wrong)).toBe(400);
  expect(commands).toEqual([]);
});

// Guard: faults are undone on exit. Its command undoes them when it is told to end.
it('stops chaos when it is asked to, by mending everything, and when the agent ends', async () => {
  const stops = [
    () => ask('DELETE', '/v1/chaos'),
    () => ask('DELETE', '/v1/faults'),
    () => agent.chaos[Symbol.asyncDispose](),
  ];
  for (const [index, stop] of stops.entries()) {
    await ask('POST', '/v1/chaos', { rate: 20, seconds: 60 });
    await stop();
    expect(commands[index]?.mended).toBe(true);
    expect(await chaosNow()).toMatchObject({ state: 'stopped', verdict: null, lines: ['It was stopped.'] });
  }
});

it('has either chaos or faults by hand', async () => {
  const fault = { kind: 'latency', service: 'kafka', seconds: 30 };
  await ask('POST', '/v1/faults', fault);
  const refused = await ask('POST', '/v1/chaos', { rate: 20, seconds: 60 });
  expect([refused.status, problem.parse(refused.body).detail]).toEqual([
    409,
    'There is a fault already: latency on kafka. Mend it, or wait for its end.',
  ]);
  await ask('DELETE', '/v1/faults');
  await ask('POST', '/v1/chaos', { rate: 20, seconds: 60 });
  const now = await ask('POST', '/v1/faults', fault);
  expect([now.status, problem.parse(now.body).detail]).toEqual([
    409,
    'Chaos is on, and breaks parts itself; stop it first.',
  ]);
  expect(commands.map(({ args }) => args[0])).toEqual(['fault', 'chaos']);
});
