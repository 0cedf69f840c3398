import { afterEach, expect, it, vi } from 'vitest';
import { ConfigError } from '../config/load-config.ts';
import { holdTelemetry } from '../telemetry/flush.ts';
import { type ProgramEnd, runProgram } from '../testing/run-program.ts';
import { aborted } from './abort.ts';
import { run } from './run.ts';

const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
afterEach(() => void stderr.mockClear());
const written = (): string => stderr.mock.calls.map(([chunk]) => String(chunk)).join('');

it.each(['SIGTERM', 'SIGINT'] as const)(
  'aborts the signal on %s, closes parts, flushes telemetry last',
  async (name) => {
    const order: string[] = [];
    holdTelemetry({
      shutdown: () => {
        order.push('telemetry flushed');
        return Promise.resolve();
      },
    });
    const running = run('test', async (signal) => {
      await using parts = new AsyncDisposableStack();
      parts.defer(() => void order.push('closed first part'));
      parts.defer(() => void order.push('closed second part'));
      await aborted(signal);
      order.push('stopping');
    });
    process.emit(name);
    expect(await running).toBe(0);
    expect(order).toEqual(['stopping', 'closed second part', 'closed first part', 'telemetry flushed']);
  },
);

/** How a program ends that runs this. */
const runs = (work: string): ProgramEnd =>
  runProgram(`
    import { run } from '#platform/lifecycle/run.ts';
    process.exit(await run('test', async (signal) => { ${work} }));`);

// Guard: what ends a service is found where its other lines are, and is redacted as they are.
it.each([
  ['that its work throws', `throw new Error('no ada@example.com');`],
  [
    'that nobody caught',
    `setTimeout(() => { throw new Error('no ada@example.com'); }); await new Promise(() => setInterval(() => {}, 60_000));`,
  ],
  [
    'of a promise that nobody caught',
    `void Promise.reject(new Error('no ada@example.com')); await new Promise(() => setInterval(() => {}, 60_000));`,
  ],
])('ends with 1 after an error %s, a line of its log', (_which, work) => {
  expect(runs(work)).toEqual({
    status: 1,
    lines: [
      expect.objectContaining({
        level: 'fatal',
        name: 'test',
        msg: 'ends because of an error',
        err: {
          type: 'Error',
          message: 'no ****',
          stack: expect.stringMatching(/^Error: no \*{4}\n +at /) as string,
        },
      }),
    ],
    stderr: '',
  });
});

it('tells wrong configuration without a stack', async () => {
  expect(await run('test', () => Promise.reject(new ConfigError(['HTTP_PORT: must be a port number'])))).toBe(
    1,
  );
  expect(written()).toBe('test: Wrong configuration:\n  HTTP_PORT: must be a port number\n');
});

it('still ends with 0 when telemetry can not be flushed, and says so', async () => {
  holdTelemetry({ shutdown: () => Promise.reject(new Error('collector is away')) });
  expect(await run('test', () => Promise.resolve())).toBe(0);
  expect(written()).toContain('telemetry was not flushed: collector is away');
});

it('leaves no signal handlers behind', async () => {
  const before = process.listenerCount('SIGTERM');
  await run('test', () => Promise.resolve());
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
