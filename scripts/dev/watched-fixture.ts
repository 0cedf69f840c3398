import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { WatchedService } from './watched-service.ts';

const withoutTelemetry = {
  COFFEE_TLS: 'off',
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
};

/** A folder of each test's own, which goes with it. */
export function workFolder(): { readonly path: string } {
  const work = { path: '' };
  beforeEach(() => {
    work.path = mkdtempSync(join(tmpdir(), 'go-coffee-dev-'));
  });
  afterEach(() => rmSync(work.path, { recursive: true, force: true }));
  return work;
}

/** A service that says how it was started, and serves the name that another file of it has. */
export const program = (greeting: string): string => `
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

export interface Variant {
  readonly source?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly preload?: readonly string[];
  readonly port?: number;
  /** Milliseconds from being told to stop until it lets go of its port, and until it has ended. */
  readonly closesAfter?: number;
  readonly drainsFor?: number;
}

/** Runs what is written into the folder: `main.ts`, and `name.ts` with the name `first`. */
export function start(folder: string, lines: string[], variant: Variant = {}): WatchedService {
  const { source = program('hello'), environment, preload = [], port = 0 } = variant;
  const { closesAfter = 0, drainsFor = 100 } = variant;
  writeFileSync(join(folder, 'main.ts'), source);
  writeFileSync(join(folder, 'name.ts'), named('first'));
  return new WatchedService({
    cwd: folder,
    environment: {
      PATH: process.env.PATH,
      COLOUR: 'green',
      HTTP_PORT: String(port),
      CLOSES_AFTER: String(closesAfter),
      DRAINS_FOR: String(drainsFor),
      ...withoutTelemetry,
      ...environment,
    },
    arguments: [...preload, 'main.ts'],
    // Any free one: tests run beside each other.
    inspectorPort: 0,
    compileCache: join(folder, 'cache'),
    onLine: (line) => lines.push(line),
  });
}

export const untilSaid = (lines: readonly string[], line: string): Promise<void> =>
  vi.waitFor(() => expect(lines).toContain(line), { timeout: 20_000 });

export const named = (name: string): string => `export const name: string = '${name}';\n`;
