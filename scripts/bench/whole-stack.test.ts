import { expect, test } from 'vitest';
import { interruptionsOf, type Part, partsOf, problemsOf } from './whole-stack.ts';

const startedAt = '2026-03-01T08:00:00.000000000Z';
const part = (service: string, change: Partial<Part> = {}): Part => ({
  ...{ service, state: 'healthy', exitCode: 0, startedAt },
  ...change,
});

test('reads what docker inspect prints', () => {
  const container = (service: string, state: object) => ({
    Id: 'abc',
    Config: { Labels: { 'com.docker.compose.service': service } },
    State: { ExitCode: 0, StartedAt: startedAt, ...state },
  });
  const output = JSON.stringify([
    container('kafka', { Status: 'running', Health: { Status: 'starting', Log: [] } }),
    container('jaeger', { Status: 'running' }),
    container('migrate', { Status: 'exited', ExitCode: 1 }),
  ]);
  expect(partsOf(output)).toEqual([
    part('kafka', { state: 'starting' }),
    part('jaeger'),
    part('migrate', { state: 'exited', exitCode: 1 }),
  ]);
});

test('a stack is whole when everything is well, and what runs once has succeeded', () => {
  const chosen = ['kafka', 'migrate'];
  expect(problemsOf(chosen, [part('kafka'), part('migrate', { state: 'exited' })])).toEqual([]);
});

// Guard: a measurement beside half a stack says nothing of one beside all of it.
test('names what is missing or not well', () => {
  const parts = [
    part('kafka', { state: 'unhealthy' }),
    part('migrate', { state: 'exited', exitCode: 1 }),
    part('edge', { state: 'restarting' }),
  ];
  expect(problemsOf(['kafka', 'migrate', 'edge', 'streams'], parts)).toEqual([
    'kafka is unhealthy',
    'migrate is exited with code 1',
    'edge is restarting',
    'streams is not there',
  ]);
});

test('names what was started again meanwhile', () => {
  const before = [part('kafka'), part('edge')];
  const again = part('edge', { startedAt: '2026-03-01T08:01:00.000000000Z' });
  expect(interruptionsOf(before, before)).toEqual([]);
  expect(interruptionsOf(before, [part('kafka'), again])).toEqual(['edge was started again']);
});
