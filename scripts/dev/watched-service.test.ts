import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';
import { WatchedService } from './watched-service.ts';

const withoutTelemetry = {
  COFFEE_TLS: 'off',
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'go-coffee-dev-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = (greeting: string): string => `
import { name } from './name.ts';
console.log(${JSON.stringify(greeting)} + ' ' + (name as string) + ' ' + process.env.COLOUR);
const alive = setInterval(() => {}, 1_000);
process.once('SIGTERM', () => { console.log('draining'); setTimeout(() => { console.log('drained'); clearInterval(alive); }, 30); });
`;

function start(lines: string[], preload: readonly string[] = []): WatchedService {
  writeFileSync(join(folder, 'main.ts'), program('hello'));
  writeFileSync(join(folder, 'name.ts'), "export const name: string = 'first';\n");
  return new WatchedService({
    cwd: folder,
    environment: { PATH: process.env.PATH, COLOUR: 'green', ...withoutTelemetry },
    arguments: [...preload, 'main.ts'],
    // Any free one: tests run beside each other.
    inspectorPort: 0,
    compileCache: join(folder, 'cache'),
    onLine: (line) => lines.push(line),
  });
}

/**
 * Saves a file until the program says what it then says. Node tells its watcher of a module when it loads it: what is saved
 * in the very moment after the start, as no person does, may not be seen.
 */
const untilSeen = (lines: readonly string[], line: string, file: string, content: string): Promise<void> =>
  vi.waitFor(
    () => {
      if (!lines.includes(line)) writeFileSync(join(folder, file), content);
      expect(lines).toContain(line);
    },
    { timeout: 20_000, interval: 1_000 },
  );

it('runs a program with its environment, and anew when a file changes that it has loaded', async () => {
  const lines: string[] = [];
  await using _service = start(lines);
  await vi.waitFor(() => expect(lines).toContain('hello first green'), { timeout: 20_000 });
  expect(lines.some((line) => line.startsWith('Debugger listening on ws://127.0.0.1:'))).toBe(true);
  await untilSeen(lines, 'hello second green', 'name.ts', "export const name: string = 'second';\n");
  // The old one had drained before the new one came.
  expect(lines.indexOf('drained')).toBeLessThan(lines.indexOf('hello second green'));
});

// The preload's hooks for modules come between Node and what it watches.
it('sees changes of what services load behind the preload of telemetry', async () => {
  const lines: string[] = [];
  await using _service = start(lines, ['--import', join(repositoryRoot, 'platform/telemetry/register.ts')]);
  await vi.waitFor(() => expect(lines).toContain('hello first green'), { timeout: 20_000 });
  await untilSeen(lines, 'hello second green', 'name.ts', "export const name: string = 'second';\n");
});

it('goes on after a program that does not start', async () => {
  const lines: string[] = [];
  await using _service = start(lines);
  await vi.waitFor(() => expect(lines).toContain('hello first green'), { timeout: 20_000 });
  await untilSeen(lines, 'Error: half written', 'main.ts', 'throw new Error("half written");\n');
  await untilSeen(lines, 'again first green', 'main.ts', program('again'));
});

it('stops it once, so that it drains', async () => {
  const lines: string[] = [];
  const service = start(lines);
  await vi.waitFor(() => expect(lines).toContain('hello first green'), { timeout: 20_000 });
  await service[Symbol.asyncDispose]();
  expect(lines.filter((line) => line.startsWith('drain'))).toEqual(['draining', 'drained']);
});
