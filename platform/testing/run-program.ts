import { spawnSync } from 'node:child_process';

export interface ProgramEnd {
  /** The exit code. */
  readonly status: number | null;
  /** What it logged: one JSON object a line of its standard output. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly stderr: string;
}

/** Runs a little program in a process of its own: pino writes past the streams that a test can replace. @param script a module */
export function runProgram(script: string): ProgramEnd {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const lines = stdout.split('\n').filter(Boolean);
  return { status, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), stderr };
}
