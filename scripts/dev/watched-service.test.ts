import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
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

const register = join(repositoryRoot, 'platform/telemetry/register.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'go-coffee-dev-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = (greeting: string): string => `
import { createServer } from 'node:http';
import { name } from './name.ts';
console.log(${JSON.stringify(greeting)} + ' ' + (name as string) + ' ' + process.env.COLOUR);
const server = createServer((request, response) => response.setHeader('name', name).end('')).listen(Number(process.env.HTTP_PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  console.log('draining');
  setTimeout(() => server.close(), Number(process.env.CLOSES_AFTER));
  setTimeout(() => console.log('drained'), Number(process.env.DRAINS_FOR));
});
`;

interface Variant {
  readonly preload?: readonly string[];
  readonly port?: number;
  /** Milliseconds from being told to stop until it lets go of its port, and until it has ended. */
  readonly closesAfter?: number;
  readonly drainsFor?: number;
}

function start(lines: string[], variant: Variant = {}): WatchedService {
  const { preload = [], port = 0, closesAfter = 0, drainsFor = 100 } = variant;
  writeFileSync(join(folder, 'main.ts'), program('hello'));
  writeFileSync(join(folder, 'name.ts'), "export const name: string = 'first';\n");
  return new WatchedService({
    cwd: folder,
    environment: {
      PATH: process.env.PATH,
      COLOUR: 'green',
      HTTP_PORT: String(port),
      CLOSES_AFTER: String(closesAfter),
      DRAINS_FOR: String(drainsFor),
      ...withoutTelemetry,
    },
    arguments: [...preload, 'main.ts'],
    // Any free one: tests run beside each other.
    inspectorPort: 0,
    compileCache: join(folder, 'cache'),
    onLine: (line) => lines.push(line),
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
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
  // The old one drains, too.
  await vi.waitFor(() => expect(lines).toContain('drained'), { timeout: 20_000 });
});

// The preload's hooks for modules come between Node and what it watches.
it('sees changes of what services load behind the preload of telemetry', async () => {
  const lines: string[] = [];
  await using _service = start(lines, { preload: ['--import', register] });
  await vi.waitFor(() => expect(lines).toContain('hello first green'), { timeout: 20_000 });
  await untilSeen(lines, 'hello second green', 'name.ts', "export const name: string = 'second';\n");
});

// Guard: who has saved a file does not wait for the service's consumers to leave their groups.
it('starts the next one while the one before drains', async () => {
  const lines: string[] = [];
  await using _service = start(lines, { drainsFor: 8_000 });
  await vi.waitFor(() => expect(lines).toContain('hello first green'), { timeout: 20_000 });
  await untilSeen(lines, 'hello second green', 'name.ts', "export const name: string = 'second';\n");
  expect(lines).toContain('draining');
  expect(lines).not.toContain('drained');
});

it('starts the next one again when the one before is slow to let go of the port', async () => {
  const lines: string[] = [];
  const port = await freePort();
  await using _service = start(lines, { port, closesAfter: 2_500, drainsFor: 2_600 });
  await vi.waitFor(() => expect(lines).toContain('hello first green'), { timeout: 20_000 });
  await untilSeen(lines, 'draining', 'name.ts', "export const name: string = 'second';\n");
  await vi.waitFor(() => expect(lines.join('\n')).toContain('EADDRINUSE'), { timeout: 20_000 });
  await vi.waitFor(
    async () => expect((await fetch(`http://127.0.0.1:${port}/`)).headers.get('name')).toBe('second'),
    {
      timeout: 20_000,
    },
  );
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
