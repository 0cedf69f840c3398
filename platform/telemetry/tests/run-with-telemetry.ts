import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** One of its log. */
export interface Line {
  readonly msg: string;
  readonly trace_id?: string;
  readonly status?: number;
}

/** Runs a little program with telemetry as a service has it. @returns its log lines. */
export async function run(program: string, environment: Record<string, string>): Promise<Line[]> {
  const child = spawn(
    process.execPath,
    ['--import', './platform/telemetry/register.ts', '--input-type=module', '--eval', program],
    {
      env: { PATH: process.env.PATH, OTEL_SERVICE_NAME: 'test', COFFEE_TLS: 'off', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

/** To a receiver of ours. */
export const json = (url: string) => ({
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
});
