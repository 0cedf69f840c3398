import type { RunCoffee } from '../run-coffee.ts';

/** A command that was started, and how it ends. */
interface Started {
  readonly args: readonly string[];
  readonly say: (line: string) => void;
  /** With what it wrote to its standard output. */
  readonly end: (code: number, stdout?: string) => void;
  mended: boolean;
}

/** Commands of ./coffee that do nothing. Each ends when the test says so, or when it is told to: then it has mended what it broke. */
export class FakeCommands {
  readonly started: Started[] = [];

  readonly run: RunCoffee = (args, { signal, onLine }) => {
    const { promise, resolve, reject } = Promise.withResolvers<{
      code: number;
      stdout: string;
      stderr: string;
    }>();
    const started: Started = {
      args,
      say: (line) => onLine?.(line, 'stderr'),
      end: (code, stdout = '') => {
        for (const line of stdout.split('\n')) onLine?.(line, 'stdout');
        resolve({ code, stdout, stderr: '' });
      },
      mended: false,
    };
    signal.addEventListener('abort', () => {
      started.mended = true;
      reject(new Error('aborted'));
    });
    this.started.push(started);
    return promise;
  };
}
