import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';

/** A program and its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

/**
 * `from | to`, byte for byte: for what is too large, or no text.
 * @throws Error with what the failing one wrote to standard error
 */
export async function pipe(
  from: CommandLine,
  to: CommandLine,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const start = ([program, ...args]: CommandLine) => spawn(program, args, { env, signal, stdio: 'pipe' });
  const [source, target] = [start(from), start(to)];
  source.stdin.end();
  target.stdout.resume();
  const ended = await Promise.all([
    // The reader first: when it ends early, the writer only has a broken pipe to tell of.
    end(target, to),
    end(source, from),
    pipeline(source.stdout, target.stdin).catch(() => undefined),
  ]);
  const failure = ended.find((message) => message !== undefined);
  if (failure) throw new Error(failure);
}

async function end(child: ReturnType<typeof spawn>, line: CommandLine): Promise<string | undefined> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0
    ? undefined
    : `${line.join(' ')} ended with ${code ?? 'a signal'}: ${stderr.slice(-2_000)}`;
}
