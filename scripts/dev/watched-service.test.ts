import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { freePort } from '#platform/testing/free-port.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { named, program, start, untilSaid, workFolder } from './watched-fixture.ts';

const register = join(repositoryRoot, 'platform/telemetry/register.ts');

const folder = workFolder();

/** Saves a file once; resolves when the program says what it then says. */
async function untilSeen(
  lines: readonly string[],
  line: string,
  file: string,
  content: string,
): Promise<void> {
  writeFileSync(join(folder.path, file), content);
  await untilSaid(lines, line);
}

it('runs a program with its environment, and anew when a file changes that it has loaded', async () => {
  const lines: string[] = [];
  await using _service = start(folder.path, lines);
  await untilSaid(lines, 'hello first green');
  expect(lines.some((line) => line.startsWith('Debugger listening on ws://127.0.0.1:'))).toBe(true);
  await untilSeen(lines, 'hello second green', 'name.ts', named('second'));
  // The old one drains, too.
  await untilSaid(lines, 'drained');
});

// The preload's hooks for modules come between Node and what it watches.
it('sees changes of what services load behind the preload of telemetry', async () => {
  const lines: string[] = [];
  await using _service = start(folder.path, lines, { preload: ['--import', register] });
  await untilSaid(lines, 'hello first green');
  await untilSeen(lines, 'hello second green', 'name.ts', named('second'));
});

// Guard: who has saved a file does not wait for the service's consumers to leave their groups.
it('starts the next one while the one before drains', async () => {
  const lines: string[] = [];
  await using _service = start(folder.path, lines, { drainsFor: 8_000 });
  await untilSaid(lines, 'hello first green');
  await untilSeen(lines, 'hello second green', 'name.ts', named('second'));
  expect(lines).toContain('draining');
  expect(lines).not.toContain('drained');
});

it('starts the next one again when the one before is slow to let go of the port', async () => {
  const lines: string[] = [];
  const port = await freePort();
  await using _service = start(folder.path, lines, { port, closesAfter: 2_500, drainsFor: 2_600 });
  await untilSaid(lines, 'hello first green');
  await untilSeen(lines, 'draining', 'name.ts', named('second'));
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
  await using _service = start(folder.path, lines);
  await untilSaid(lines, 'hello first green');
  await untilSeen(lines, 'Error: half written', 'main.ts', 'throw new Error("half written");\n');
  await untilSeen(lines, 'again first green', 'main.ts', program('again'));
});

it('stops it once, so that it drains', async () => {
  const lines: string[] = [];
  const service = start(folder.path, lines);
  await untilSaid(lines, 'hello first green');
  await service[Symbol.asyncDispose]();
  expect(lines.filter((line) => line.startsWith('drain'))).toEqual(['draining', 'drained']);
});

it('sees what is saved before it has heard that it is loaded, and files that an editor puts in the place of others', async () => {
  const lines: string[] = [];
  await using _service = start(folder.path, lines);
  await untilSaid(lines, 'hello first green');
  // Loaded late: what it says is heard after the file has changed again.
  writeFileSync(join(folder.path, 'late.ts'), "console.log('late one');\n");
  const loading = `${program('loading')}\nawait import('./late.ts');\n`;
  const slowly = `${loading}import { writeFileSync } from 'node:fs';\n`;
  const changing = `writeFileSync(new URL('late.ts', import.meta.url), "console.log('late two');\\n");\n`;
  await untilSeen(lines, 'late two', 'main.ts', slowly + changing);
  writeFileSync(join(folder.path, 'name.ts~'), named('renamed'));
  renameSync(join(folder.path, 'name.ts~'), join(folder.path, 'name.ts'));
  await untilSaid(lines, 'loading renamed green');
});

const packagesProgram = (edit: number): string => `
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
const require = createRequire(import.meta.url);
const waited = require.cache[require.resolve('koa')] !== undefined;
await import('koa');
const { default: pg } = await import('pg');
const { Redis } = await import('ioredis');
const { pino } = await import('pino');
const { Server } = await import('node:http');
const methods = [pg.Client.prototype.query, Redis.prototype.sendCommand, Server.prototype.emit];
const seen = methods.every((method) => '__wrapped' in method);
trace.getTracer('test').startActiveSpan('work', (span) => {
  pino().info({ waited, seen }, 'edit ${edit}');
  span.end();
});
createServer().listen(0, '127.0.0.1');
`;

// Guard: what a spare has loaded ahead is nothing that telemetry has to see loaded.
it('starts a spare that has loaded its packages, of which telemetry sees what it has to', async () => {
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder.path, 'node_modules'));
  const lines: string[] = [];
  await using _service = start(folder.path, lines, {
    preload: ['--import', register],
    source: packagesProgram(0),
    // Without spans there is nothing that a log could be part of.
    environment: { OTEL_TRACES_EXPORTER: 'console' },
  });
  const entries = (): Record<string, unknown>[] =>
    lines.filter((line) => line.startsWith('{"level"')).map((line) => JSON.parse(line));
  let edit = 0;
  await vi.waitFor(
    () => {
      edit += 1;
      writeFileSync(join(folder.path, 'main.ts'), packagesProgram(edit));
      expect(entries().at(-1)).toMatchObject({ waited: true });
    },
    { timeout: 40_000, interval: 5_000 },
  );
  expect(entries().length).toBeGreaterThan(1);
  for (const entry of entries())
    expect(entry).toMatchObject({ seen: true, trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
}, 60_000);

// Guard: what has not begun to listen to signals ends all the same, and nobody waits until it is killed.
it('stops what does not listen to signals', async () => {
  const lines: string[] = [];
  const service = start(folder.path, lines, {
    source: "setInterval(() => undefined, 1_000);\nconsole.log('deaf');\n",
  });
  await untilSaid(lines, 'deaf');
  await service[Symbol.asyncDispose]();
});

it('says what a service has ended with, and starts it when its source is saved', async () => {
  const lines: string[] = [];
  await using _service = start(folder.path, lines, { source: "console.log('over');\nprocess.exit(3);\n" });
  await untilSaid(lines, 'It has ended with 3, and starts again when a source of it is saved.');
  await untilSeen(lines, 'hello first green', 'main.ts', program('hello'));
});
