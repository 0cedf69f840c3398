import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WatchedService } from './watched-service.ts';

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

function start(lines: string[]): WatchedService {
  writeFileSync(join(folder, 'main.ts'), program('hello'));
  writeFileSync(join(folder, 'name.ts'), "export const name: string = 'first';\n");
  return new WatchedService({
    cwd: folder,
    environment: { PATH: process.env.PATH, COLOUR: 'green' },
    arguments: ['main.ts'],
    // Any free one: tests run beside each other.
    inspectorPort: 0,
    compileCache: join(folder, 'cache'),
    onLine: (line) => lines.push(line),
  });
}

it('runs a program with its environment, and anew when a file changes that it has loaded', async () => {
  const lines: string[] = [];
  await using _service = start(lines);
  await vi.waitFor(() => expect(lines).toContain('hello first green'), { timeout: 20_000 });
  expect(lines.some((line) => line.startsWith('Debugger listening on ws://127.0.0.1:'))).toBe(true);
  writeFileSync(join(folder, 'name.ts'), "export const name: string = 'second';\n");
  await vi.waitFor(() => expect(lines).toContain('hello second green'), { timeout: 20_000 });
  // The old one had drained before the new one came.
  expect(lines.indexOf('drained')).toBeLessThan(lines.indexOf('hello second green'));
});

it('goes on after a program that does not start', async () => {
  const lines: string[] = [];
  await using _service = start(lines);
  await vi.waitFor(() => expect(lines).toContain('hello first green'), { timeout: 20_000 });
  writeFileSync(join(folder, 'main.ts'), 'throw new Error("half written");\n');
  await vi.waitFor(() => expect(lines.join('\n')).toContain('half written'), { timeout: 20_000 });
  writeFileSync(join(folder, 'main.ts'), program('again'));
  await vi.waitFor(() => expect(lines).toContain('again first green'), { timeout: 20_000 });
});

it('stops it once, so that it drains', async () => {
  const lines: string[] = [];
  const service = start(lines);
  await vi.waitFor(() => expect(lines).toContain('hello first green'), { timeout: 20_000 });
  await service[Symbol.asyncDispose]();
  expect(lines.filter((line) => line.startsWith('drain'))).toEqual(['draining', 'drained']);
});
