import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from '#platform/testing/test-database.ts';
import { environmentOf } from './ai-service.ts';

export interface Executor extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Resolves when the process has ended, with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>;
}

/** Starts the service as a process of its own (executor.ts). */
export function startExecutor(test: TestDatabase, more: Readonly<Record<string, string>> = {}): Executor {
  const program = fileURLToPath(new URL('executor.ts', import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH ?? '', ...environmentOf(test, more) },
    stdio: ['ignore', 'ignore', process.env.COFFEE_TEST_LOGS === '1' ? 'inherit' : 'ignore'],
  });
  const ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  return {
    process: child,
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
